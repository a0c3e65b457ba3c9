import { type NodeProps, NodeResizer } from "@xyflow/react";
import { type KeyboardEvent, memo, useEffect, useRef } from "react";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import { editNote } from "../model/edits.ts";
import { useWords } from "../words/words.ts";
import { noteKey } from "./canvas-ids.ts";
import type { NoteNode } from "./canvas-nodes.ts";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui.ts";
import { NoteTools } from "./note-tools.tsx";
import { sameCard } from "./same-card.ts";
import { stepLabel } from "./step-label.ts";
import { canvasWords } from "./words.ts";

/** A note for people. It says nothing about how the flow runs. */
export const NoteCard = memo(function NoteCard({ data, selected }: NodeProps<NoteNode>) {
  const { note } = data;
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  const words = useWords(canvasWords);
  const writing = useCanvasUi((state) => state.renaming === noteKey(note.id));
  const locked = useFlow((state) => state.locked !== null);
  const edit = (changes: Parameters<typeof editNote>[2], mergeKey?: string) =>
    store.getState().change(
      stepLabel((did) => did.editNote),
      (flow) => editNote(flow, note.id, changes),
      mergeKey === undefined ? {} : { mergeKey },
    );
  const write = () => {
    if (!locked) ui.setState({ renaming: noteKey(note.id) });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      role="group"
      className="note"
      data-card={noteKey(note.id)}
      data-colour={note.colour}
      data-selected={selected || undefined}
      aria-label={`${words.note.label}. ${note.text}`}
      tabIndex={-1}
      onDoubleClick={write}
    >
      <NodeResizer
        isVisible={selected && !locked}
        minWidth={120}
        minHeight={60}
        lineClassName="note-edge"
        handleClassName="note-corner"
        onResizeEnd={(_, { x, y, width, height }) =>
          edit({
            position: { x: Math.round(x), y: Math.round(y) },
            size: { width: Math.round(width), height: Math.round(height) },
          })
        }
      />
      {writing ? (
        <NoteField
          text={note.text}
          onText={(text) => edit({ text }, `note-text:${note.id}`)}
          onDone={() => ui.setState({ renaming: null })}
        />
      ) : (
        <p className="note-text" data-empty={note.text === "" || undefined}>
          {note.text || words.note.placeholder}
        </p>
      )}
      {selected && !locked && (
        <NoteTools note={note} onColour={(colour) => edit({ colour })} onWrite={write} />
      )}
    </div>
  );
}, sameCard);

function NoteField(props: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onDone: () => void;
}) {
  const words = useWords(canvasWords);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") props.onDone();
  };
  return (
    <textarea
      ref={field}
      className="note-field nodrag nopan nowheel"
      defaultValue={props.text}
      maxLength={2000}
      placeholder={words.note.placeholder}
      aria-label={words.note.edit}
      onChange={(event) => props.onText(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={props.onDone}
    />
  );
}
