import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { clicksByUrl, type LinkRow, listClicks, listLinks, readLink } from "../store/links.ts";
import { At, FlowKey, Limit, Moment, Phone, RunId } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Links";
const strict = { additionalProperties: false } as const;
const Code = Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$", description: "The last part of the link." });
const nullable = Type.Union([Type.String(), Type.Null()]);
const NullableAt = Type.Union([At, Type.Null()]);

const Link = Type.Object({
  code: Type.String(),
  url: Type.String({ description: "Where it leads." }),
  runId: nullable,
  stepKey: Type.Union([Type.String(), Type.Null()], {
    description: "The step that sent it: run:node:visit.",
  }),
  recipient: Type.Union([Type.String(), Type.Null()], { description: "Whom it was made for." }),
  clicks: Type.Integer({ description: "By people." }),
  previews: Type.Integer({ description: "By programs: previews of chats, scanners, crawlers." }),
  firstClickAt: NullableAt,
  lastClickAt: NullableAt,
  expiresAt: NullableAt,
  createdAt: At,
});

const Click = Type.Object({
  id: Type.String(),
  at: At,
  kind: Type.Enum(["person", "preview"]),
  agent: Type.String(),
});

const OfUrl = Type.Object({
  url: Type.String(),
  links: Type.Integer({ description: "How many were sent." }),
  opened: Type.Integer({ description: "How many of them a person opened." }),
  clicks: Type.Integer(),
  previews: Type.Integer(),
});

/** Who opened what was sent. */
export function linkStatsRoutes(db: Database): readonly Route[] {
  return [statsRoute(db), listRoute(db), readRoute(db), clicksRoute(db)];
}

function statsRoute(db: Database): Route {
  return route({
    id: "linkStats",
    method: "get",
    path: "/api/v1/link-stats",
    tag,
    summary: "Clicks by address, of all flows or one",
    scope: "links:read",
    query: Type.Object(
      { flow: Type.Optional(FlowKey), from: Type.Optional(Moment), to: Type.Optional(Moment) },
      strict,
    ),
    responses: {
      200: {
        description: "The first 200 addresses.",
        schema: Type.Object({ items: Type.Array(OfUrl), nextCursor: Type.Null() }),
      },
    },
    errors: ["INPUT_INVALID"],
    async handler({ caller, query }) {
      const items = await db.asTenant(caller.tenantId, (scope) => clicksByUrl(scope, query));
      return json(200, { items, nextCursor: null });
    },
  });
}

function listRoute(db: Database): Route {
  return route({
    id: "listLinks",
    method: "get",
    path: "/api/v1/links",
    tag,
    summary: "Tracked links with their counts; of a run, of a person, clicked or not",
    scope: "links:read",
    query: Type.Object(
      {
        run: Type.Optional(RunId),
        recipient: Type.Optional(Phone),
        clicked: Type.Optional(Type.Enum(["yes", "no"])),
        cursor: Type.Optional(Code),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "A page of links.", schema: pageSchema(Link) } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, query }) {
      const { cursor: after = null, limit = 50, clicked, ...filter } = query;
      const wanted = { ...filter, ...(clicked === undefined ? {} : { clicked: clicked === "yes" }) };
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listLinks(scope, { ...wanted, after, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, (row) => row.code, linkView),
      );
    },
  });
}

function readRoute(db: Database): Route {
  return route({
    id: "readLink",
    method: "get",
    path: "/api/v1/links/:code",
    tag,
    summary: "A tracked link with its counts",
    scope: "links:read",
    params: Type.Object({ code: Code }),
    responses: { 200: { description: "The link.", schema: Link } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      return json(200, linkView(await linkOf(db, caller.tenantId, params.code)));
    },
  });
}

function clicksRoute(db: Database): Route {
  return route({
    id: "listClicks",
    method: "get",
    path: "/api/v1/links/:code/clicks",
    tag,
    summary: "Who opened a link, people and programs, newest first",
    scope: "links:read",
    params: Type.Object({ code: Code }),
    query: Type.Object(
      { cursor: Type.Optional(Type.String({ pattern: "^\\d{1,18}$" })), limit: Type.Optional(Limit) },
      strict,
    ),
    responses: { 200: { description: "A page of clicks.", schema: pageSchema(Click) } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params, query }) {
      const { cursor: after = null, limit = 50 } = query;
      await linkOf(db, caller.tenantId, params.code);
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listClicks(scope, params.code, { after, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(
          rows,
          limit,
          (row) => row.id,
          (row) => row,
        ),
      );
    },
  });
}

async function linkOf(db: Database, tenantId: string, code: string): Promise<LinkRow> {
  const row = await db.asTenant(tenantId, (scope) => readLink(scope, code));
  if (row) return row;
  throw new AppError("NOT_FOUND", `There is no link ${code}.`);
}

function linkView(row: LinkRow) {
  return {
    code: row.code,
    url: row.url,
    runId: row.run_id,
    stepKey: row.step_key,
    recipient: row.recipient,
    clicks: row.clicks,
    previews: row.previews,
    firstClickAt: row.first_click_at,
    lastClickAt: row.last_click_at,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}
