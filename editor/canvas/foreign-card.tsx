import { IconPuzzleOff } from "@tabler/icons-react";
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useWords } from "../words/words.ts";
import type { ForeignNode } from "./canvas-nodes.ts";
import { CardFrame } from "./card-frame.tsx";
import { CardTitle } from "./card-title.tsx";
import { EntryHandle } from "./entry-handle.tsx";
import { NodePorts } from "./node-ports.tsx";
import { sameCard } from "./same-card.ts";
import { useCard } from "./use-card.ts";
import { canvasWords } from "./words.ts";

/** A step of a kind that is not known here. It keeps what it holds, and can be moved, copied and connected. */
export const ForeignCard = memo(function ForeignCard({ id, data, selected }: NodeProps<ForeignNode>) {
  const { node, direction } = data;
  const words = useWords(canvasWords);
  const card = { ...useCard(node), essence: [words.foreignText] };
  return (
    <CardFrame id={id} card={card} selected={selected} kind="foreign" className="card card-foreign">
      <EntryHandle direction={direction} />
      <div className="card-near">
        <div className="card-head">
          <IconPuzzleOff size={18} stroke={1.7} className="card-icon" aria-hidden="true" />
          <CardTitle id={id} title={card.title} label={node.data.label} />
        </div>
        <p className="card-essence card-essence-two">{words.foreignText}</p>
      </div>
      <div className="card-far" aria-hidden="true">
        <IconPuzzleOff size={34} />
        <span>{card.title}</span>
      </div>
      <NodePorts node={node} direction={direction} selected={selected} />
    </CardFrame>
  );
}, sameCard);
