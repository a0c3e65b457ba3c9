import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { type Locale, useLocale, useWords } from "../words/words.ts";
import type { StartNode } from "./canvas-nodes.ts";
import { CardFrame } from "./card-frame.tsx";
import { CardTitle } from "./card-title.tsx";
import { EssenceLine } from "./essence.tsx";
import { NodePorts } from "./node-ports.tsx";
import { sameCard } from "./same-card.ts";
import { type Card, useCard } from "./use-card.ts";
import { canvasWords } from "./words.ts";

/** What sets the flow off: the number or path it listens on, and the way to try it. */
export const TriggerCapsule = memo(function TriggerCapsule({ id, data, selected }: NodeProps<StartNode>) {
  const { node, direction } = data;
  const card = useCard(node);
  const store = useFlowStore();
  const locale = useLocale();
  const words = useWords(canvasWords);
  const locked = useFlow((state) => state.locked !== null);
  const listens = useListens(node.type);
  const icon = card.type?.icon ?? "";
  const simulate = () => {
    store.getState().select([id]);
    store.getState().showDrawer("simulator");
  };
  return (
    <CardFrame id={id} card={card} selected={selected} kind="trigger" className="card capsule">
      <div className="card-near capsule-row">
        <span className="capsule-icon">
          <NodeIcon name={icon} size={20} />
        </span>
        <div className="capsule-text">
          <CardTitle id={id} title={card.title} label={node.data.label} />
          <EssenceLine text={listens ?? card.essence[0] ?? kindOf(card, locale) ?? words.startsHere} />
        </div>
        {!locked && (
          <Button
            className="capsule-simulate nodrag"
            size="compact-sm"
            variant="light"
            radius="xl"
            leftSection={<IconPlayerPlay size={14} aria-hidden="true" />}
            aria-label={words.simulateFrom(card.title)}
            tabIndex={selected ? 0 : -1}
            onClick={simulate}
          >
            {words.simulate}
          </Button>
        )}
      </div>
      <div className="card-far" aria-hidden="true">
        <NodeIcon name={icon} size={34} />
        <span>{card.title}</span>
      </div>
      <NodePorts node={node} direction={direction} selected={selected} />
    </CardFrame>
  );
}, sameCard);

/** What kind of start it is, where the author calls it something else. */
function kindOf({ type, title }: Card, locale: Locale): string | undefined {
  const kind = type?.title[locale];
  return kind === title ? undefined : kind;
}

/** The path a system has to call; whoever knows all of it may start the flow, so most of it stays hidden. */
function useListens(type: string): string | null {
  const hookUrl = useFlow((state) => state.hookUrl);
  if (type !== "http.webhook" || !URL.canParse(hookUrl)) return null;
  const { pathname } = new URL(hookUrl);
  const cut = pathname.lastIndexOf("/") + 1;
  return `${pathname.slice(0, cut)}…${pathname.slice(cut).slice(-4)}`;
}
