import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { NodeIcon } from "../ui/node-icon.tsx";
import type { StepNode } from "./canvas-nodes.ts";
import { CardFrame } from "./card-frame.tsx";
import { CardTitle } from "./card-title.tsx";
import { EntryHandle } from "./entry-handle.tsx";
import { Essence } from "./essence.tsx";
import { NodePorts } from "./node-ports.tsx";
import { sameCard } from "./same-card.ts";
import { useCard } from "./use-card.ts";

/** A step: icon and title, what matters of it, and the ways out of it. */
export const StepCard = memo(function StepCard({ id, data, selected }: NodeProps<StepNode>) {
  const { node, direction } = data;
  const card = useCard(node);
  const icon = card.type?.icon ?? "";
  return (
    <CardFrame id={id} card={card} selected={selected} kind="step" className="card">
      <EntryHandle direction={direction} />
      <div className="card-near">
        <div className="card-head">
          <NodeIcon name={icon} className="card-icon" />
          <CardTitle id={id} title={card.title} label={node.data.label} />
        </div>
        <Essence lines={card.essence} />
      </div>
      <div className="card-far" aria-hidden="true">
        <NodeIcon name={icon} size={34} />
        <span>{card.title}</span>
      </div>
      <NodePorts node={node} direction={direction} selected={selected} />
    </CardFrame>
  );
}, sameCard);
