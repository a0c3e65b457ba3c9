import { Type } from "typebox";
import type { JsonObject } from "../core/json.ts";
import { PURPOSES } from "../core/opt-out-words.ts";
import { newId } from "../ids.ts";
import {
  type ConsentRow,
  type ExportedConsent,
  exportConsents,
  listConsents,
  recordConsents,
} from "../store/consents.ts";
import type { Database } from "../store/database.ts";
import { ContactId, contactOf } from "./contacts.ts";
import { At, Data, Limit, Moment } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Contacts";
const strict = { additionalProperties: false } as const;
const Channel = Type.Enum(["sms", "whatsapp", "voice"]);
const Purpose = Type.Enum([...PURPOSES]);
const State = Type.Enum(["granted", "denied"]);
const nullable = Type.Union([Type.String(), Type.Null()]);

const Line = Type.Object({
  id: Type.String(),
  channel: Channel,
  purpose: Purpose,
  state: State,
  source: Type.String({ description: "Where it was said: keyword, vendor, flow, api, form …" }),
  evidence: Data,
  at: At,
  runId: nullable,
  messageRef: Type.Union([Type.String(), Type.Null()], {
    description: "The message it was said in, at the vendor.",
  }),
  actor: Type.Union([Type.String(), Type.Null()], { description: "The API key that recorded it." }),
});

/** What people allowed, and took back. Lines are only ever added; the latest of a channel and purpose counts. */
export function consentRoutes(db: Database): readonly Route[] {
  return [listRoute(db), recordRoute(db), exportRoute(db)];
}

function listRoute(db: Database): Route {
  return route({
    id: "listConsents",
    method: "get",
    path: "/api/v1/contacts/:id/consents",
    tag,
    summary: "The consents of a person, newest first",
    scope: "contacts:read",
    params: Type.Object({ id: ContactId }),
    query: Type.Object(
      { cursor: Type.Optional(Type.String({ maxLength: 64 })), limit: Type.Optional(Limit) },
      strict,
    ),
    responses: { 200: { description: "A page of lines.", schema: pageSchema(Line) } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params, query }) {
      const { cursor: after = null, limit = 50 } = query;
      await contactOf(db, caller.tenantId, params.id);
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        listConsents(scope, { contactId: params.id, after, limit: limit + 1 }),
      );
      return json(
        200,
        pageOf(rows, limit, (row) => row.id, lineView),
      );
    },
  });
}

function recordRoute(db: Database): Route {
  return route({
    id: "recordConsents",
    method: "post",
    path: "/api/v1/contacts/:id/consents",
    tag,
    summary: "Record what a person allowed or refused; a STOP they wrote stands until they write START",
    scope: "contacts:write",
    params: Type.Object({ id: ContactId }),
    body: Type.Object(
      {
        channel: Channel,
        purposes: Type.Array(Purpose, { minItems: 1, uniqueItems: true }),
        state: State,
        source: Type.Optional(Type.String({ minLength: 1, maxLength: 60, default: "api" })),
        evidence: Type.Optional(
          Type.Unsafe<JsonObject>({
            ...Data,
            description: "What shows it: a form's address, words, a recording.",
          }),
        ),
        at: Type.Optional(Type.Unsafe<string>({ ...Moment, description: "When it was said; absent: now." })),
      },
      strict,
    ),
    headers: { "Idempotency-Key": { description: "The same key again records nothing more." } },
    responses: {
      201: { description: "How many lines were added.", schema: Type.Object({ recorded: Type.Integer() }) },
    },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, params, body, headers }) {
      const { channel, purposes, state, source = "api", evidence = {}, at } = body;
      await contactOf(db, caller.tenantId, params.id);
      const request = headers["idempotency-key"]?.slice(0, 255) ?? newId("request");
      const { recorded } = await recordConsents(db, caller.tenantId, {
        contactId: params.id,
        channel,
        lines: purposes.map((purpose) => ({ id: newId("consent"), purpose, state })),
        source,
        evidence,
        ...(at === undefined ? {} : { at }),
        actor: caller.by,
        ref: `api ${params.id} ${request}`,
      });
      return json(201, { recorded });
    },
  });
}

const MAX_EXPORTED = 10_000;

function exportRoute(db: Database): Route {
  return route({
    id: "exportConsents",
    method: "get",
    path: "/api/v1/consents/export",
    tag,
    summary: "The whole ledger as CSV, oldest first; `x-next-cursor` names where to go on",
    scope: "contacts:read",
    query: Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 64 })) }, strict),
    responses: { 200: { description: "Comma-separated, UTF-8, a line for each entry." } },
    async handler({ caller, query }) {
      const { cursor: after = null } = query;
      const rows = await db.asTenant(caller.tenantId, (scope) =>
        exportConsents(scope, { after, limit: MAX_EXPORTED }),
      );
      const last = rows.length === MAX_EXPORTED ? rows.at(-1) : undefined;
      return {
        status: 200,
        headers: {
          "content-type": "text/csv; charset=utf-8",
          "content-disposition": 'attachment; filename="consents.csv"',
          ...(last ? { "x-next-cursor": last.id } : {}),
        },
        body: [HEADINGS.join(","), ...rows.map(csvLine)].join("\r\n"),
      };
    },
  });
}

const HEADINGS = [
  "id",
  "at",
  "contact",
  "phone",
  "user_id",
  "channel",
  "purpose",
  "state",
  "source",
  "evidence",
  "run",
  "message",
  "actor",
] as const;

function csvLine(row: ExportedConsent): string {
  return [
    row.id,
    row.at.toISOString(),
    row.contact_id,
    row.phone,
    row.channel_user_id,
    row.channel,
    row.purpose,
    row.state,
    row.source,
    JSON.stringify(row.evidence),
    row.run_id,
    row.message_ref,
    row.actor,
  ]
    .map(csvField)
    .join(",");
}

/** What begins like a formula would be one in a spreadsheet; a phone's + is no harm and stays. */
function csvField(value: string | null): string {
  const text = /^[=@\t\r]|^[-+](?!\d+$)/.test(value ?? "") ? `'${value}` : (value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function lineView(row: ConsentRow) {
  const { id, channel, purpose, state, source, evidence, at, actor } = row;
  return {
    id,
    channel,
    purpose,
    state,
    source,
    evidence,
    at,
    runId: row.run_id,
    messageRef: row.message_ref,
    actor,
  };
}
