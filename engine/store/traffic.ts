import type { TenantScope } from "./database.ts";

export interface TrafficFilter {
  readonly flow: string;
  /** Number of a version; absent: all of them. */
  readonly version?: number;
  readonly from: Date;
  readonly to: Date;
}

export interface PassedRow {
  readonly node: string;
  /** Null where the run went no further. */
  readonly port: string | null;
  readonly kind: string;
  readonly runs: number;
}

export interface StandingRow {
  readonly number: number;
  readonly node: string | null;
  readonly runs: number;
}

/** How often runs of a flow left each node, by port, failed there or ended there. Only those days of the journal are read. */
export async function passedBy({ sql, tenantId }: TenantScope, filter: TrafficFilter): Promise<PassedRow[]> {
  const { flow, version = null, from, to } = filter;
  const { rows } = await sql.raw<{ rows: PassedRow[] }>(
    `select e.step ->> 'nodeId' as node, e.step ->> 'port' as port, e.step ->> 'kind' as kind,
            count(distinct j.run_id)::int as runs
     from journal j
     join runs r on r.id = j.run_id
     join flow_versions v on v.id = r.flow_version_id
     cross join lateral jsonb_array_elements(j.events) as e(step)
     where j.tenant_id = :tenantId and r.tenant_id = :tenantId and v.tenant_id = :tenantId
       and r.flow_key = :flow and (:version::int is null or v.number = :version)
       and j.at >= :from and j.at < :to and e.step ->> 'kind' in ('left', 'failed', 'ended')
     group by 1, 2, 3`,
    { tenantId, flow, version, from, to },
  );
  return rows;
}

/** Where the runs of a flow that are under way stand now, by version. */
export async function standingNow({ sql, tenantId }: TenantScope, flow: string): Promise<StandingRow[]> {
  const { rows } = await sql.raw<{ rows: StandingRow[] }>(
    `select v.number, r.state #>> '{cursor,nodeId}' as node, count(*)::int as runs
     from runs r join flow_versions v on v.id = r.flow_version_id
     where r.tenant_id = :tenantId and v.tenant_id = :tenantId and r.flow_key = :flow and r.ended_at is null
     group by 1, 2`,
    { tenantId, flow },
  );
  return rows;
}
