import { type Static, Type } from "typebox";
import { CsvFault } from "../core/csv.ts";
import type { JsonObject } from "../core/json.ts";
import { isRecord } from "../core/plain-data.ts";
import { type RecipientRow, rowsOfCsv, rowsOfJson } from "../core/recipient-rows.ts";
import { AppError } from "../errors.ts";
import { listIdOf, newId } from "../ids.ts";
import { BULK_TRIGGER, bulkFlow } from "../runtime/bulk-flow.ts";
import { deliveryHash } from "../runtime/delivery-hash.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { PRIORITY } from "../runtime/segment.ts";
import type { ListRow } from "../store/recipient-lists.ts";
import { startedRun } from "./await-run.ts";
import { hashOf } from "./canonical-json.ts";
import { RunId } from "./fields.ts";
import { existingList, fillList } from "./fill-list.ts";
import { countsOf, ListCounts, ListId } from "./lists.ts";
import { IDEMPOTENCY_HEADER } from "./messages.ts";
import { type Notice, noticeOf, refuseValues } from "./notice-order.ts";
import { noticeFields } from "./notify.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { IdempotencyKey, idempotencyKeyOf, refuseOtherRequest, refuseSuspended } from "./start-run.ts";

const strict = { additionalProperties: false } as const;
const MAX_RECIPIENTS = 10_000;

const BulkBody = Type.Object(
  {
    ...noticeFields,
    recipients: Type.Optional(
      Type.Array(Type.Unknown(), {
        minItems: 1,
        maxItems: MAX_RECIPIENTS,
        description: "Phones, or objects with a `phone` and a value for each variable that is its own.",
      }),
    ),
    csv: Type.Optional(
      Type.String({ minLength: 1, description: "With a header: a column phone, and one for each variable." }),
    ),
    list: Type.Optional(ListId),
    contacts: Type.Optional(
      Type.Object(
        {
          storeId: Type.Optional(
            Type.String({ pattern: "^sto_", maxLength: 64, description: "Whose last store it is." }),
          ),
          locale: Type.Optional(Type.String({ maxLength: 35 })),
          attributes: Type.Optional(
            Type.Record(Type.String(), Type.String(), { description: "What their attributes have." }),
          ),
        },
        { ...strict, description: "Your contacts that are so and may be written to." },
      ),
    ),
    variables: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
        description: "Values for everybody; what an entry says of its own comes first.",
      }),
    ),
    fromNumber: Type.Optional(Type.String({ pattern: "^num_", maxLength: 64 })),
    onDoubt: Type.Optional(
      Type.Enum(["give-up", "resend"], {
        description: "Where nobody knows whether one left, and the vendor's list does not show it.",
      }),
    ),
    idempotencyKey: Type.Optional(IdempotencyKey),
  },
  strict,
);
type BulkBody = Static<typeof BulkBody>;

const Started = Type.Object(
  {
    runId: RunId,
    list: Type.Union([Type.Object({ id: ListId, ...ListCounts }, strict), Type.Null()], {
      description: "Null: contacts, which are looked up when the run begins.",
    }),
  },
  strict,
);

/** One notice to many people, as one run that can be watched, paused and cancelled. */
export function notifyBulkRoutes(runtime: Runtime, engine: Engine): readonly Route[] {
  return [
    route({
      id: "notifyMany",
      method: "post",
      path: "/api/v1/notify/bulk",
      tag: "Notices",
      summary:
        "Send a notice to many people in one run; see /runs/{id} for its progress, to pause or cancel it",
      scope: "messages:write",
      body: BulkBody,
      headers: IDEMPOTENCY_HEADER,
      responses: { 202: { description: "The run has begun, or waits for its turn.", schema: Started } },
      errors: ["INPUT_INVALID", "IDEMPOTENCY_CONFLICT", "TEMPLATE_MISSING", "TEMPLATE_INVALID", "NOT_FOUND"],
      async handler({ caller, body, headers }) {
        await refuseSuspended(runtime, caller.tenantId);
        refuseSources(body);
        const notice = await noticeOf(runtime, caller.tenantId, body);
        const key = idempotencyKeyOf({ headerKey: headers["idempotency-key"], body }) ?? newId("request");
        const order = { tenantId: caller.tenantId, by: caller.by, body, notice, key };
        const list = await listOf(runtime, order);
        const runId = await startBulk(runtime, engine, order, list?.id ?? null);
        const answer = { runId, list: list && { id: list.id, ...countsOf(list) } };
        return json(202, answer, { "x-run-id": runId, location: `/api/v1/runs/${runId}` });
      },
    }),
  ];
}

