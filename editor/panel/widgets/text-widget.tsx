import { Textarea, TextInput } from "@mantine/core";
import { fieldOf } from "../../../engine/core/plain-data.ts";
import { useForm, useNeighbours, type WidgetProps } from "../fields/form.tsx";
import type { Path } from "../form/read-schema.ts";

/** Words as they are written: nothing in them is filled in. */
export function TextWidget(props: WidgetProps) {
  return (
    <TextInput
      id={props.id}
      value={textOf(props.value)}
      error={props.invalid}
      readOnly={props.readOnly}
      onChange={(event) => props.set(writtenText(event.currentTarget.value, props))}
    />
  );
}

export function LongTextWidget(props: WidgetProps) {
  return (
    <Textarea
      id={props.id}
      value={textOf(props.value)}
      error={props.invalid}
      readOnly={props.readOnly}
      autosize
      minRows={3}
      maxRows={14}
      onChange={(event) => props.set(writtenText(event.currentTarget.value, props))}
    />
  );
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A text that was deleted is none, where none is allowed: "" rarely fits what a schema asks for. */
export function writtenText(text: string, { required }: Pick<WidgetProps, "required">): string | undefined {
  return text === "" && !required ? undefined : text;
}

/** The language of what is spoken here: its own, else the flow's. */
export function useLanguageOf(path: Path): string {
  const { language } = useForm();
  const own = fieldOf(useNeighbours(path).value, "language");
  return typeof own === "string" && own !== "" ? own : language;
}
