import { type ComponentType, createContext, useContext } from "react";
import type { Problem } from "../../../engine/core/check-tools.ts";
import { partSchema } from "../../../engine/core/part-schema.ts";
import { isRecord } from "../../../engine/core/plain-data.ts";
import type { NodeType } from "../../model/catalogue.ts";
import type { Variable } from "../../model/variables.ts";
import { partAt } from "../form/edit-value.ts";
import type { Path } from "../form/read-schema.ts";
import type { WidgetName } from "../form/widget-of.ts";

/**
 * What every field of the form on the screen reads and changes. It stays the same while somebody types, so that a key
 * pressed draws one field again and not forty; what does change has contexts of its own.
 */
export interface Form {
  /** Begins the ids of its elements. */
  readonly id: string;
  readonly type: NodeType | null;
  /** The schema of all of it. */
  readonly schema: object;
  /** JSON pointer of the whole in the document. */
  readonly pointer: string;
  readonly readOnly: boolean;
  readonly variables: readonly Variable[];
  readonly sample: Readonly<Record<string, unknown>>;
  /** What the flow speaks, such as `es-CO`. */
  readonly language: string;
  readonly widgets: Widgets;
  /** Draws parameters that belong together. Handed in like the widgets, because both draw fields again. */
  readonly Group: ComponentType<FieldProps & { readonly title: string }>;
  /** Undefined takes the value away. */
  set(path: Path, value: unknown, title: string): void;
}

export interface FieldProps {
  readonly name: string;
  readonly schema: object;
  readonly required: boolean;
  readonly path: Path;
  readonly value: unknown;
  /** Instead of the title of the schema. */
  readonly title?: string;
}

export interface WidgetProps {
  /** Of the element that is filled in. */
  readonly id: string;
  readonly labelId: string;
  readonly path: Path;
  readonly schema: object;
  readonly value: unknown;
  /** It may not be left out: there is no default either. */
  readonly required: boolean;
  readonly title: string;
  readonly invalid: boolean;
  readonly readOnly: boolean;
  set(value: unknown): void;
}

/** `group` is no widget: its parts are. */
export type Widgets = Readonly<Record<Exclude<WidgetName, "group">, ComponentType<WidgetProps>>>;

export const FormContext = createContext<Form | null>(null);

/** What is filled in. */
export const FormValueContext = createContext<Readonly<Record<string, unknown>>>({});

/** What is wrong with it. */
export const FormProblemsContext = createContext<readonly Problem[]>([]);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (!form) throw new Error("a field is used outside of a form");
  return form;
}

export function useFormValue(): Readonly<Record<string, unknown>> {
  return useContext(FormValueContext);
}

export function useFormProblems(): readonly Problem[] {
  return useContext(FormProblemsContext);
}

/** What a field stands among: some look at their neighbours. */
export function useNeighbours(path: Path): { readonly schema: object; readonly value: unknown } {
  const { schema } = useForm();
  const value = useFormValue();
  const around = path.slice(0, -1);
  const aroundSchema = around.reduce<unknown>((part, name) => partSchema(part, String(name)), schema);
  return { schema: isRecord(aroundSchema) ? aroundSchema : {}, value: partAt(value, around) };
}
