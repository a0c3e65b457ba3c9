import {
  AppError,
  type EffectOutcome,
  type FetchAnswer,
  type GuardedFetch,
  type JsonObject,
} from "../../engine/plugin-api.ts";
import { meaningOf } from "./error-codes.ts";
import {
  type ClientContext,
  callGraph,
  type MetaApp,
  type MetaError,
  metaErrorOf,
  retryAfter,
  sentence,
  vendorRefusal,
} from "./graph.ts";
import { isObject, objectsOf, parseJson, textOf } from "./wire/json.ts";

export type SendOutcome = Extract<EffectOutcome, { state: "accepted" | "refused" }>;

/**
 * Sends one message from one of our numbers. `body` is the Cloud API body without `messaging_product`.
 * @throws AppError VENDOR_UNAVAILABLE | VENDOR_RATE_LIMITED when surely nothing was sent, EFFECT_IN_DOUBT when nobody
 * knows, VENDOR_REFUSED when an operator must act before anything can be sent
 */
export async function sendMessage(
  app: MetaApp,
  phoneNumberId: string,
  body: JsonObject,
  ctx: ClientContext,
): Promise<SendOutcome> {
  const answer = await post(app, phoneNumberId, { messaging_product: "whatsapp", ...body }, ctx);
  return answer.status >= 200 && answer.status < 300
    ? accepted(answer)
    : refusedOrThrown(answer, ctx.attempt ?? 1);
}

/**
 * Says something about a message a person sent: that it was read, perhaps with the sign that an answer is being written.
 * Harmless to repeat. @throws AppError VENDOR_UNAVAILABLE | VENDOR_RATE_LIMITED | VENDOR_REFUSED
 */
export async function markRead(
  app: MetaApp,
  phoneNumberId: string,
  mark: { readonly messageId: string; readonly typing: boolean },
  ctx: ClientContext,
): Promise<void> {
  const body: JsonObject = {
    messaging_product: "whatsapp",
    status: "read",
    message_id: mark.messageId,
    ...(mark.typing ? { typing_indicator: { type: "text" } } : {}),
  };
  const path = `${encodeURIComponent(phoneNumberId)}/messages`;
  const answer = await callGraph(app, { method: "POST", path, body }, ctx);
  if (answer.status >= 200 && answer.status < 300) return;
  throw vendorRefusal(answer);
}

