/** One message of the API or of a person: a run of the engine's own flow, and what became of it. */
import { setTimeout as pause } from "node:timers/promises";
import type { JsonObject } from "../core/json.ts";
import { isUserId } from "../core/written-phone.ts";
import { AppError, ERROR_CODES, type ErrorCode } from "../errors.ts";
import { newId } from "../ids.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import { deliveryHash } from "../runtime/delivery-hash.ts";
import { asJson, storeView } from "../runtime/directory.ts";
import type { Engine, StartRun } from "../runtime/engine.ts";
import { MESSAGE_NODES, type MessageOutcome, messageFlow } from "../runtime/message-flow.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { countMessages } from "../store/conversations.ts";
import { messagesSentBy } from "../store/messages.ts";
import type { LoadedRun } from "../store/runs.ts";
import type { Caller } from "./authenticate.ts";
import { existingRun, startedRun } from "./await-run.ts";
import { hashOf } from "./canonical-json.ts";
import type { SendMessageBody } from "./message-schemas.ts";
import { messageView } from "./message-views.ts";
import { json } from "./reply.ts";
import { contactFor } from "./request-contact.ts";
import { idempotencyKeyOf, refuseOtherRequest, refuseSuspended } from "./start-run.ts";

export interface MessageOrder {
  readonly caller: Caller;
  /** `api.message`, or `inbox.answer` for what a person writes in a conversation. */
  readonly trigger: "api.message" | "inbox.answer";
  readonly body: SendMessageBody;
  readonly headerKey: string | undefined;
  /** Who writes, where that is not the API key. */
  readonly by?: string;
  /** Which of our numbers it comes from where the order names none. It is not part of what an idempotency key stands for. */
  readonly numberId?: string | null;
}

/**
 * 201 with the message some channel took; 202 while it is under way.
 * @throws AppError INPUT_INVALID, IDEMPOTENCY_CONFLICT, or why it was not sent
 */
export async function sendOneMessage(
  runtime: Runtime,
  engine: Engine,
  order: MessageOrder,
): Promise<HttpAnswer> {
  const { runId, message, ended } = await sendAndLook(runtime, engine, order);
  const headers = { "x-run-id": runId };
  if (!ended || !message) return json(202, { runId, message }, headers);
  return json(201, message, { ...headers, location: `/api/v1/messages/${message.id}` });
}

/** The run that sends a message, and the message as far as there is one. */
export interface MessageSeen {
  readonly runId: string;
  readonly message: ReturnType<typeof messageView> | null;
  readonly ended: boolean;
}

/** @throws AppError INPUT_INVALID, IDEMPOTENCY_CONFLICT, or why it was not sent */
export async function sendAndLook(
  runtime: Runtime,
  engine: Engine,
  order: MessageOrder,
): Promise<MessageSeen> {
  const kind = kindOf(order.body);
  const run = await prepare(runtime, order, kind);
  const taken = await engine.start(run).then((one) => refuseOtherRequest(one, run.delivery));
  const { runId } = startedRun(taken);
  const seen = await settled(runtime, runId);
  if (seen.state.outcome) refuseUnsent(seen, kind);
  const message = await messageOf(runtime, order.caller.tenantId, seen, kind);
  return { runId, message, ended: seen.state.outcome !== null };
}

type Kind = keyof typeof MESSAGE_NODES;

/** @throws AppError INPUT_INVALID unless there is exactly one of body (or files) and template */
function kindOf({ body, media, template, variables, locale }: SendMessageBody): Kind {
  const text = body !== undefined || (media?.length ?? 0) > 0;
  if (text === (template !== undefined)) {
    const got = text ? "both" : "neither";
    throw new AppError("INPUT_INVALID", `Expected either body (with media) or template, got ${got}.`);
  }
  if (template !== undefined) return "template";
  if (variables === undefined && locale === undefined) return "text";
  throw new AppError("INPUT_INVALID", "variables and locale belong to a template; this message has none.");
}

async function prepare(runtime: Runtime, order: MessageOrder, kind: Kind): Promise<StartRun> {
  const { caller, trigger, body } = order;
  const { tenantId } = caller;
  await refuseSuspended(runtime, tenantId);
  const asked = inputOf(body);
  const input = { ...asked, fromNumber: body.fromNumber ?? order.numberId ?? "" };
  return {
    tenantId,
    version: await messageFlow(runtime, tenantId),
    triggerNodeId: MESSAGE_NODES[kind].trigger,
    triggerType: trigger,
    trigger: { input, by: order.by ?? caller.by },
    contact: await contactFor(
      runtime,
      tenantId,
      isUserId(body.to) ? { userId: body.to } : { phone: body.to },
    ),
    contactPhone: body.to,
    store: await storeOf(runtime, tenantId, body.storeId),
    numberId: null,
    delivery: deliveryOf(order, asked),
    via: null,
  };
}

