import type { Registry } from "../registry.ts";
import { redactOutcome, redactTrigger } from "../runtime/redaction.ts";
import type { Version } from "../runtime/versions.ts";
import type { ChargeRow } from "../store/credits.ts";
import type { EffectListRow, MessageListRow, RunListRow, RunRow } from "../store/run-history.ts";
import type { JournalEvent } from "../store/runs.ts";

/** Runs as callers see them. */
export function runSummary(row: RunListRow) {
  return { ...runBasics(row), version: row.version, node: row.node, outcome: row.outcome };
}

function runBasics(row: Omit<RunListRow, "node" | "outcome" | "version">) {
  return {
    id: row.id,
    flow: row.flow_key,
    status: row.status,
    trigger: row.trigger_type,
    contact: row.contact_phone,
    contactName: row.contact_name,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    wakeAt: row.ended_at === null ? row.wake_at : null,
    pausedAt: row.ended_at === null ? row.paused_at : null,
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
  readonly charges: readonly ChargeRow[];
  readonly children: readonly RunListRow[];
}

/** Whether the steps of a run are still on record. */
export const JOURNAL_KEPT = ["kept", "partial", "expired"] as const;
export type JournalKept = (typeof JOURNAL_KEPT)[number];

/** `since` is the first moment of which the journal is kept. */
export function keptOf(run: Pick<RunRow, "started_at" | "ended_at">, since: Date): JournalKept {
  if (run.started_at >= since) return "kept";
  return run.ended_at !== null && run.ended_at < since ? "expired" : "partial";
}

/** What a run's detail is told with. */
export interface RunTelling {
  readonly version: Version | null;
  readonly registry: Registry;
  readonly simulated: ReadonlySet<string>;
  readonly journal: JournalKept;
}

export function runDetail(record: RunRecord, telling: RunTelling) {
  const { run, effects, waits, messages, credits, charges, children } = record;
  const { version, registry, simulated, journal } = telling;
  const { outcome, trigger, vars, retryOf = null } = run.state;
  const graph = version?.graph ?? null;
  return {
    ...runBasics(run),
    node: run.state.cursor?.nodeId ?? null,
    version: version?.number ?? null,
    outcome: outcome && {
      name: outcome.name,
      output: redactOutcome(registry, graph, run.state),
      error: outcome.error,
    },
    retryOf,
    input: redactTrigger(registry, graph, run.trigger_type, trigger),
    progress: run.state.repeat?.progress ?? null,
    vars,
    journal,
    steps: record.journal.map(stepView),
    effects: effects.map((effect) => effectView(effect, simulated)),
    // Only the first key of a wait carries its deadline.
    waits: waits.map(({ key, wake_at }) => ({ key, wakeAt: wake_at })),
    messages: messages.map(messageView),
    credits,
    charges: charges.map(chargeView),
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

function chargeView({ meter, units, effect_id, step_key, at }: ChargeRow) {
  return { meter, units, effectId: effect_id, stepKey: step_key, at };
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
    effectId: row.effect_id,
    units,
    simulated,
    createdAt: row.created_at,
  };
}
