import { defaultKeymap } from "@codemirror/commands";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, tooltips } from "@codemirror/view";
import { useMemo, useRef } from "react";
import { useWords } from "../../words/words.ts";
import { useForm } from "../fields/form.tsx";
import { panelWords } from "../words.ts";
import { chips } from "./chips.ts";
import { CodeMirror } from "./code-mirror.tsx";
import { completeVariables, insertVariable } from "./complete-variables.ts";
import { DataMenu } from "./data-menu.tsx";
import { type Known, knownVariables } from "./known-variables.ts";

const EDITING: Extension = [
  chips,
  completeVariables,
  drawSelection(),
  // The panel scrolls and is narrow: what opens must not be cut off by it.
  tooltips({ parent: document.body, position: "fixed" }),
  EditorView.contentAttributes.of({ spellcheck: "true", autocorrect: "on", autocapitalize: "sentences" }),
];

const MANY_LINES: Extension = [EDITING, keymap.of(defaultKeymap)];

const ONE_LINE: Extension = [
  EDITING,
  keymap.of([{ key: "Enter", run: () => true }, ...defaultKeymap]),
  EditorView.clipboardInputFilter.of((text) => text.trim().replaceAll(/\s*\n\s*/g, " ")),
  EditorState.transactionFilter.of((transaction) => (transaction.newDoc.lines > 1 ? [] : transaction)),
  EditorView.contentAttributes.of({ "aria-multiline": "false" }),
];

/** A text in which data of the flow is shown as chips. */
export function TemplateEditor(props: {
  readonly id: string;
  readonly labelId: string;
  readonly title: string;
  readonly value: string;
  readonly lines: "one" | "many";
  readonly invalid: boolean;
  readonly readOnly: boolean;
  readonly placeholder?: string;
  onChange(text: string): void;
}) {
  const words = useWords(panelWords);
  const { variables } = useForm();
  const view = useRef<EditorView | null>(null);
  const known = useMemo(
    (): Known => ({
      list: variables,
      byPath: new Map(variables.map((variable) => [variable.path, variable])),
      words: { unknown: words.unknownData, maybe: words.maybeData },
    }),
    [variables, words],
  );
  const changing = useMemo(() => knownVariables.of(known), [known]);
  return (
    <div className="template" data-lines={props.lines} data-invalid={props.invalid || undefined}>
      <CodeMirror
        id={props.id}
        labelId={props.labelId}
        value={props.value}
        invalid={props.invalid}
        readOnly={props.readOnly}
        {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
        fixed={props.lines === "one" ? ONE_LINE : MANY_LINES}
        changing={changing}
        view={view}
        onChange={props.onChange}
      />
      {!props.readOnly && (
        <div className="template-tools">
          <DataMenu
            label={`${props.title}: ${words.insertData}`}
            onPick={(path) => view.current && insertVariable(view.current, path)}
          />
        </div>
      )}
    </div>
  );
}
