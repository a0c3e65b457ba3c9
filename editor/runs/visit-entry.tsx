import { ActionIcon, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { portsOf } from "../model/ports.ts";
import { spanWords } from "../model/span-words.ts";
import { inLocale } from "../model/words.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { Bubble } from "./bubble.tsx";
import { metersInWords } from "./credits-words.ts";
import { EffectLine } from "./effect-line.tsx";
import { FailureText } from "./failure-text.tsx";
import { LineTime } from "./line-time.tsx";
import { useRun } from "./run-context.ts";
import { isOver } from "./run-record.ts";
import { SpokenLines } from "./spoken-lines.tsx";
import { nodeOf, stepName } from "./step-name.ts";
import { creditsOfVisit, type Visit } from "./timeline.ts";
import { VisitData } from "./visit-data.tsx";
import { runsWords } from "./words.ts";

/** One step of the transcript: what was said, sent and done there, by which way it left, how long and for how much. */
export function VisitEntry({ visit }: { readonly visit: Visit }) {
  const locale = useLocale();
  const { run, flow, catalogue, upTo, selection, showUpTo } = useRun();
  const node = nodeOf(flow, visit.nodeId);
  const type = catalogue.get(visit.type, node?.version);
  const title = stepName(visit.nodeId, visit.type, flow, { catalogue, locale });
  const current = upTo === visit.order;
  const place = useInView(current);
  return (
    <li
      ref={place}
      className="entry entry-visit"
      data-state={visit.state}
      data-current={current || undefined}
      data-chosen={selection.has(visit.nodeId) || undefined}
      data-later={(upTo !== null && visit.order > upTo) || undefined}
    >
      <LineTime at={visit.at} />
      <span className="entry-icon" style={{ color: `var(--family-${type?.family ?? "logic"})` }}>
        <NodeIcon name={type?.icon ?? "dots"} size={17} />
      </span>
      <div className="entry-body">
        <div className="entry-head">
          <span className="entry-order tabular">{visit.order}</span>
          <button
            type="button"
            className="entry-title"
            aria-current={current ? "step" : undefined}
            onClick={() => showUpTo(visit.order)}
          >
            {title}
          </button>
          {isOver(run) && <RetryHere nodeId={visit.nodeId} />}
        </div>
        <Facts visit={visit} />
        <SpokenLines visit={visit} node={node} />
        {visit.messages.map((message) => (
          <Bubble key={message.id} message={message} />
        ))}
        {visit.effects.map((effect) => (
          <EffectLine key={effect.id} effect={effect} />
        ))}
        {visit.failure && <FailureText failure={visit.failure} />}
        <VisitData visit={visit} node={node} />
      </div>
    </li>
  );
}

function Facts({ visit }: { readonly visit: Visit }) {
  const words = useWords(runsWords);
  const locale = useLocale();
  const meters = metersInWords(creditsOfVisit(visit), words);
  const facts = [
    usePortLabel(visit),
    visit.cause === "timeout" && words.timedOut,
    visit.waitMs !== null && words.waited(spanWords(visit.waitMs, locale)),
    spanWords(visit.workMs, locale),
    meters !== "" && `${words.charged} ${meters}`,
  ];
  return <p className="entry-facts">{facts.filter((fact) => fact !== false && fact !== null).join(" · ")}</p>;
}

function usePortLabel({ nodeId, port }: Visit): string | null {
  const words = useWords(runsWords);
  const locale = useLocale();
  const { flow, catalogue } = useRun();
  const node = nodeOf(flow, nodeId);
  // Where there is one way on, saying that it was taken says nothing.
  if (port === null || port === "next") return null;
  const label = node && portsOf(node, catalogue).find(({ name }) => name === port)?.label;
  return words.left(label === undefined ? port : inLocale(label, locale));
}

function RetryHere({ nodeId }: { readonly nodeId: string }) {
  const words = useWords(runsWords);
  const { retryFrom } = useRun();
  return (
    <Tooltip label={words.retryHere} openDelay={300}>
      <ActionIcon
        className="entry-retry"
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={words.retryHere}
        onClick={() => retryFrom(nodeId)}
      >
        <IconRefresh size={15} />
      </ActionIcon>
    </Tooltip>
  );
}

function useInView(current: boolean) {
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (current) place.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return place;
}
