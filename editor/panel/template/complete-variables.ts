import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import { completions, type Variable } from "../../model/variables.ts";
import { knownVariables } from "./known-variables.ts";
import { sampleText } from "./sample-text.ts";

const OPENED = /\{\{?-?\s*([\p{L}\p{N}_.[\]\- ]*)$/u;
const MOST = 60;

/** Offers what the template can see, by its friendly name, from the first brace on. */
export const completeVariables: Extension = [
  autocompletion({
    override: [variablesFor],
    icons: false,
    activateOnTyping: true,
    interactionDelay: 0,
    defaultKeymap: true,
    addToOptions: [],
  }),
  keymap.of([{ key: "Tab", run: acceptCompletion }]),
];

function variablesFor(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const opened = OPENED.exec(before);
  if (!opened || /\{%[^}]*$/.test(before)) return null;
  const { list } = context.state.facet(knownVariables);
  const found = completions(list, opened[1] ?? "");
  return {
    from: line.from + opened.index,
    filter: false,
    options: found.slice(0, MOST).map(optionOf),
  };
}

function optionOf(variable: Variable): Completion {
  return {
    label: variable.label,
    detail: sampleText(variable.sample, 24),
    apply: (view, _option, from, to) => insertVariable(view, variable.path, { from, to }),
  };
}

/** Puts a variable in, eating the braces that were typed already before and after. */
export function insertVariable(
  view: EditorView,
  path: string,
  range: { readonly from: number; readonly to: number } = view.state.selection.main,
): void {
  const after = view.state.sliceDoc(range.to, range.to + 3);
  const closing = /^\s*\}{1,2}/.exec(after)?.[0].length ?? 0;
  const insert = `{{ ${path} }}`;
  view.dispatch({
    changes: { from: range.from, to: range.to + closing, insert },
    selection: { anchor: range.from + insert.length },
    userEvent: "input.complete",
  });
  view.focus();
}
