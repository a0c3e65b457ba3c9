import type { EdgeTypes, NodeTypes } from "@xyflow/react";
import { ForeignCard } from "./foreign-card.tsx";
import { GroupFrame } from "./group-frame.tsx";
import { NoteCard } from "./note-card.tsx";
import { StepCard } from "./step-card.tsx";
import { TriggerCapsule } from "./trigger-capsule.tsx";
import { Wire } from "./wire.tsx";

// Outside of every component: new objects would have the whole canvas drawn again.
export const NODE_TYPES: NodeTypes = {
  step: StepCard,
  start: TriggerCapsule,
  foreign: ForeignCard,
  note: NoteCard,
  group: GroupFrame,
};

export const EDGE_TYPES: EdgeTypes = { wire: Wire };
