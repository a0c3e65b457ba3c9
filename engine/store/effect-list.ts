import type { JsonObject } from "../core/json.ts";
import type { TenantScope } from "./database.ts";

/** An effect with what is known of it, as operators see it. */
export interface EffectRecord {
  readonly id: string;
  readonly run_id: string;
  readonly run_open: boolean;
  readonly step_key: string;
  readonly part: string;
  readonly kind: string;
  readonly provider: string;
  readonly channel: string | null;
  readonly sender: string | null;
  readonly recipient: string | null;
  readonly body: string | null;
  readonly state: string;
  readonly status: string | null;
  readonly ref: string | null;
  readonly outcome: JsonObject | null;
  readonly evidence: JsonObject;
  readonly on_doubt: string;
  readonly attempts: number;
  readonly resends: number;
  readonly created_at: Date;
  readonly sent_at: Date;
  readonly settled_at: Date | null;
  readonly leave_at: Date | null;
  /** Since it was last sent. */
  readonly age_ms: number;
}

export interface EffectFilter {
  readonly state: string;
  readonly run?: string;
  readonly provider?: string;
  readonly channel?: string;
  /** Id of the last effect of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

const COLUMNS = [
  "id",
  "run_id",
  "step_key",
  "part",
  "kind",
  "provider",
  "channel",
  "sender",
  "recipient",
  "body",
  "state",
  "status",
  "ref",
  "outcome",
  "evidence",
  "on_doubt",
  "attempts",
  "resends",
  "created_at",
  "sent_at",
  "settled_at",
  "leave_at",
].map((name) => `effects.${name}`);

/** Effects of one state, oldest first: what has been open longest comes first. */
export function listEffectsIn(scope: TenantScope, filter: EffectFilter): Promise<EffectRecord[]> {
  const { sql, tenantId } = scope;
  const query = effectRecords(scope)
    .where("effects.state", filter.state)
    .orderBy(["effects.created_at", "effects.id"])
    .limit(filter.limit);
  if (filter.run !== undefined) query.where("effects.run_id", filter.run);
  if (filter.provider !== undefined) query.where("effects.provider", filter.provider);
  if (filter.channel !== undefined) query.where("effects.channel", filter.channel);
  if (filter.after !== null) {
    const last = sql("effects")
      .where({ "effects.tenant_id": tenantId, "effects.id": filter.after })
      .select("created_at", "id");
    query.whereRaw("(effects.created_at, effects.id) > ?", [last]);
  }
  return query;
}

export function readEffect(scope: TenantScope, id: string): Promise<EffectRecord | undefined> {
  return effectRecords(scope).where("effects.id", id).first();
}

function effectRecords({ sql, tenantId }: Pick<TenantScope, "sql" | "tenantId">) {
  return sql("effects")
    .where("effects.tenant_id", tenantId)
    .select(
      ...COLUMNS,
      sql.raw("(extract(epoch from now() - effects.sent_at) * 1000)::double precision as age_ms"),
      sql.raw(
        "exists (select 1 from runs where runs.tenant_id = effects.tenant_id and runs.id = effects.run_id and runs.ended_at is null) as run_open",
      ),
    );
}
