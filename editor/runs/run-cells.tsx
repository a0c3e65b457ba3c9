import { Link } from "react-router";
import { useNodeTypes } from "../api/node-types.ts";
import { quoted } from "../model/condition-words.ts";
import { type Locale, useLocale, useWords } from "../words/words.ts";
import { dayAndTime } from "./day-and-time.ts";
import { flowName } from "./flow-name.ts";
import { LiveSpan } from "./live-span.tsx";
import { outcomeName } from "./outcome-name.ts";
import type { ChildRun } from "./run-record.ts";
import { RunStateIcon } from "./run-state.tsx";
import { nodeOf, stepName } from "./step-name.ts";
import { useFlowDocument } from "./use-flow-document.ts";
import { whereInWords } from "./where-in-words.ts";
import { type RunsWords, runsWords } from "./words.ts";

/** What rows of runs have in common, whoever they belong to. */
export function RunCells({ run, name }: { readonly run: ChildRun; readonly name: string }) {
  const words = useWords(runsWords);
  const flow = useFlowDocument(run.flow, run.version);
  const { where, outcome } = useWhere(run);
  return (
    <>
      <RunStateIcon status={run.status} paused={run.pausedAt !== null} />
      <div className="run-who">
        <Link to={`/runs/${run.id}`} className="run-link tabular">
          {name}
        </Link>
        <span className="run-quiet">{flowName(run.flow, flow, words)}</span>
      </div>
      <div className="run-where">
        <span>{where}</span>
        <span className="run-quiet">{outcome}</span>
      </div>
      <span className="run-span">
        <LiveSpan from={run.startedAt} to={run.endedAt} />
      </span>
    </>
  );
}

function useWhere(run: ChildRun) {
  const words = useWords(runsWords);
  const locale = useLocale();
  const catalogue = useNodeTypes();
  const flow = useFlowDocument(run.flow, run.version);
  const node = run.node === null ? undefined : nodeOf(flow, run.node);
  const step =
    run.node === null ? null : quoted(stepName(run.node, null, flow, { catalogue, locale }), locale);
  const needsLine = catalogue.get(node?.type ?? "")?.needsLine ?? false;
  const where = whereInWords(
    run,
    { step: node ? step : null, type: node?.type ?? null, needsLine },
    words.at,
  );
  return { where, outcome: outcomeOf(run, words) ?? untilOf(run, words, locale) };
}

function untilOf({ status, wakeAt, pausedAt }: ChildRun, words: RunsWords, locale: Locale): string | null {
  if (status !== "waiting" || wakeAt === null || pausedAt !== null) return null;
  return words.until(dayAndTime(wakeAt, locale));
}

function outcomeOf({ outcome }: ChildRun, words: { readonly completed: string }): string | null {
  return outcome === "completed" ? words.completed : outcome === null ? null : outcomeName(outcome);
}
