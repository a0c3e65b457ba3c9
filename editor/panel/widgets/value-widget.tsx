import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { panelWords } from "../words.ts";
import { JsonWidget } from "./lazy-code.tsx";
import { TemplateWidget } from "./template-widget.tsx";

/** Any value: a text with data in it, which is what most are, or JSON. */
export function ValueWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  const [asked, setAsked] = useState<boolean | null>(null);
  const isText = props.value === undefined || typeof props.value === "string";
  const asJson = asked ?? !isText;
  return (
    <>
      {asJson ? <JsonWidget {...props} /> : <TemplateWidget {...props} />}
      {!props.readOnly && (
        <UnstyledButton className="as-other" onClick={() => setAsked(!asJson)}>
          {asJson ? words.textAs : words.jsonAs}
        </UnstyledButton>
      )}
    </>
  );
}
