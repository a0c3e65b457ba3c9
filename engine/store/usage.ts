import type { TenantScope } from "./database.ts";
import { linesWhere } from "./usage-lines.ts";

/** Who counts, and in which money. */
export interface Counting {
  /** The tenant's country, for what reaches nobody in particular. */
  readonly home: string;
  readonly currency: string;
}

export interface UsageFilter {
  /** sms, whatsapp, voice, lookup, verify, ai, geolocation */
  readonly channel?: string;
  readonly module?: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface UsageLine {
  readonly line: string;
  readonly at: string;
  readonly run_id: string | null;
  readonly meter: string;
  readonly part: string;
  readonly units: number;
  readonly country: string;
  readonly recipient: string | null;
  readonly template_key: string | null;
  readonly message_id: string | null;
  readonly module: string | null;
  readonly money: string | null;
}

const IN_TIME = `(cast(:from as timestamptz) is null or x.at >= cast(:from as timestamptz))
  and (cast(:to as timestamptz) is null or x.at < cast(:to as timestamptz))`;

const WITH_MODULE = `told as (
  select l.*, coalesce(r.state #>> '{trigger,module}', r.state #>> '{trigger,input,module}') as module
  from lines l left join runs r on r.id = l.run_id and r.tenant_id = :tenant)`;

const WANTED = `(cast(:channel as text) is null or told.meter = :channel)
  and (cast(:module as text) is null or told.module = :module)`;

/** Newest first. The cursor is moment and name of the last line of the page before. */
export async function listUsage(
  { sql, tenantId }: TenantScope,
  counting: Counting,
  filter: UsageFilter & { readonly after: string | null; readonly limit: number },
): Promise<UsageLine[]> {
  const [afterAt = null, afterLine = null] = filter.after?.split("|") ?? [];
  const result = await sql.raw(
    `with ${linesWhere(IN_TIME)}, ${WITH_MODULE}
     select told.*, to_char(told.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from told
     where ${WANTED}
       and (cast(:afterAt as timestamptz) is null
            or (told.at, told.line) < (cast(:afterAt as timestamptz), cast(:afterLine as text)))
     order by told.at desc, told.line desc limit :limit`,
    bindings(tenantId, counting, filter, { afterAt, afterLine, limit: filter.limit }),
  );
  return result.rows;
}

export interface UsageSum {
  readonly key: string | null;
  readonly meter: string;
  readonly uses: string;
  readonly units: string;
  readonly money: string | null;
}

const KEYS = {
  meter: "told.meter",
  module: "told.module",
  country: "told.country",
  day: "to_char(told.at at time zone 'UTC', 'YYYY-MM-DD')",
} as const;
export type UsageKey = keyof typeof KEYS;
export const USAGE_KEYS = Object.keys(KEYS) as UsageKey[];

export async function sumUsage(
  { sql, tenantId }: TenantScope,
  counting: Counting,
  filter: UsageFilter & { readonly by: UsageKey },
): Promise<UsageSum[]> {
  const result = await sql.raw(
    `with ${linesWhere(IN_TIME)}, ${WITH_MODULE}
     select ${KEYS[filter.by]} as key, told.meter, count(*) as uses, sum(told.units) as units, sum(told.money) as money
     from told where ${WANTED} group by 1, 2 order by 1 nulls last, 2`,
    bindings(tenantId, counting, filter, {}),
  );
  return result.rows;
}

function bindings(
  tenant: string,
  counting: Counting,
  {
    channel = null,
    module = null,
    from,
    to,
  }: Partial<Record<"channel" | "module", string | null>> & Pick<UsageFilter, "from" | "to">,
  more: Record<string, string | number | null>,
) {
  return { tenant, ...counting, channel, module, from, to, ...more };
}
