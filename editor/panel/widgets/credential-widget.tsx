import { TextInput } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { panelWords } from "../words.ts";
import { textOf, writtenText } from "./text-widget.tsx";

/** The name of a credential. Its secrets are kept elsewhere and are never part of a flow. */
export function CredentialWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  return (
    <TextInput
      id={props.id}
      leftSection={<IconKey size={15} aria-hidden="true" />}
      placeholder={words.credentialHint}
      value={textOf(props.value)}
      error={props.invalid}
      readOnly={props.readOnly}
      autoComplete="off"
      onChange={(event) => props.set(writtenText(event.currentTarget.value, props))}
    />
  );
}
