import { Button, Text } from "@mantine/core";
import { IconPlayerPlay, IconPlayerSkipForward } from "@tabler/icons-react";
import { quoted } from "../model/condition-words.ts";
import { spanWords } from "../model/span-words.ts";
import { useLocale, useWords } from "../words/words.ts";
import { dayAndTime } from "./day-and-time.ts";
import { useSecond } from "./live-span.tsx";
import { useRun } from "./run-context.ts";
import type { RunRecord } from "./run-record.ts";
import { RunStateIcon } from "./run-state.tsx";
import { nodeOf, stepName } from "./step-name.ts";
import { useRunChanges } from "./use-run-changes.ts";
import { hasTime, whereInWords } from "./where-in-words.ts";
import { runsWords } from "./words.ts";

/** Where the run stands now, until when, and how to get it going again. */
export function NowCard() {
  const words = useWords(runsWords);
  const { run, flow } = useRun();
  const { wake, resume, busy } = useRunChanges(run.id);
  const paused = run.pausedAt !== null;
  const type = run.node === null ? null : (nodeOf(flow, run.node)?.type ?? null);
  const canWake = run.status === "waiting" && !paused && run.wakeAt !== null && hasTime(type);
  return (
    <li className="entry entry-now" data-state={paused ? "paused" : run.status} role="status">
      <span className="entry-icon">
        <RunStateIcon status={run.status} paused={paused} size={18} />
      </span>
      <div className="entry-body">
        <strong>{useWhere(run)}</strong>
        {run.status === "waiting" && !paused && run.wakeAt !== null && <Countdown until={run.wakeAt} />}
        {canWake && (
          <div className="now-act">
            <Button size="sm" loading={busy} leftSection={<IconPlayerSkipForward size={16} />} onClick={wake}>
              {words.wake}
            </Button>
            <Text size="xs" c="dimmed">
              {words.wakeText}
            </Text>
          </div>
        )}
        {paused && (
          <Button size="sm" loading={busy} leftSection={<IconPlayerPlay size={16} />} onClick={resume}>
            {words.resume}
          </Button>
        )}
      </div>
    </li>
  );
}

function useWhere(run: RunRecord): string {
  const words = useWords(runsWords);
  const locale = useLocale();
  const { flow, catalogue } = useRun();
  const node = run.node === null ? undefined : nodeOf(flow, run.node);
  const type = node ? catalogue.get(node.type) : undefined;
  const step =
    run.node === null ? null : quoted(stepName(run.node, null, flow, { catalogue, locale }), locale);
  const text = whereInWords(
    run,
    { step, type: node?.type ?? null, needsLine: type?.needsLine ?? false },
    words.at,
  );
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

function Countdown({ until }: { readonly until: string }) {
  const words = useWords(runsWords);
  const locale = useLocale();
  const left = Date.parse(until) - useSecond();
  return (
    <p className="entry-facts tabular">
      {left > 0 ? words.goesOnIn(spanWords(Math.max(1000, left), locale)) : words.anyMoment}
      {" · "}
      {words.until(dayAndTime(until, locale))}
    </p>
  );
}
