import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { javascriptLanguage } from "@codemirror/lang-javascript";
import { bracketMatching } from "@codemirror/language";
import { EditorView, keymap } from "@codemirror/view";
import { useRef, useState } from "react";
import { jsonText, parsedJson } from "../../model/json-value.ts";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { codeColours } from "../template/code-colours.ts";
import { CodeMirror } from "../template/code-mirror.tsx";
import { panelWords } from "../words.ts";

const EDITING = [
  javascriptLanguage,
  codeColours,
  bracketMatching(),
  keymap.of([...defaultKeymap, indentWithTab]),
  EditorView.contentAttributes.of({ spellcheck: "false", autocapitalize: "off" }),
];

/** JSON as it is typed. What is not valid yet stays here and does not reach the flow. */
export function JsonWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  const [draft, setDraft] = useState<string | null>(null);
  const told = useRef(props.value);
  // Somebody else changed it (an undo, say): the draft is of something that is no more.
  const isStale = draft !== null && told.current !== props.value;
  const text = draft === null || isStale ? jsonText(props.value) : draft;
  const parsed = parsedJson(text);
  return (
    <>
      <CodeMirror
        id={props.id}
        labelId={props.labelId}
        className="code code-json"
        value={text}
        invalid={props.invalid || !parsed.ok}
        readOnly={props.readOnly}
        fixed={EDITING}
        onChange={(next) => {
          const { ok, value } = parsedJson(next);
          setDraft(next);
          told.current = ok ? value : props.value;
          if (ok) props.set(value);
        }}
        onBlur={() => parsed.ok && setDraft(null)}
      />
      {!parsed.ok && <p className="field-fault">{words.jsonBad(parsed.reason)}</p>}
    </>
  );
}
