import { NumberInput, SegmentedControl, Switch, Textarea } from "@mantine/core";
import { useId } from "react";
import type { FlowNode, RetrySettings } from "../../engine/core/flow.ts";
import { useFlow } from "../flow/flow-store.ts";
import { setNodeOptions } from "../model/edits.ts";
import { useWords } from "../words/words.ts";
import { Foldable } from "./fields/fold.tsx";
import { bothWords } from "./undo-label.ts";
import { panelWords } from "./words.ts";

const USUAL_RETRY: RetrySettings = { maxAttempts: 3, firstDelayMs: 1000, maxDelayMs: 60_000 };

type Options = Parameters<typeof setNodeOptions>[2];

/** What every node has besides its parameters. */
export function NodeSettings({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const change = useFlow((state) => state.change);
  const readOnly = useFlow((state) => state.locked !== null);
  const kind = useFlow((state) => state.catalogue.get(node.type, node.version)?.kind);
  const { onError, retry, note } = node.data;
  const set = (options: Options, part: string) =>
    change(bothWords("undoOptions"), (flow) => setNodeOptions(flow, node.id, options), {
      mergeKey: `${node.id}/${part}`,
    });
  const count = [onError, retry, note].filter((each) => each !== undefined).length;
  return (
    <Foldable
      title={words.nodeSettings}
      note={count === 0 ? null : words.changedCount(count)}
      forced={note !== undefined}
    >
      {kind !== "trigger" && (
        <>
          <OnError
            value={onError ?? "stop"}
            readOnly={readOnly}
            onChange={(next) => set({ onError: next }, "onError")}
          />
          <Switch
            label={words.retryOwn}
            checked={retry !== undefined}
            disabled={readOnly}
            onChange={() => set({ retry: retry ? undefined : USUAL_RETRY }, "retry")}
          />
          {retry && (
            <Retry retry={retry} readOnly={readOnly} onChange={(next) => set({ retry: next }, "retry")} />
          )}
        </>
      )}
      <Textarea
        label={words.note}
        description={words.noteHint}
        autosize
        minRows={2}
        maxLength={2000}
        value={note ?? ""}
        readOnly={readOnly}
        onChange={(event) => set({ note: event.currentTarget.value || undefined }, "note")}
      />
    </Foldable>
  );
}

function OnError(props: {
  readonly value: "stop" | "continue";
  readonly readOnly: boolean;
  onChange(value: "continue" | undefined): void;
}) {
  const words = useWords(panelWords);
  const id = useId();
  return (
    <div className="field">
      <span className="field-label" id={id}>
        {words.onError}
      </span>
      <SegmentedControl
        aria-labelledby={id}
        fullWidth
        data={[
          { value: "stop", label: words.onErrorStop },
          { value: "continue", label: words.onErrorContinue },
        ]}
        value={props.value}
        readOnly={props.readOnly}
        onChange={(next) => props.onChange(next === "continue" ? "continue" : undefined)}
      />
    </div>
  );
}

function Retry(props: {
  readonly retry: RetrySettings;
  readonly readOnly: boolean;
  onChange(retry: RetrySettings): void;
}) {
  const words = useWords(panelWords);
  const { retry, readOnly } = props;
  return (
    <div className="side-by-side">
      <NumberInput
        label={words.maxAttempts}
        min={1}
        max={20}
        allowDecimal={false}
        value={retry.maxAttempts}
        readOnly={readOnly}
        onChange={(next) => next !== "" && props.onChange({ ...retry, maxAttempts: Number(next) })}
      />
      <NumberInput
        label={words.firstDelay}
        min={0}
        max={3600}
        value={retry.firstDelayMs / 1000}
        readOnly={readOnly}
        onChange={(next) =>
          next !== "" && props.onChange({ ...retry, firstDelayMs: Math.round(Number(next) * 1000) })
        }
      />
      <NumberInput
        label={words.maxDelay}
        min={0}
        max={86_400}
        value={retry.maxDelayMs / 1000}
        readOnly={readOnly}
        onChange={(next) =>
          next !== "" && props.onChange({ ...retry, maxDelayMs: Math.round(Number(next) * 1000) })
        }
      />
    </div>
  );
}
