import type { Books, Delivery, Forgery, VendorRequest } from "./books.ts";
import type { Cluster } from "./cluster.ts";
import type { Vendors } from "./vendors.ts";

/** Everything the invariants look at, of one moment: the engine's rows, the vendors' ledgers, the harness's books. */
export interface Evidence {
  readonly runs: readonly RunRow[];
  readonly effects: readonly EffectRow[];
  readonly accounts: readonly AccountRow[];
  /** Rows that name a run of another tenant. */
  readonly strays: readonly { readonly table: string; readonly runId: string }[];
  /** Steps that were left more often than once. */
  readonly repeatedSteps: readonly {
    readonly runId: string;
    readonly stepKey: string;
    readonly times: number;
  }[];
  /** What of a forged callback is found in the database. */
  readonly forgedRows: readonly string[];
  readonly accepts: readonly VendorAccept[];
  readonly deliveries: readonly Delivery[];
  readonly vendorRequests: readonly VendorRequest[];
  readonly forgeries: readonly Forgery[];
  readonly unexpectedExits: readonly string[];
}

export interface RunRow {
  readonly id: string;
  readonly tenantId: string;
  readonly status: string;
  readonly outcome: string | null;
  /** Of what started it. */
  readonly startKey: string | null;
  /** Of the reply it took. */
  readonly replyKey: string | null;
  readonly seq: number;
  readonly journalSeq: number;
  readonly startedAt: number;
  /** Null while it is not over. */
  readonly endedAt: number | null;
  /** How long it has been due; null where it sleeps until later, or is over. */
  readonly overdueMs: number | null;
  readonly hasDeadline: boolean;
}

export interface EffectRow {
  readonly id: string;
  readonly tenantId: string;
  readonly runId: string;
  readonly state: string;
  readonly createdAt: number;
  readonly runIsOver: boolean;
  /** What was reserved; null where nothing was. */
  readonly holdAmount: number | null;
  readonly holdState: string | null;
  readonly charged: number;
  readonly captures: number;
}

export interface AccountRow {
  readonly tenantId: string;
  readonly meter: string;
  /** Null: unlimited. */
  readonly balance: number | null;
  readonly held: number;
  readonly entriesSum: number;
  readonly openHolds: number;
}

/** A message a vendor took: it happened, whatever the engine says. */
export interface VendorAccept {
  readonly vendor: "twilio" | "meta";
  readonly ref: string;
  readonly effectId: string | null;
  readonly at: number;
  readonly from: string;
  readonly body: string;
}

/** Reads it all. The database must be reachable. */
export async function gatherEvidence(cluster: Cluster, books: Books): Promise<Evidence> {
  const { postgres, vendors } = cluster;
  const forged = [...new Set(books.forgeries.map(({ ref }) => ref))];
  return {
    runs: await postgres.query<RunRow>(RUNS),
    effects: await postgres.query<EffectRow>(EFFECTS),
    accounts: await postgres.query<AccountRow>(ACCOUNTS),
    strays: await postgres.query(STRAYS),
    repeatedSteps: await postgres.query(REPEATED_STEPS),
    forgedRows: (await postgres.query<{ ref: string }>(FORGED, [forged])).map(({ ref }) => ref),
    accepts: acceptsOf(vendors),
    deliveries: [...books.deliveries.values()],
    vendorRequests: books.vendorRequests,
    forgeries: books.forgeries,
    unexpectedExits: books.unexpectedExits,
  };
}

/** Everything on record about the runs and effects among these ids, for whoever looks into it. */
export function dossierOf(cluster: Cluster, ids: readonly string[]): Promise<readonly object[]> {
  return cluster.postgres.query<object>(DOSSIER, [ids.slice(0, 50)]);
}

/** What every session of the database is doing, and who waits for whom. */
export function sessionsOf(cluster: Cluster): Promise<readonly object[]> {
  return cluster.postgres.query<object>(SESSIONS);
}

function acceptsOf({ twilio, meta }: Vendors): VendorAccept[] {
  const ofTwilio = twilio.ledger().filter(({ kind }) => kind === "message");
  const ofMeta = meta.ledger().filter(({ kind }) => kind === "message");
  return [
    ...ofTwilio.map((entry) => {
      const callback = String(entry.details?.statusCallback ?? "");
      return acceptOf("twilio", entry, /\/status\/(eff_\w+)/.exec(callback)?.[1] ?? null);
    }),
    ...ofMeta.map((entry) => {
      const request = (entry.details?.request ?? {}) as { readonly biz_opaque_callback_data?: string };
      return acceptOf("meta", entry, request.biz_opaque_callback_data ?? null);
    }),
  ];
}

