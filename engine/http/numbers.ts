import { type TObject, Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type EventRow, listNumberEvents } from "../store/number-events.ts";
import { listNumberRecords, type NumberRecord, readNumber } from "../store/numbers.ts";
import { At, Data, Limit } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Numbers";
const strict = { additionalProperties: false } as const;
const NullableText = Type.Union([Type.String(), Type.Null()]);
export const NumberId = Type.String({ pattern: "^num_[0-9a-z_]{1,64}$", description: "Id of a number." });
export const NumberParams = Type.Object({ id: NumberId });
const EventId = Type.String({ pattern: "^nev_[0-9a-f]{32}$", description: "Id of an event." });

export const NumberSchema = Type.Object({
  id: NumberId,
  e164: Type.String(),
  label: NullableText,
  provider: Type.String(),
  simulated: Type.Boolean({ description: "Its vendor is an emulator: nothing real is sent or heard." }),
  providerId: NullableText,
  account: Type.Union([Type.String(), Type.Null()], {
    description: "The vendor's account it is in: a WABA.",
  }),
  channels: Type.Array(Type.Enum(["voice", "sms", "whatsapp"])),
  storeId: NullableText,
  groupId: NullableText,
  voiceFlow: NullableText,
  messageFlow: NullableText,
  lifecycle: Type.Union([Type.String(), Type.Null()], {
    description:
      "created, code_sent, verified, registered, subscribed, connected, deregistered; null: set up elsewhere.",
  }),
  vendorState: Type.Record(Type.String(), Type.Unknown(), {
    description: "What its vendor says of it: status, quality, limit, name, blocked …",
  }),
  createdAt: At,
});

const EventSchema = Type.Object({
  id: EventId,
  at: At,
  numberId: Type.Union([Type.String(), Type.Null()], { description: "Null: about its whole account." }),
  contactId: NullableText,
  provider: Type.String(),
  account: NullableText,
  field: Type.String({
    description: "Where the vendor said it: account_update, phone_number_quality_update …",
  }),
  event: Type.String(),
  severity: Type.String({ description: "info, warning, critical." }),
  aboutRef: Type.Union([Type.String(), Type.Null()], {
    description: "The message it is about, such as a reaction's.",
  }),
  data: Data,
});

const EventQuery = Type.Object(
  {
    field: Type.Optional(Type.String({ maxLength: 100 })),
    severity: Type.Optional(Type.Enum(["info", "warning", "critical"])),
    cursor: Type.Optional(EventId),
    limit: Type.Optional(Limit),
  },
  strict,
);

/** The tenant's numbers, and what was said of them. */
export function numberRoutes(runtime: Runtime): readonly Route[] {
  return [listRoute(runtime), readRoute(runtime), eventsRoute(runtime), allEventsRoute(runtime)];
}

function listRoute(runtime: Runtime): Route {
  return route({
    id: "listNumbers",
    method: "get",
    path: "/api/v1/numbers",
    tag,
    summary: "Numbers of the tenant",
    scope: "numbers:read",
    query: Type.Object(
      {
        provider: Type.Optional(Type.String({ maxLength: 64 })),
        cursor: Type.Optional(NumberId),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "A page of numbers.", schema: pageSchema(NumberSchema) } },
    errors: ["INPUT_INVALID"],
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, ...filter } = query;
      const rows = await runtime.db.asTenant(caller.tenantId, (scope) =>
        listNumberRecords(scope, { ...filter, after: cursor, limit: limit + 1 }),
      );
      const view = (row: NumberRecord) => numberView(runtime, row);
      return json(
        200,
        pageOf(rows, limit, (row) => row.id, view),
      );
    },
  });
}

function readRoute(runtime: Runtime): Route {
  return route({
    id: "readNumber",
    method: "get",
    path: "/api/v1/numbers/:id",
    tag,
    summary: "A number and what its vendor says of it",
    scope: "numbers:read",
    params: NumberParams,
    responses: { 200: { description: "The number.", schema: NumberSchema } },
    errors: ["NOT_FOUND"],
    handler: async ({ caller, params }) =>
      json(200, numberView(runtime, await numberOf(runtime, caller.tenantId, params.id))),
  });
}