/** Everything is there, so that no template of the flow finds nothing. */
function inputOf(body: SendMessageBody): JsonObject {
  const { channel, channels, module, recordId } = body;
  if (channel !== undefined && channels !== undefined)
    throw new AppError("INPUT_INVALID", "Expected either channel or channels, got both.");
  if ((module === undefined) !== (recordId === undefined))
    throw new AppError(
      "INPUT_INVALID",
      "module and recordId name a record together; one of them is missing.",
    );
  return {
    to: body.to,
    channels: channel === undefined ? (channels ?? ["whatsapp", "sms"]) : [channel],
    text: body.body ?? "",
    media: body.media ?? [],
    template: body.template ?? "",
    locale: body.locale ?? "",
    variables: body.variables ?? {},
    purpose: body.purpose ?? "service",
    trackLinks: body.trackLinks ?? false,
    fromNumber: body.fromNumber ?? "",
    module: module ?? "",
    recordId: recordId ?? "",
  };
}

async function storeOf(
  runtime: Runtime,
  tenantId: string,
  id: string | undefined,
): Promise<JsonObject | null> {
  if (id === undefined) return null;
  const { stores } = await runtime.directory.of(tenantId);
  const row = stores.find((store) => store.id === id);
  if (!row) throw new AppError("STORE_MISSING", `There is no store ${id}.`, { storeId: id });
  return asJson(storeView(row));
}

function deliveryOf(order: MessageOrder, input: JsonObject): StartRun["delivery"] {
  const key = idempotencyKeyOf(order) ?? newId("request");
  const { tenantId } = order.caller;
  return {
    id: newId("delivery"),
    source: "api",
    hash: deliveryHash("api", tenantId, `${order.trigger} ${key}`),
    fingerprint: hashOf({ input, storeId: order.body.storeId ?? null }),
  };
}

const PATIENCE_MS = 10_000;
const FIRST_LOOK_MS = 5;
const LOOK_MS = 250;

/** The run when it is over, or sleeps until its sender's turn or word of the vendor, or takes too long. */
async function settled(runtime: Runtime, runId: string): Promise<LoadedRun> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, LOOK_MS)) {
    const run = await existingRun(runtime, runId);
    if (run.state.outcome || run.status === "waiting" || Date.now() > deadline) return run;
    await pause(wait);
  }
}

/** @throws AppError saying why it was not sent */
function refuseUnsent({ id, state }: LoadedRun, kind: Kind): void {
  const { outcome, steps } = state;
  const runId = { runId: id };
  if (outcome?.error) {
    const { code, message } = outcome.error;
    throw new AppError(code in ERROR_CODES ? (code as ErrorCode) : "INTERNAL", message, runId);
  }
  const sent = steps[MESSAGE_NODES[kind].send] ?? {};
  const attempts = (Array.isArray(sent.attempts) ? sent.attempts : []) as readonly JsonObject[];
  const details = { ...runId, attempts };
  switch (outcome?.name as MessageOutcome) {
    case "insufficient_credits":
      throw new AppError("INSUFFICIENT_CREDITS", "The credits for this message are spent.", details);
    case "opted_out":
      throw new AppError("OPTED_OUT", reasonsOf(details), details);
    case "quiet_hours": {
      const until = typeof sent.until === "string" ? sent.until : "";
      throw new AppError("QUIET_HOURS", `It is a quiet hour; send it after ${until}.`, { ...details, until });
    }
    case "undeliverable":
      throw undeliverable(details);
    case "sent":
      return;
  }
}

function undeliverable(details: Unsent): AppError {
  const { attempts } = details;
  if (attempts.length > 0 && attempts.every(({ reason }) => reason === "outside_window"))
    return new AppError("WINDOW_CLOSED", reasonsOf(details), { ...details });
  return new AppError("UNDELIVERABLE", `No channel could carry this message. ${reasonsOf(details)}`, {
    ...details,
  });
}

/** Why each channel did not carry it, in the words of who refused. */
function reasonsOf({ attempts }: Unsent): string {
  return attempts
    .map(({ channel, reason, message }) => `${String(channel)}: ${String(message ?? reason)}`)
    .join(" ");
}

interface Unsent {
  readonly attempts: readonly JsonObject[];
}

/** The message some channel took. */
async function messageOf(
  runtime: Runtime,
  tenantId: string,
  run: LoadedRun,
  kind: Kind,
): Promise<MessageSeen["message"]> {
  await countMessages(runtime.db, tenantId);
  const { tenant } = await runtime.directory.of(tenantId);
  // A run's moments are its tenant's, whose clock may be ahead; rows are dated by the real one.
  const since = new Date(Date.parse(run.state.startedAt) - tenant.clock_offset_ms);
  const rows = await runtime.db.asTenant(tenantId, (scope) => messagesSentBy(scope, run.id, since));
  const carried = run.state.steps[MESSAGE_NODES[kind].send]?.messageId;
  const row = rows.find(({ effect_id }) => effect_id === carried) ?? rows[0];
  return row ? messageView(row) : null;
}
