import { PasswordInput } from "@mantine/core";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { panelWords } from "../words.ts";
import { textOf, writtenText } from "./text-widget.tsx";

export function SecretWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  return (
    <PasswordInput
      id={props.id}
      value={textOf(props.value)}
      error={props.invalid}
      readOnly={props.readOnly}
      autoComplete="off"
      visibilityToggleButtonProps={{ "aria-label": words.show }}
      onChange={(event) => props.set(writtenText(event.currentTarget.value, props))}
    />
  );
}
