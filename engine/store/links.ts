import type { ClickKind } from "../core/click-kind.ts";
import type { Database, TenantScope } from "./database.ts";

export interface LinkRow {
  readonly code: string;
  readonly url: string;
  readonly run_id: string | null;
  readonly step_key: string | null;
  readonly recipient: string | null;
  readonly clicks: number;
  readonly previews: number;
  readonly first_click_at: Date | null;
  readonly last_click_at: Date | null;
  readonly expires_at: Date | null;
  readonly created_at: Date;
}

export interface ClickRow {
  readonly id: string;
  readonly at: Date;
  readonly kind: ClickKind;
  readonly agent: string;
}

/**
 * The code of the tracked link of a step and person to an address: made once, the same when asked again. It is flushed with
 * the next commit of its run.
 */
export function linkOfStep(
  db: Database,
  link: {
    readonly tenant: string;
    readonly code: string;
    readonly url: string;
    readonly runId: string;
    readonly stepKey: string;
    readonly recipient: string | null;
    readonly expiresAt: Date | null;
  },
): Promise<string> {
  return db.call("engine_link", [{ ...link }]);
}

export type FollowedLink =
  | { readonly state: "expired" }
  | {
      readonly state: "open";
      readonly url: string;
      readonly tenantId: string;
      readonly runId: string | null;
      readonly stepKey: string | null;
      readonly recipient: string | null;
      /** People's, this one included. */
      readonly clicks: number;
      readonly at: string;
      readonly runOpen: boolean;
    };

/** Counts whoever opened a link and says where it leads; null for an unknown code. */
export function followLink(
  db: Database,
  click: { readonly code: string; readonly kind: ClickKind; readonly agent: string },
): Promise<FollowedLink | null> {
  return db.call("engine_follow_link", [click]);
}

const COLUMNS = [
  "links.code",
  "links.url",
  "links.run_id",
  "links.step_key",
  "links.recipient",
  "links.clicks",
  "links.previews",
  "links.first_click_at",
  "links.last_click_at",
  "links.expires_at",
  "links.created_at",
];

export interface LinkFilter {
  readonly run?: string;
  readonly recipient?: string;
  readonly clicked?: boolean;
}

/** By code. */
export function listLinks(
  { sql, tenantId }: TenantScope,
  filter: LinkFilter & { readonly after: string | null; readonly limit: number },
): Promise<LinkRow[]> {
  const query = sql("links")
    .where("links.tenant_id", tenantId)
    .orderBy("links.code")
    .limit(filter.limit)
    .select(COLUMNS);
  if (filter.run !== undefined) query.where("links.run_id", filter.run);
  if (filter.recipient !== undefined) query.where("links.recipient", filter.recipient);
  if (filter.clicked !== undefined) query.where("links.clicks", filter.clicked ? ">" : "=", 0);
  if (filter.after !== null) query.where("links.code", ">", filter.after);
  return query;
}

export function readLink({ sql, tenantId }: TenantScope, code: string): Promise<LinkRow | undefined> {
  return sql("links").where({ "links.tenant_id": tenantId, "links.code": code }).first(COLUMNS);
}

/** Who opened it, newest first. */
export function listClicks(
  { sql, tenantId }: TenantScope,
  code: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<ClickRow[]> {
  const query = sql("link_clicks")
    .where({ "link_clicks.tenant_id": tenantId, "link_clicks.code": code })
    .orderBy("link_clicks.id", "desc")
    .limit(page.limit)
    .select("link_clicks.id", "link_clicks.at", "link_clicks.kind", "link_clicks.agent");
  return page.after === null ? query : query.where("link_clicks.id", "<", page.after);
}

export interface UrlClicks {
  readonly url: string;
  readonly links: number;
  readonly opened: number;
  readonly clicks: number;
  readonly previews: number;
}

/** Links to each address, how many of them were opened by people, and how often. */
export async function clicksByUrl(
  { sql, tenantId }: TenantScope,
  filter: { readonly flow?: string; readonly from?: string; readonly to?: string },
): Promise<UrlClicks[]> {
  const query = sql("links")
    .where("links.tenant_id", tenantId)
    .groupBy("links.url")
    .orderBy("links.url")
    .limit(200)
    .select("links.url")
    .select(
      sql.raw("count(*)::integer as links, count(*) filter (where links.clicks > 0)::integer as opened"),
    )
    .select(sql.raw("sum(links.clicks)::integer as clicks, sum(links.previews)::integer as previews"));
  if (filter.flow !== undefined)
    query
      .join("runs", { "runs.id": "links.run_id", "runs.tenant_id": "links.tenant_id" })
      .where("runs.flow_key", filter.flow);
  if (filter.from !== undefined) query.where("links.created_at", ">=", filter.from);
  if (filter.to !== undefined) query.where("links.created_at", "<", filter.to);
  return query;
}
