import { Textarea, TextInput } from "@mantine/core";
import { useForm, type WidgetProps } from "../fields/form.tsx";
import { isRequired } from "../form/read-schema.ts";

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
export function writtenText(
  text: string,
  { path, parent }: Pick<WidgetProps, "path" | "parent">,
): string | undefined {
  const name = path.at(-1);
  const needed = typeof name === "number" || isRequired(parent.schema, String(name));
  return text === "" && !needed ? undefined : text;
}

/** The language of what is spoken here: its own, else the flow's. */
export function useLanguageOf({ parent }: Pick<WidgetProps, "parent">): string {
  const { language } = useForm();
  const own: unknown = Reflect.get(Object(parent.value), "language");
  return typeof own === "string" && own !== "" ? own : language;
}