function eventsRoute(runtime: Runtime): Route {
  return route({
    ...eventList(
      "listEventsOfNumber",
      "/api/v1/numbers/:id/events",
      "What happened to a number, newest first",
    ),
    params: NumberParams,
    query: EventQuery,
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, params, query }) {
      const { id, account_ref: account } = await numberOf(runtime, caller.tenantId, params.id);
      return json(200, await eventPage(runtime, caller.tenantId, query, { id, account }));
    },
  });
}

function allEventsRoute(runtime: Runtime): Route {
  return route({
    ...eventList(
      "listNumberEvents",
      "/api/v1/number-events",
      "What happened to all numbers and accounts, newest first",
    ),
    query: EventQuery,
    errors: ["INPUT_INVALID"],
    handler: async ({ caller, query }) => json(200, await eventPage(runtime, caller.tenantId, query)),
  });
}

function eventList(id: string, path: string, summary: string) {
  return {
    id,
    method: "get",
    path,
    tag,
    summary,
    scope: "numbers:read",
    responses: { 200: { description: "A page of events.", schema: pageSchema(EventSchema) } },
  } as const;
}

type EventFilter = {
  readonly field?: string;
  readonly severity?: string;
  readonly cursor?: string;
  readonly limit?: number;
};

async function eventPage(
  { db }: Runtime,
  tenantId: string,
  { cursor = null, limit = 50, ...filter }: Omit<EventFilter, "cursor"> & { readonly cursor?: string | null },
  number?: { readonly id: string; readonly account: string | null },
) {
  const rows = await db.asTenant(tenantId, (scope) =>
    listNumberEvents(scope, { ...filter, ...(number ? { number } : {}), after: cursor, limit: limit + 1 }),
  );
  return pageOf(rows, limit, (row) => row.id, eventView);
}

/** @throws AppError NOT_FOUND */
export async function numberOf({ db }: Runtime, tenantId: string, id: string): Promise<NumberRecord> {
  const number = await db.asTenant(tenantId, (scope) => readNumber(scope, id));
  if (!number) throw new AppError("NOT_FOUND", `There is no number ${id}.`);
  return number;
}

const CHANNELS = ["voice", "sms", "whatsapp"] as const;

export function numberView({ settings }: Pick<Runtime, "settings">, row: NumberRecord) {
  const { id, e164, label, provider, lifecycle } = row;
  return {
    id,
    e164,
    label,
    provider,
    simulated: settings.simulatedProviders.includes(provider),
    providerId: row.provider_id,
    account: row.account_ref,
    channels: CHANNELS.filter((channel) => row[channel]),
    storeId: row.store_id,
    groupId: row.group_id,
    voiceFlow: row.voice_flow_key,
    messageFlow: row.message_flow_key,
    lifecycle,
    vendorState: row.vendor_state,
    createdAt: row.created_at,
  };
}

function eventView(row: EventRow) {
  const { id, at, provider, field, event, severity, data } = row;
  return {
    id,
    at,
    numberId: row.number_id,
    contactId: row.contact_id,
    provider,
    account: row.account_ref,
    field,
    event,
    severity,
    aboutRef: row.about_ref,
    data,
  };
}

/** What most of what is done with a number answers. */
export const answersNumber: { readonly 200: { readonly description: string; readonly schema: TObject } } = {
  200: { description: "The number as it is now.", schema: NumberSchema },
};

/** What may go wrong where a vendor is asked about a number. */
export const NUMBER_ERRORS = [
  "NOT_FOUND",
  "NUMBER_STATE",
  "NUMBER_REFUSED",
  "CREDENTIAL_MISSING",
  "VENDOR_REFUSED",
  "VENDOR_UNAVAILABLE",
  "VENDOR_RATE_LIMITED",
] as const;
