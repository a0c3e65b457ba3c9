import { Text } from "@mantine/core";
import { useMemo } from "react";
import { useWords } from "../words/words.ts";
import { Bubble } from "./bubble.tsx";
import { EndEntry } from "./end-entry.tsx";
import { NowCard } from "./now-card.tsx";
import { useRun } from "./run-context.ts";
import { RunData } from "./run-data.tsx";
import { RunsInside } from "./runs-inside.tsx";
import { StartEntry } from "./start-entry.tsx";
import { type Entry, timelineOf } from "./timeline.ts";
import { VisitEntry } from "./visit-entry.tsx";
import { runsWords } from "./words.ts";

/** What happened, as a conversation is read: from the beginning to where the run stands now. */
export function Timeline() {
  const words = useWords(runsWords);
  const { run, visits } = useRun();
  const entries = useMemo(() => timelineOf(run, visits), [run, visits]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="run-timeline" aria-label={words.timeline} tabIndex={0}>
      {run.journal !== "kept" && (
        <Text size="sm" c="dimmed" mb="sm">
          {run.journal === "partial" ? words.journalPartial : words.journalExpired}
        </Text>
      )}
      <ol className="timeline">
        {entries.map((entry) => (
          <TimelineEntry key={keyOf(entry)} entry={entry} />
        ))}
      </ol>
      {run.children.length > 0 && <RunsInside />}
      <RunData />
    </section>
  );
}

function TimelineEntry({ entry }: { readonly entry: Entry }) {
  switch (entry.kind) {
    case "start":
      return <StartEntry />;
    case "visit":
      return <VisitEntry visit={entry.visit} />;
    case "message":
      return (
        <li className="entry entry-message">
          <Bubble message={entry.message} />
        </li>
      );
    case "now":
      return <NowCard />;
    case "end":
      return <EndEntry at={entry.at} />;
  }
}

function keyOf(entry: Entry): string {
  if (entry.kind === "visit") return entry.visit.key;
  return entry.kind === "message" ? entry.message.id : entry.kind;
}
