import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { NodeToolbar, Position } from "@xyflow/react";
import { useFlowStore } from "../flow/flow-store.ts";
import type { Note } from "../model/edit-canvas.ts";
import { removeNote } from "../model/edits.ts";
import { useWords } from "../words/words.ts";
import { stepLabel } from "./step-label.ts";
import { canvasWords } from "./words.ts";

const COLOURS: readonly Note["colour"][] = ["grey", "teal", "violet", "green", "amber", "blue", "gold"];

/** Above a note that is selected: its colour, writing it, and taking it away. */
export function NoteTools(props: {
  readonly note: Note;
  readonly onColour: (colour: Note["colour"]) => void;
  readonly onWrite: () => void;
}) {
  const { note, onColour, onWrite } = props;
  const store = useFlowStore();
  const words = useWords(canvasWords);
  const remove = () =>
    store.getState().change(
      stepLabel((did) => did.removeNote),
      (flow) => removeNote(flow, note.id),
    );
  return (
    <NodeToolbar position={Position.Top} className="floating-tools">
      {COLOURS.map((colour) => (
        <button
          key={colour}
          type="button"
          className="swatch"
          data-colour={colour}
          aria-pressed={note.colour === colour}
          aria-label={words.note.colour(words.colours[colour])}
          title={words.colours[colour]}
          onClick={() => onColour(colour)}
        />
      ))}
      <Tooltip label={words.note.edit}>
        <ActionIcon variant="subtle" color="gray" aria-label={words.note.edit} onClick={onWrite}>
          <IconPencil size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={words.note.remove}>
        <ActionIcon variant="subtle" color="gray" aria-label={words.note.remove} onClick={remove}>
          <IconTrash size={16} />
        </ActionIcon>
      </Tooltip>
    </NodeToolbar>
  );
}