interface BulkOrder {
  readonly tenantId: string;
  readonly by: string;
  readonly body: BulkBody;
  readonly notice: Notice;
  readonly key: string;
}

/** @throws AppError INPUT_INVALID unless there is exactly one source */
function refuseSources({ recipients, csv, list, contacts }: BulkBody): void {
  const given = Object.entries({ recipients, csv, list, contacts }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length === 1) return;
  const got = given.map(([name]) => name).join(" and ") || "none of them";
  throw new AppError("INPUT_INVALID", `Expected one of recipients, csv, list and contacts, got ${got}.`);
}

/** Null: contacts. @throws AppError INPUT_INVALID and TEMPLATE_INVALID naming the line, NOT_FOUND */
async function listOf(runtime: Runtime, order: BulkOrder): Promise<ListRow | null> {
  const { tenantId, body, notice, key } = order;
  if (body.contacts !== undefined) return null;
  if (body.list !== undefined) return existingList(runtime, tenantId, body.list);
  const rows = () => (body.csv === undefined ? rowsOfJson(body.recipients ?? []) : rowsOfCsv(body.csv));
  refuseRows(notice, body.variables ?? {}, rows());
  const id = listIdOf(`${tenantId} ${key}`);
  return fillList(runtime, { tenantId, id, name: notice.key, fingerprint: hashOf(body), rows: rows() });
}

/** Before anything is stored, so that nobody gets half of a wrong list. */
function refuseRows(notice: Notice, common: Values, rows: Iterable<RecipientRow>): void {
  const unknown = Object.keys(common).filter((name) => !notice.text.known.has(name));
  if (unknown.length > 0) refuseValues(notice, common);
  try {
    for (const { line, fields } of rows) {
      const own = { ...fields, ...(isRecord(fields.variables) ? (fields.variables as JsonObject) : {}) };
      const values = Object.entries({ ...common, ...own }).flatMap(([name, value]) =>
        isValue(value) && notice.text.known.has(name) ? [[name, value] as const] : [],
      );
      refuseValues(notice, Object.fromEntries(values), `Line ${line}: `);
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    throw new AppError("INPUT_INVALID", `The list: ${error.message}.`, { line: error.line }, error);
  }
}

type Values = Readonly<Record<string, string | number>>;

function isValue(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

/** @throws AppError IDEMPOTENCY_CONFLICT */
async function startBulk(
  runtime: Runtime,
  engine: Engine,
  { tenantId, by, body, notice, key }: BulkOrder,
  list: string | null,
): Promise<string> {
  const { contacts = null, variables = {}, onDoubt = "give-up", fromNumber = "" } = body;
  const { key: template, locale, purpose } = notice;
  const about = { template, locale, purpose, channels: [...notice.channels], values: variables };
  const delivery = {
    id: newId("delivery"),
    source: "api",
    hash: deliveryHash("api", tenantId, `api.bulk ${key}`),
    fingerprint: hashOf(body),
  };
  const taken = await engine.start({
    tenantId,
    version: await bulkFlow(runtime, tenantId),
    triggerNodeId: BULK_TRIGGER,
    triggerType: "api.bulk",
    trigger: { input: { ...about, list, contacts, onDoubt, fromNumber }, by },
    contact: { id: null, phone: null, name: null },
    contactPhone: null,
    store: null,
    numberId: null,
    delivery,
    via: null,
    priority: PRIORITY.bulk,
  });
  return startedRun(refuseOtherRequest(taken, delivery)).runId;
}
