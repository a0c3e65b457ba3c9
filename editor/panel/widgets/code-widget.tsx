import { closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { codeColours } from "../template/code-colours.ts";
import { CodeMirror } from "../template/code-mirror.tsx";
import { panelWords } from "../words.ts";
import { textOf } from "./text-widget.tsx";

const EDITING = [
  javascript(),
  codeColours,
  lineNumbers(),
  bracketMatching(),
  closeBrackets(),
  indentOnInput(),
  keymap.of([...defaultKeymap, indentWithTab]),
  EditorView.contentAttributes.of({ spellcheck: "false", autocapitalize: "off" }),
];

/** JavaScript, as the code node runs it. */
export function CodeWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  return (
    <>
      <CodeMirror
        id={props.id}
        labelId={props.labelId}
        className="code code-script"
        value={textOf(props.value)}
        invalid={props.invalid}
        readOnly={props.readOnly}
        fixed={EDITING}
        onChange={props.set}
      />
      <p className="field-hint">{words.codeHint}</p>
    </>
  );
}