function acceptOf(
  vendor: VendorAccept["vendor"],
  entry: { readonly ref: string; readonly at: string; readonly from?: string; readonly body?: string },
  effectId: string | null,
): VendorAccept {
  const { ref, at, from = "", body = "" } = entry;
  return { vendor, ref, effectId, at: Date.parse(at), from, body };
}

const MS = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
const START_KEY = `coalesce(r.state #>> '{trigger,call,sid}', r.state #>> '{trigger,message,sid}', r.state #>> '{trigger,input,code}')`;

const RUNS = `
  select r.id, r.tenant_id as "tenantId", r.status, r.state #>> '{outcome,name}' as outcome,
    ${START_KEY} as "startKey", r.state #>> '{steps,respuesta,sid}' as "replyKey", r.seq,
    coalesce((select max(j.seq) from journal j where j.run_id = r.id), 0) as "journalSeq",
    ${MS("r.started_at")} as "startedAt", ${MS("r.ended_at")} as "endedAt",
    case when r.status = 'queued' then ${MS("now()")} - ${MS("r.updated_at")}
         when r.status = 'running' then ${MS("now()")} - ${MS("r.lease_until")}
         when r.status = 'waiting' then ${MS("now()")} - ${MS("(r.state #>> '{wait,until}')::timestamptz")} end
      as "overdueMs",
    r.state #>> '{wait,until}' is not null as "hasDeadline"
  from runs r`;

const EFFECTS = `
  select e.id, e.tenant_id as "tenantId", e.run_id as "runId", e.state, ${MS("e.created_at")} as "createdAt",
    coalesce((select r.ended_at is not null from runs r where r.id = e.run_id), true) as "runIsOver",
    h.amount as "holdAmount", h.state as "holdState", coalesce(-x.spent, 0)::int as charged,
    coalesce(x.captures, 0)::int as captures
  from effects e
  left join credit_holds h on h.tenant_id = e.tenant_id and h.id = e.id
  left join lateral (select sum(amount) as spent, count(*) filter (where kind = 'capture') as captures
    from credit_entries c where c.tenant_id = e.tenant_id and c.ref = e.id) x on true
  where e.kind = 'message'`;

const ACCOUNTS = `
  select a.tenant_id as "tenantId", a.meter, a.balance, a.held,
    coalesce((select sum(amount) from credit_entries e where e.tenant_id = a.tenant_id and e.meter = a.meter), 0)::int
      as "entriesSum",
    coalesce((select sum(amount) from credit_holds h where h.tenant_id = a.tenant_id and h.meter = a.meter
      and h.state = 'open'), 0)::int as "openHolds"
  from credit_accounts a`;

const STRAYS = [
  "effects",
  "journal",
  "messages",
  "calls",
  "interactions",
  "credit_holds",
  "credit_entries",
  "inbox",
]
  .map(
    (table) => `select '${table}' as "table", t.run_id as "runId" from ${table} t
      join runs r on r.id = t.run_id where t.tenant_id <> r.tenant_id`,
  )
  .join(" union all ");

const REPEATED_STEPS = `
  select j.run_id as "runId", e ->> 'stepKey' as "stepKey", count(*)::int as times
  from journal j cross join jsonb_array_elements(j.events) e where e ->> 'kind' = 'left'
  group by 1, 2 having count(*) > 1`;

const DOSSIER = `
  select to_jsonb(r) as run,
    (select jsonb_agg(to_jsonb(j) order by j.seq) from journal j where j.run_id = r.id) as journal,
    (select jsonb_agg(to_jsonb(e) order by e.created_at) from effects e where e.run_id = r.id) as effects,
    (select jsonb_agg(to_jsonb(h)) from credit_holds h where h.run_id = r.id) as holds,
    (select jsonb_agg(to_jsonb(i) order by i.received_at) from inbox i where i.run_id = r.id) as inbox
  from runs r
  where r.id = any ($1) or exists (select 1 from effects e where e.run_id = r.id and e.id = any ($1))`;

const FORGED = `
  select ref from effects where ref = any ($1) union all
  select provider_ref from messages where provider_ref = any ($1) union all
  select state #>> '{trigger,message,sid}' from runs where state #>> '{trigger,message,sid}' = any ($1)`;

const SESSIONS = `
  select pid, application_name, state, wait_event_type, wait_event, pg_blocking_pids(pid) as blocked_by,
    now() - xact_start as in_transaction_for, now() - state_change as in_state_for, left(query, 300) as query
  from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() order by xact_start nulls last`;
