import type { EffectListRow, MessageListRow, RunListRow, RunRow } from "../store/run-history.ts";
import type { JournalEvent } from "../store/runs.ts";

/** Runs as callers see them. */
export function runSummary(row: RunListRow) {
  return {
    id: row.id,
    flow: row.flow_key,
    status: row.status,
    trigger: row.trigger_type,
    contact: row.contact_phone,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    parentRunId: row.parent_run_id,
    parentStep: row.parent_step,
    branch: row.branch,
  };
}

/** Everything that is on record about one run. */
export interface RunRecord {
  readonly run: RunRow;
  readonly journal: readonly JournalEvent[];
  readonly effects: readonly EffectListRow[];
  readonly waits: readonly { readonly key: string; readonly wake_at: Date | null }[];
  readonly messages: readonly MessageListRow[];
  readonly credits: Readonly<Record<string, number>>;
  readonly children: readonly RunListRow[];
}

export function runDetail(record: RunRecord, version: number | null, simulated: ReadonlySet<string>) {
  const { run, journal, effects, waits, messages, credits, children } = record;
  const { outcome, trigger, vars } = run.state;
  return {
    ...runSummary(run),
    version,
    outcome: outcome && { name: outcome.name, output: outcome.output, error: outcome.error },
    input: trigger,
    vars,
    steps: journal.map(stepView),
    effects: effects.map((effect) => effectView(effect, simulated)),
    // Only the first key of a wait carries its deadline.
    waits: waits.map(({ key, wake_at }) => ({ key, wakeAt: wake_at })),
    messages: messages.map(messageView),
    credits,
    children: children.map(runSummary),
  };
}

function stepView({ nodeId, stepKey, type, kind, port, output, error, cause, at, ms }: JournalEvent) {
  return { nodeId, stepKey, type, kind, port, output, error, cause, at, ms };
}

function effectView(row: EffectListRow, simulated: ReadonlySet<string>) {
  const { id, part, kind, provider, channel, state, status, ref, outcome, attempts } = row;
  return {
    id,
    stepKey: row.step_key,
    part,
    kind,
    provider,
    simulated: simulated.has(provider),
    channel,
    to: row.recipient,
    state,
    status,
    ref,
    outcome,
    attempts,
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}

function messageView(row: MessageListRow) {
  const { id, direction, channel, body, status, error, units, simulated } = row;
  return {
    id,
    direction,
    channel,
    contact: row.contact_phone,
    number: row.number_e164,
    body,
    status,
    error,
    ref: row.provider_ref,
    units,
    simulated,
    createdAt: row.created_at,
  };
}
