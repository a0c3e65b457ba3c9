import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import { renameGroup } from "../model/edits.ts";
import { useWords } from "../words/words.ts";
import { groupKey } from "./canvas-ids.ts";
import type { GroupNode } from "./canvas-nodes.ts";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui.ts";
import { InlineName } from "./inline-name.tsx";
import { sameCard } from "./same-card.ts";
import { stepLabel } from "./step-label.ts";
import { canvasWords } from "./words.ts";

/** A frame around steps that belong together. Only its name takes the mouse: what is inside stays in reach. */
export const GroupFrame = memo(function GroupFrame({ data, selected }: NodeProps<GroupNode>) {
  const { group } = data;
  const key = groupKey(group.id);
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  const words = useWords(canvasWords);
  const renaming = useCanvasUi((state) => state.renaming === key);
  const locked = useFlow((state) => state.locked !== null);
  const keep = (text: string | null) => {
    ui.setState({ renaming: null });
    if (!text || text === group.label) return;
    store.getState().change(
      stepLabel((did) => did.renameGroup),
      (flow) => renameGroup(flow, group.id, text),
    );
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      role="group"
      className="group"
      data-card={key}
      data-colour={group.colour}
      data-selected={selected || undefined}
      aria-label={`${words.group.label}: ${group.label}`}
      tabIndex={-1}
    >
      {renaming ? (
        <div className="group-name">
          <InlineName value={group.label} label={words.group.rename} onDone={keep} />
        </div>
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: F2 does the same for whoever has no mouse
        <div
          className="group-name"
          title={words.group.rename}
          onDoubleClick={() => {
            if (!locked) ui.setState({ renaming: key });
          }}
        >
          {group.label}
        </div>
      )}
    </div>
  );
}, sameCard);
