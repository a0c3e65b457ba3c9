import type { TenantScope } from "./database.ts";
import type { Counting } from "./usage.ts";
import { familiesOf, linesWhere } from "./usage-lines.ts";

export const RETURN_KEYS = ["flow", "campaign", "store", "template", "message"] as const;
export type ReturnKey = (typeof RETURN_KEYS)[number];

export interface ReturnRow {
  readonly key: string | null;
  readonly interactions: string;
  readonly messages: string;
  readonly goals: string;
  readonly cost: string | null;
  readonly value: string | null;
}

const ROOTS = `select i.run_id from interactions i where i.tenant_id = :tenant
  and (cast(:from as timestamptz) is null or i.at >= cast(:from as timestamptz))
  and (cast(:to as timestamptz) is null or i.at < cast(:to as timestamptz))`;

const SUMS = `spent as (
    select f.root, sum(l.money) as cost, count(l.message_id) as messages
    from family f join lines l on l.run_id = f.id group by 1),
  won as (
    select f.root, count(*) as goals, sum(g.value) filter (where coalesce(g.currency, :currency) = :currency) as value
    from family f join goals g on g.tenant_id = :tenant and g.run_id = f.id group by 1)`;

/** What whole interactions count for. */
const OF_INTERACTION = {
  flow: "i.flow_key",
  store: "i.store_id",
  // Who starts a campaign names it; a flow that is not told is its own.
  campaign: "coalesce(r.state #>> '{trigger,input,campaign}', i.flow_key)",
} as const;

/**
 * What was spent and what came of it, by what it was spent on, the best first. What an interaction achieved counts for its
 * flow, campaign and store; among its messages and their templates it is shared out evenly.
 */
export async function returnsBy(
  { sql, tenantId }: TenantScope,
  counting: Counting,
  filter: {
    readonly by: ReturnKey;
    readonly from: string | null;
    readonly to: string | null;
    readonly limit: number;
  },
): Promise<ReturnRow[]> {
  const { by, from, to, limit } = filter;
  const select = by === "message" || by === "template" ? messages(by) : interactions(OF_INTERACTION[by]);
  const result = await sql.raw(
    `with recursive ${familiesOf(ROOTS)}, ${linesWhere("x.run_id in (select id from family)")}, ${SUMS}
     ${select} order by 6 desc nulls last, 5 desc nulls last, 1 limit :limit`,
    { tenant: tenantId, ...counting, from, to, limit },
  );
  return result.rows;
}

function interactions(key: string): string {
  return `select ${key} as key, count(*) as interactions, coalesce(sum(s.messages), 0) as messages,
      coalesce(sum(w.goals), 0) as goals, sum(s.cost) as cost, sum(w.value) as value
    from interactions i join runs r on r.id = i.run_id and r.tenant_id = :tenant
    left join spent s on s.root = i.run_id left join won w on w.root = i.run_id
    where i.tenant_id = :tenant and i.run_id in (select root from family) group by 1`;
}

function messages(by: "message" | "template"): string {
  const key = by === "message" ? "l.message_id" : "l.template_key";
  return `select ${key} as key, count(distinct f.root) as interactions, count(*) as messages,
      coalesce(sum(cast(w.goals as numeric) / s.messages), 0) as goals, sum(l.money) as cost,
      sum(w.value / s.messages) as value
    from family f join lines l on l.run_id = f.id and l.message_id is not null
    join spent s on s.root = f.root left join won w on w.root = f.root
    where ${key} is not null group by 1`;
}
