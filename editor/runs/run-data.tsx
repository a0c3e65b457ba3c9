import { useWords } from "../words/words.ts";
import { JsonFold } from "./json-fold.tsx";
import { useRun } from "./run-context.ts";
import { runsWords } from "./words.ts";

/** All that is on record, for who wants to see it as it is. */
export function RunData() {
  const words = useWords(runsWords);
  const { run } = useRun();
  return (
    <section className="run-section" aria-label={words.data}>
      <h2>{words.data}</h2>
      <JsonFold title={words.input} value={run.input} />
      {Object.keys(run.vars).length > 0 && <JsonFold title={words.vars} value={run.vars} />}
      <JsonFold title={words.raw} value={run} />
    </section>
  );
}
