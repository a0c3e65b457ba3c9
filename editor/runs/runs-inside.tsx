import { useWords } from "../words/words.ts";
import { ChildRuns } from "./child-runs.tsx";
import { useRun } from "./run-context.ts";
import { runsWords } from "./words.ts";

/** The runs this one started, with where each of them is. */
export function RunsInside() {
  const words = useWords(runsWords);
  const { run } = useRun();
  return (
    <section className="run-section" aria-label={words.inside}>
      <h2>{words.inside}</h2>
      <ChildRuns of={run.id} />
    </section>
  );
}
