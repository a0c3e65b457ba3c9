import { Annotation, Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, placeholder } from "@codemirror/view";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { editorTheme } from "./editor-theme.ts";

/** Marks what came from the document (an undo, say), so that it is not told to the document again. */
const fromOutside = Annotation.define<boolean>();

interface CodeMirrorProps {
  readonly id: string;
  readonly labelId: string;
  readonly value: string;
  readonly invalid: boolean;
  readonly readOnly: boolean;
  readonly placeholder?: string;
  /** What it can do; the first ones given stay. */
  readonly fixed: Extension;
  /** What may change while it is open. */
  readonly changing?: Extension;
  readonly className?: string;
  readonly view?: RefObject<EditorView | null>;
  onChange(value: string): void;
  onBlur?(): void;
}

/** A CodeMirror whose text belongs to the document. */
export function CodeMirror(props: CodeMirrorProps) {
  const host = useRef<HTMLDivElement>(null);
  const own = useRef<EditorView | null>(null);
  const latest = useRef(props);
  const changing = useRef(new Compartment());
  latest.current = props;

  useEffect(() => {
    if (!host.current) return undefined;
    const { value, fixed, view } = latest.current;
    const editor = new EditorView({
      parent: host.current,
      doc: value,
      extensions: [
        editorTheme,
        EditorView.lineWrapping,
        changing.current.of(changingParts(latest.current)),
        fixed,
        EditorView.updateListener.of((update) => {
          const isOurs = update.transactions.every((transaction) => !transaction.annotation(fromOutside));
          if (update.docChanged && isOurs) latest.current.onChange(update.state.doc.toString());
          if (update.focusChanged && !update.view.hasFocus) latest.current.onBlur?.();
        }),
      ],
    });
    own.current = editor;
    if (view) view.current = editor;
    return () => {
      editor.destroy();
      own.current = null;
      if (view) view.current = null;
    };
  }, []);

  const { id, labelId, invalid, readOnly, changing: parts, placeholder: hint } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what `changingParts` reads
  useEffect(() => {
    own.current?.dispatch({ effects: changing.current.reconfigure(changingParts(latest.current)) });
  }, [id, labelId, invalid, readOnly, parts, hint]);

  useLayoutEffect(() => {
    const editor = own.current;
    if (editor && editor.state.doc.toString() !== props.value)
      editor.dispatch(replaced(editor.state, props.value));
  }, [props.value]);

  return <div ref={host} className={props.className} />;
}

function changingParts({
  id,
  labelId,
  invalid,
  readOnly,
  placeholder: hint,
  changing,
}: CodeMirrorProps): Extension {
  return [
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({
      id,
      "aria-labelledby": labelId,
      ...(invalid ? { "aria-invalid": "true" } : {}),
      ...(readOnly ? { "aria-readonly": "true" } : {}),
    }),
    hint ? placeholder(hint) : [],
    changing ?? [],
  ];
}

/** Only what differs, so that the cursor stays where it is. */
function replaced(state: EditorState, text: string) {
  const before = state.doc.toString();
  let start = 0;
  while (start < before.length && before[start] === text[start]) start++;
  let end = 0;
  const most = Math.min(before.length, text.length) - start;
  while (end < most && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
  return {
    changes: { from: start, to: before.length - end, insert: text.slice(start, text.length - end) },
    annotations: fromOutside.of(true),
  };
}
