import { type ComponentType, createContext, useContext } from "react";
import type { Problem } from "../../../engine/core/check-tools.ts";
import type { NodeType } from "../../model/catalogue.ts";
import type { Variable } from "../../model/variables.ts";
import type { Path } from "../form/read-schema.ts";
import type { WidgetName } from "../form/widget-of.ts";

/** What every field of the form on the screen reads and changes. */
export interface Form {
  /** Begins the ids of its elements. */
  readonly id: string;
  readonly type: NodeType | null;
  /** The schema of all of it, and what is filled in. */
  readonly schema: object;
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
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
  readonly parent: { readonly schema: object; readonly value: unknown };
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
  /** What it is a part of: some widgets look at their neighbours. */
  readonly parent: { readonly schema: object; readonly value: unknown };
  readonly value: unknown;
  readonly title: string;
  readonly invalid: boolean;
  readonly readOnly: boolean;
  set(value: unknown): void;
}

/** `group` is no widget: its parts are. */
export type Widgets = Readonly<Record<Exclude<WidgetName, "group">, ComponentType<WidgetProps>>>;

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (!form) throw new Error("a field is used outside of a form");
  return form;
}
