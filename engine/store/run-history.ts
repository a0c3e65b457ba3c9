import type { JsonObject } from "../core/json.ts";
import type { RunState, RunStatus } from "../core/run.ts";
import type { TenantScope } from "./database.ts";
import type { JournalEvent } from "./runs.ts";

export interface RunListRow {
  readonly id: string;
  readonly flow_key: string;
  readonly status: RunStatus;
  readonly trigger_type: string;
  readonly contact_phone: string | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  /** Of a child: whose, and which of its branches. */
  readonly parent_run_id: string | null;
  readonly parent_step: string | null;
  readonly branch: string | null;
  /** Where it stands, or ended. */
  readonly node: string | null;
  readonly outcome: string | null;
  /** Until when it waits. */
  readonly wake_at: Date | null;
  readonly paused_at: Date | null;
  readonly contact_name: string | null;
  /** Number of its flow's version; null: the engine's own. */
  readonly version: number | null;
}

export interface RunRow extends Omit<RunListRow, "node" | "outcome" | "version"> {
  readonly flow_version_id: string;
  readonly seq: number;
  readonly state: RunState;
  readonly number_id: string | null;
}

export interface RunFilter {
  readonly flow?: string;
  readonly status?: string;
  readonly contact?: string;
  readonly from?: string;
  readonly to?: string;
  /** Only those that were given up. */
  readonly deadLetter?: boolean;
  /** Only the children of this run; absent: only runs that are nobody's child. */
  readonly parent?: string;
  /** Id of the last run of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

const CONTACT_NAME = `(select contacts.name from contacts
  where contacts.tenant_id = runs.tenant_id and contacts.phone = runs.contact_phone limit 1) as contact_name`;

const VERSION = `(select flow_versions.number from flow_versions
  where flow_versions.tenant_id = runs.tenant_id and flow_versions.id = runs.flow_version_id) as version`;

/** Newest first. */
export function listRuns({ sql, tenantId }: TenantScope, filter: RunFilter): Promise<RunListRow[]> {
  const query = sql("runs")
    .where("runs.tenant_id", tenantId)
    .orderBy("runs.id", "desc")
    .limit(filter.limit)
    .select(
      "runs.id",
      "runs.flow_key",
      "runs.status",
      "runs.trigger_type",
      "runs.contact_phone",
      "runs.started_at",
      "runs.ended_at",
      "runs.parent_run_id",
      "runs.parent_step",
      "runs.branch",
      "runs.wake_at",
      "runs.paused_at",
      sql.raw(CONTACT_NAME),
      sql.raw(VERSION),
      sql.raw("runs.state #>> '{cursor,nodeId}' as node"),
      sql.raw("runs.state #>> '{outcome,name}' as outcome"),
    );
  if (filter.parent === undefined) query.whereNull("runs.parent_run_id");
  else query.where("runs.parent_run_id", filter.parent);
  if (filter.flow !== undefined) query.where("runs.flow_key", filter.flow);
  if (filter.status !== undefined) query.where("runs.status", filter.status);
  if (filter.deadLetter) query.whereNotNull("runs.poisoned_at").where("runs.status", "failed");
  if (filter.contact !== undefined) query.where("runs.contact_phone", filter.contact);
  if (filter.from !== undefined) query.where("runs.started_at", ">=", filter.from);
  if (filter.to !== undefined) query.where("runs.started_at", "<", filter.to);
  if (filter.after !== null) query.where("runs.id", "<", filter.after);
  return query;
}

export interface ChangeQuery {
  readonly runIds: readonly string[];
  /** Also all others that began lately. */
  readonly all: boolean;
  readonly withinMs: number;
}

// Who looks at a list sees the newest; an old run that goes on is looked at by itself.
const NEWEST = 500;

/** Runs that were written to a moment ago. */
export async function changedRuns(
  { sql, tenantId }: TenantScope,
  { runIds, all, withinMs }: ChangeQuery,
): Promise<readonly { readonly id: string; readonly seq: number }[]> {
  const newest = sql("runs").where("runs.tenant_id", tenantId).orderBy("runs.id", "desc").limit(NEWEST);
  const rows: { id: string; seq: number }[] = await sql("runs")
    .where("runs.tenant_id", tenantId)
    .where((either) => {
      either.whereIn("runs.id", [...runIds]);
      if (all) either.orWhereIn("runs.id", newest.select("runs.id"));
    })
    .whereRaw("runs.updated_at > now() - ? * interval '1 ms'", [withinMs])
    .select("runs.id", "runs.seq");
  return rows;
}

/** Runs that a step of a run started. */
export function childrenOf(
  { sql, tenantId }: TenantScope,
  step: string,
): Promise<Pick<RunRow, "id" | "ended_at">[]> {
  return sql("runs")
    .where({ "runs.tenant_id": tenantId, "runs.parent_step": step })
    .select("runs.id", "runs.ended_at");
}

export function readRun({ sql, tenantId }: TenantScope, runId: string): Promise<RunRow | undefined> {
  return sql("runs")
    .where({ "runs.tenant_id": tenantId, "runs.id": runId })
    .first("runs.*", sql.raw(CONTACT_NAME));
}

/** [R4] A run and the time it took: only the partitions of those days are looked into. */
export type RunSpan = Pick<RunRow, "id" | "started_at" | "ended_at">;

/** What happened, oldest first, as far as it is kept. */
export async function readJournal({ sql, tenantId }: TenantScope, run: RunSpan): Promise<JournalEvent[]> {
  const rows: { events: JournalEvent[] }[] = await sql("journal")
    .where({ "journal.tenant_id": tenantId, "journal.run_id": run.id })
    .whereBetween("journal.at", during(run))
    .orderBy("journal.seq")
    .select("journal.events");
  return rows.flatMap((row) => row.events);
}

export interface EffectListRow {
  readonly id: string;
  readonly step_key: string;
  readonly part: string;
  readonly kind: string;
  readonly provider: string;
  readonly channel: string | null;
  readonly recipient: string | null;
  readonly state: string;
  readonly status: string | null;
  readonly ref: string | null;
  readonly outcome: JsonObject | null;
  readonly attempts: number;
  readonly created_at: Date;
  readonly settled_at: Date | null;
}

export function listEffects({ sql, tenantId }: TenantScope, runId: string): Promise<EffectListRow[]> {
  return sql("effects")
    .where({ "effects.tenant_id": tenantId, "effects.run_id": runId })
    .orderBy("effects.created_at")
    .select(
      "id",
      "step_key",
      "part",
      "kind",
      "provider",
      "channel",
      "recipient",
      "state",
      "status",
      "ref",
      "outcome",
      "attempts",
      "created_at",
      "settled_at",
    );
}

export function listWaits(
  { sql, tenantId }: TenantScope,
  runId: string,
): Promise<{ key: string; wake_at: Date | null }[]> {
  return sql("waits").where({ "waits.tenant_id": tenantId, "waits.run_id": runId }).select("key", "wake_at");
}

export interface MessageListRow {
  readonly id: string;
  readonly direction: string;
  readonly channel: string;
  readonly contact_phone: string | null;
  readonly number_e164: string;
  readonly body: string;
  readonly status: string;
  readonly error: JsonObject | null;
  readonly provider_ref: string | null;
  readonly run_id: string | null;
  readonly effect_id: string | null;
  readonly units: number;
  readonly simulated: boolean;
  readonly created_at: Date;
}

export function messagesOfRun({ sql, tenantId }: TenantScope, run: RunSpan): Promise<MessageListRow[]> {
  return sql("messages")
    .where({ "messages.tenant_id": tenantId, "messages.run_id": run.id })
    .whereBetween("messages.created_at", during(run))
    .orderBy("messages.id");
}

// Of a run that goes on, the end is by this machine's clock and not the database's.
const CLOCKS_APART_MS = 60 * 60_000;

/** A run's rows are written in transactions of its own, from the one that starts it to the one that ends it. */
function during(run: RunSpan): readonly [Date, Date] {
  const end = run.ended_at?.getTime() ?? Date.now() + CLOCKS_APART_MS;
  // A Date has lost the microseconds of the database.
  return [run.started_at, new Date(end + 1)];
}
