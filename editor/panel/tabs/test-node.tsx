import { Alert, Button, JsonInput } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import type { FlowNode } from "../../../engine/core/flow.ts";
import { useDocument, useFlow } from "../../flow/flow-store.ts";
import { jsonObject } from "../../model/json-value.ts";
import { sampleFrom } from "../../model/preview.ts";
import { shortSpan } from "../../model/span-words.ts";
import { TRIAL_TRIGGER, trialFlow } from "../../model/trial-flow.ts";
import { createSimulation } from "../../simulator/simulation-store.ts";
import type { StepView, UndeliveredView } from "../../simulator/simulation-view.ts";
import { StepFaults } from "../../simulator/step-faults.tsx";
import { outcomeOf } from "../../simulator/step-outcome.ts";
import { portName } from "../../simulator/step-port.ts";
import { simulatorWords } from "../../simulator/words.ts";
import { JsonText } from "../../ui/json-text.tsx";
import { failureText, recordedFailure } from "../../words/failures.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { useVariables } from "../node-form.tsx";
import { panelWords } from "../words.ts";

/** Whoever is called or written to in a trial; nobody is: the vendors are emulated. */
const PERSON = "+573001234567";

/** Runs this one step with sample data, on the real engine and emulated vendors. */
export function TestNode({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const flow = useDocument();
  const type = useFlow((state) => state.catalogue.get(node.type, node.version));
  const variables = useVariables(node.id);
  const proposed = useMemo(() => JSON.stringify(sampleFrom(variables), null, 2), [variables]);
  const [text, setText] = useState<string | null>(null);
  const [trial] = useState(createSimulation);
  const { view, busy, failure } = useStore(trial);
  useEffect(() => () => trial.getState().end(), [trial]);
  if (!type || type.kind === "trigger") return null;
  const sample = jsonObject(text ?? proposed);

  async function run(values: Record<string, unknown>): Promise<void> {
    if (!type) return;
    const { start, act } = trial.getState();
    if (!(await start(trialFlow(flow, node, type, values), PERSON))) return;
    await act(
      type.needsLine
        ? { kind: "call", from: PERSON }
        : { kind: "start", trigger: TRIAL_TRIGGER, input: { input: {} } },
    );
  }

  const step = view.steps.findLast(({ nodeId }) => nodeId === node.id);
  const last = view.runs.at(-1);
  return (
    <section>
      <h3 className="section-title">{words.test}</h3>
      <p className="field-hint">{words.testText}</p>
      <JsonInput
        my={8}
        label={words.testSample}
        value={text ?? proposed}
        onChange={setText}
        error={sample === null && words.testBadJson}
        autosize
        minRows={3}
        maxRows={10}
      />
      <Button
        size="xs"
        variant="light"
        loading={busy}
        disabled={sample === null}
        leftSection={<IconPlayerPlay size={15} aria-hidden="true" />}
        onClick={() => sample && void run(sample)}
      >
        {words.testRun}
      </Button>
      {failure && (
        <Alert role="alert" color="red" variant="light" mt="xs">
          {failureText(failure, locale)}
        </Alert>
      )}
      {view.captions.map(({ seq, text: said }) => (
        <p key={seq} className="field-hint">
          «{said}»
        </p>
      ))}
      {step && <Outcome node={node} step={step} undelivered={view.undelivered} />}
      {!step && last?.state === "waiting" && <p className="field-hint">{words.testWaits}</p>}
      {!step && last?.error && (
        <Alert role="alert" color="red" variant="light" mt="xs">
          {recordedFailure(last.error, locale)}
        </Alert>
      )}
    </section>
  );
}

function Outcome(props: {
  readonly node: FlowNode;
  readonly step: StepView;
  readonly undelivered: readonly UndeliveredView[];
}) {
  const { node, step } = props;
  const words = useWords(panelWords);
  const locale = useLocale();
  const catalogue = useFlow((state) => state.catalogue);
  const simulator = useWords(simulatorWords);
  const outcome = outcomeOf(step, props.undelivered);
  const left = outcome.lost ? simulator.undelivered : portName(step, node, catalogue, locale);
  return (
    <div role="status">
      <p className="field-hint">
        {words.testLeft(step.error === null ? left : simulator.stepFailed)} · {shortSpan(step.ms, locale)}
      </p>
      <StepFaults error={step.error} setbacks={outcome.setbacks} />
      <JsonText value={step.output} />
    </div>
  );
}
