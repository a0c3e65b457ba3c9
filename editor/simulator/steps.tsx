import { Text } from "@mantine/core";
import { useDocument, useFlow } from "../flow/flow-store.ts";
import { shortSpan } from "../model/span-words.ts";
import { outcomeName } from "../runs/outcome-name.ts";
import { JsonText } from "../ui/json-text.tsx";
import { exactMoment } from "../ui/moment.tsx";
import { recordedFailure } from "../words/failures.ts";
import { useLocale, useWords } from "../words/words.ts";
import { useSimulation } from "./simulation-context.ts";
import type { RunView, StepView } from "./simulation-view.ts";
import { StepFaults } from "./step-faults.tsx";
import { outcomeOf } from "./step-outcome.ts";
import { portName } from "./step-port.ts";
import { simulatorWords } from "./words.ts";

/** One line a step, as it happens; open it for what went in and came out, click its name for the node. */
export function Steps() {
  const words = useWords(simulatorWords);
  const steps = useSimulation((state) => state.view.steps);
  const runs = useSimulation((state) => state.view.runs);
  return (
    <section aria-label={words.steps} className="steps">
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {words.steps}
      </Text>
      {steps.length === 0 && (
        <Text size="xs" c="dimmed">
          {words.stepsEmpty}
        </Text>
      )}
      <ol className="outline-list">
        {steps.map((step) => (
          <Step key={step.seq} step={step} />
        ))}
      </ol>
      <div role="status">
        {runs.map((run) => (
          <RunLine key={run.runId} run={run} />
        ))}
      </div>
    </section>
  );
}

function Step({ step }: { readonly step: StepView }) {
  const words = useWords(simulatorWords);
  const locale = useLocale();
  const catalogue = useFlow((state) => state.catalogue);
  const node = useDocument().nodes.find(({ id }) => id === step.nodeId);
  const title = node?.data.label ?? catalogue.get(step.type)?.title[locale] ?? step.type;
  const focusNode = useFlow((state) => state.focusNode);
  const undelivered = useSimulation((state) => state.view.undelivered);
  const { failed, lost, setbacks, credits } = outcomeOf(step, undelivered);
  const port = lost ? words.undelivered : portName(step, node, catalogue, locale);
  const taken = step.error === null ? port : words.stepFailed;
  const figures = `${credits > 0 ? `${words.credits(credits)} · ` : ""}${shortSpan(step.ms, locale)}`;
  return (
    <li className="step" data-failed={failed || undefined}>
      {/* Over its own room in the line: what opens the line must not hold another button. */}
      <button type="button" className="step-name" onClick={() => focusNode(step.nodeId)}>
        {title}
      </button>
      <details>
        <summary aria-label={[title, taken, figures].join(", ")}>
          <span className="step-room" aria-hidden="true">
            {title}
          </span>
          <span className="step-port">{taken}</span>
          <span className="step-figures tabular">{figures}</span>
        </summary>
        <Text size="xs" c="dimmed">
          {words.input}
        </Text>
        <JsonText value={step.params} />
        <Text size="xs" c="dimmed">
          {words.output}
        </Text>
        <JsonText value={step.output} />
      </details>
      <StepFaults error={step.error} setbacks={setbacks} />
    </li>
  );
}

function RunLine({ run }: { readonly run: RunView }) {
  const words = useWords(simulatorWords);
  const locale = useLocale();
  return (
    <Text size="xs" mt={6} fw={600} c={run.state === "failed" ? "var(--danger)" : "dimmed"}>
      {lineOf(run)}
    </Text>
  );

  function endedAs(outcome: string | null): string {
    return outcome === null || outcome === "completed" ? words.completed : outcomeName(outcome);
  }

  function lineOf({ state, until, outcome, error }: RunView): string {
    if (state === "started") return words.runStarted;
    if (state === "waiting")
      return until === null ? words.runWaiting : words.runWaitingUntil(exactMoment(until, locale));
    if (state === "succeeded") return words.runSucceeded(endedAs(outcome));
    return state === "failed" ? words.runFailed(recordedFailure(error ?? "", locale)) : words.runCancelled;
  }
}
