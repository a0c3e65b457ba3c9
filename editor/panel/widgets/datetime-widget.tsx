import { TextInput } from "@mantine/core";
import type { WidgetProps } from "../fields/form.tsx";
import { textOf, writtenText } from "./text-widget.tsx";

/** A moment on the clock of the flow. One written with an offset of its own stays a text: the picker would lose it. */
export function DatetimeWidget(props: WidgetProps) {
  const value = textOf(props.value);
  const isLocal = value === "" || /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(value);
  return (
    <TextInput
      id={props.id}
      type={isLocal ? "datetime-local" : "text"}
      maw={240}
      value={value}
      error={props.invalid}
      readOnly={props.readOnly}
      onChange={(event) => props.set(writtenText(event.currentTarget.value, props))}
    />
  );
}
