import { useWords } from "../words/words.ts";
import { creditsInWords, metersInWords } from "./credits-words.ts";
import { FailureText } from "./failure-text.tsx";
import { JsonFold } from "./json-fold.tsx";
import { LineTime } from "./line-time.tsx";
import { LiveSpan } from "./live-span.tsx";
import { useRun } from "./run-context.ts";
import { RunStateIcon } from "./run-state.tsx";
import { stateInWords } from "./state-in-words.ts";
import { runsWords } from "./words.ts";

/** How it ended: the outcome, or why it failed. */
export function EndEntry({ at }: { readonly at: string }) {
  const words = useWords(runsWords);
  const { run, visits } = useRun();
  const { outcome } = run;
  // Where a step failed it has said why.
  const toldAlready = visits.at(-1)?.failure?.message === outcome?.error?.message;
  const credits = creditsInWords(run.credits, words);
  return (
    <li className="entry entry-end" data-state={run.status}>
      <LineTime at={at} />
      <span className="entry-icon">
        <RunStateIcon status={run.status} size={18} />
      </span>
      <div className="entry-body">
        <strong>{stateInWords(run, words)}</strong>
        <p className="entry-facts">
          <LiveSpan from={run.startedAt} to={run.endedAt} />
          {credits !== "" && ` · ${credits} (${metersInWords(run.credits, words)})`}
        </p>
        {outcome?.error && !toldAlready && <FailureText failure={outcome.error} />}
        {outcome && Object.keys(outcome.output).length > 0 && (
          <JsonFold title={words.output} value={outcome.output} />
        )}
      </div>
    </li>
  );
}
