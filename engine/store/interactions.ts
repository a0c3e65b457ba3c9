import type { JsonObject } from "../core/json.ts";
import type { TenantScope } from "./database.ts";
import type { Counting } from "./usage.ts";
import { familiesOf, linesWhere } from "./usage-lines.ts";

export interface InteractionRow {
  readonly id: string;
  readonly run_id: string;
  readonly kind: string;
  readonly flow_key: string;
  readonly contact_phone: string | null;
  readonly number_id: string | null;
  readonly number_e164: string | null;
  readonly group_id: string | null;
  readonly store_id: string | null;
  readonly outcome: string;
  readonly credits: JsonObject;
  readonly at: Date;
}

export interface InteractionFilter {
  readonly store?: string;
  readonly group?: string;
  readonly number?: string;
  readonly flow?: string;
  readonly contact?: string;
  readonly kind?: string;
  readonly outcome?: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly after: string | null;
  readonly limit: number;
}

const COLUMNS = {
  store: "store_id",
  group: "group_id",
  number: "number_id",
  flow: "flow_key",
  contact: "contact_phone",
  kind: "kind",
  outcome: "outcome",
} as const;

/** Newest first. */
export function listInteractions(
  { sql, tenantId }: TenantScope,
  filter: InteractionFilter,
): Promise<InteractionRow[]> {
  const { from, to, after, limit } = filter;
  const query = sql("interactions")
    .leftJoin("numbers", {
      "numbers.id": "interactions.number_id",
      "numbers.tenant_id": "interactions.tenant_id",
    })
    .where("interactions.tenant_id", tenantId)
    .orderBy("interactions.id", "desc")
    .limit(limit)
    .select("interactions.*", "numbers.e164 as number_e164");
  for (const [name, column] of Object.entries(COLUMNS)) {
    const wanted = filter[name as keyof typeof COLUMNS];
    if (wanted !== undefined) query.where(`interactions.${column}`, wanted);
  }
  if (from !== null) query.where("interactions.at", ">=", from);
  if (to !== null) query.where("interactions.at", "<", to);
  if (after !== null) query.where("interactions.id", "<", after);
  return query;
}

export interface CostRow {
  readonly root: string;
  readonly part: string;
  readonly units: string;
  readonly money: string | null;
}

/** What runs cost, by part. */
export async function costsOfRuns(
  { sql, tenantId }: TenantScope,
  counting: Counting,
  runs: readonly string[],
): Promise<CostRow[]> {
  const result = await sql.raw(
    `with recursive ${familiesOf("select unnest(cast(:runs as text[])) as run_id")},
     ${linesWhere("x.run_id in (select id from family)")}
     select f.root, l.part, sum(l.units) as units, sum(l.money) as money
     from family f join lines l on l.run_id = f.id group by 1, 2 order by 1, 2`,
    { tenant: tenantId, ...counting, runs },
  );
  return result.rows;
}

export interface GoalSum {
  readonly root: string;
  readonly goals: string;
  readonly value: string | null;
}

/** What runs achieved; of values, those in the tenant's currency. */
export async function goalsOfRuns(
  { sql, tenantId }: TenantScope,
  { currency }: Counting,
  runs: readonly string[],
): Promise<GoalSum[]> {
  const result = await sql.raw(
    `with recursive ${familiesOf("select unnest(cast(:runs as text[])) as run_id")}
     select f.root, count(*) as goals, sum(g.value) filter (where coalesce(g.currency, :currency) = :currency) as value
     from family f join goals g on g.tenant_id = :tenant and g.run_id = f.id group by 1`,
    { tenant: tenantId, currency, runs },
  );
  return result.rows;
}