/** Asks Meta whose token this is, and says in words what came back. */
export async function askWhoWeAre(
  app: MetaApp,
  fetch: GuardedFetch,
): Promise<{ readonly ok: boolean; readonly message: string }> {
  const url = `${app.baseUrl}/${app.apiVersion}/me`;
  try {
    return whoIs(await callGraph(app, { method: "GET", path: "me" }, { fetch }));
  } catch (error) {
    return {
      ok: false,
      message: `Meta could not be reached at ${url}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function whoIs(answer: FetchAnswer): { ok: boolean; message: string } {
  const body = parseJson(answer.text);
  const name = isObject(body) ? (textOf(body.name) ?? textOf(body.id)) : null;
  if (answer.status === 200 && name !== null)
    return { ok: true, message: `Meta accepts the token; it belongs to ${name}.` };
  const error = metaErrorOf(answer.text);
  if (error) return { ok: false, message: `Meta does not accept the token: ${sentence(error)}` };
  return {
    ok: false,
    message: `The answer (HTTP ${answer.status}) is not Meta's; check the address and the version.`,
  };
}

async function post(
  app: MetaApp,
  phoneNumberId: string,
  body: JsonObject,
  ctx: ClientContext,
): Promise<FetchAnswer> {
  try {
    return await callGraph(
      app,
      { method: "POST", path: `${encodeURIComponent(phoneNumberId)}/messages`, body },
      ctx,
    );
  } catch (error) {
    throw lostAnswer(error);
  }
}

/** Only a request that never left is safe to repeat: Meta honours no idempotency key. */
function lostAnswer(error: unknown): AppError {
  if (error instanceof AppError && error.code !== "FETCH_FAILED") return error;
  if (error instanceof AppError && error.details.phase === "connect") {
    return new AppError(
      "VENDOR_UNAVAILABLE",
      `Meta could not be reached, nothing was sent: ${error.message}`,
      { vendor: "meta" },
      error,
    );
  }
  const why = error instanceof Error ? error.message : String(error);
  return inDoubt(`Meta's answer was lost after the request had left: ${why}`, {}, error);
}

function accepted(answer: FetchAnswer): SendOutcome {
  const body = parseJson(answer.text);
  const first = isObject(body) ? objectsOf(body.messages)[0] : undefined;
  const ref = textOf(first?.id);
  if (!isObject(body) || ref === null) {
    throw inDoubt(`Meta answered HTTP ${answer.status} without a message id.`, { status: answer.status });
  }
  const data = acceptanceData(objectsOf(body.contacts)[0], first);
  return { state: "accepted", ref, status: "queued", ...(data ? { data } : {}) };
}

/** What Meta made of the recipient (`waId` may differ from what was asked) and whether it paces the template. */
function acceptanceData(contact: JsonObject | undefined, message: JsonObject | undefined): JsonObject | null {
  const known = {
    waId: textOf(contact?.wa_id),
    userId: textOf(contact?.user_id),
    messageStatus: textOf(message?.message_status),
  };
  const given = Object.entries(known).filter((pair): pair is [string, string] => pair[1] !== null);
  return given.length > 0 ? Object.fromEntries(given) : null;
}

function refusedOrThrown(answer: FetchAnswer, attempt: number): SendOutcome {
  const error = metaErrorOf(answer.text);
  if (answer.status >= 500) throw serverError(answer, error);
  if (!error) return withoutEnvelope(answer);
  const { class: kind, refusal } = meaningOf(error.code);
  const details = {
    vendor: "meta",
    vendorCode: String(error.code),
    ...retryAfter(answer, error.code, attempt),
  };
  if (kind === "token") {
    throw new AppError(
      "VENDOR_REFUSED",
      `${sentence(error)} Nothing can be sent until the access token of credential meta.app is replaced.`,
      details,
    );
  }
  if (kind === "rate_limited") throw new AppError("VENDOR_RATE_LIMITED", sentence(error), details);
  if (kind === "unavailable" || error.isTransient)
    throw new AppError("VENDOR_UNAVAILABLE", sentence(error), details);
  return { state: "refused", reason: refusal, vendorCode: String(error.code), message: sentence(error) };
}

const SURELY_NOT_SENT = new Set([2, 131016, 133004]);

function serverError(answer: FetchAnswer, error: MetaError | null): AppError {
  if (error?.isTransient && SURELY_NOT_SENT.has(error.code)) {
    const details = { vendor: "meta", vendorCode: String(error.code), ...retryAfter(answer, error.code, 0) };
    return new AppError("VENDOR_UNAVAILABLE", sentence(error), details);
  }
  const why = error ? sentence(error) : "no explanation came with it.";
  return inDoubt(`Meta answered HTTP ${answer.status}: ${why}`, {
    status: answer.status,
    ...(error ? { vendorCode: String(error.code) } : {}),
  });
}

function withoutEnvelope(answer: FetchAnswer): SendOutcome {
  const message = `HTTP ${answer.status} came back without Meta's error envelope; check the credential's address and version.`;
  if (answer.status === 429)
    throw new AppError("VENDOR_RATE_LIMITED", message, { vendor: "meta", ...retryAfter(answer, 0, 0) });
  return { state: "refused", reason: "other", vendorCode: `http_${answer.status}`, message };
}

function inDoubt(message: string, details: JsonObject, cause?: unknown): AppError {
  return new AppError(
    "EFFECT_IN_DOUBT",
    `${message} It may have been sent: the status callback will tell.`,
    { vendor: "meta", ...details },
    cause,
  );
}
