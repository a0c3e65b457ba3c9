import { randomBytes } from "node:crypto";
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { isObject, objectOf, objectsOf, parseJson, textOf } from "../wire/json.ts";
import { e164Of } from "../wire/phone.ts";
import { type Accounts, type EmulatedAccount, userIdOf } from "./accounts.ts";
import { checkMessage } from "./check-message.ts";
import { errorAnswer, type HttpReply, type Problem } from "./error-answer.ts";
import type { CallbackFault, createFaults, Fault } from "./faults.ts";
import type { Files } from "./files.ts";
import type { GraphRequest } from "./graph-request.ts";
import type { Ledger, SentMessage, Step } from "./ledger.ts";
import { magicOf } from "./magic.ts";
import { firstProblem, missing } from "./problems.ts";
import type { Templates } from "./templates.ts";

/** What the connection sees: an answer (perhaps late), a reset, or silence. */
export type GraphReaction =
  | { readonly kind: "reply"; readonly reply: HttpReply; readonly delayMs: number }
  | { readonly kind: "reset" }
  | { readonly kind: "silence" };

/** What happens to free text for somebody who has not written in 24 hours. */
export type WindowMode = "async" | "sync" | "off";

export interface GraphParts {
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly templates: Templates;
  readonly files: Files;
  readonly faults: ReturnType<typeof createFaults>;
  readonly window: WindowMode;
  readonly now: () => Date;
  /** Called once the message is in the ledger. */
  readonly onAccepted: (ref: string) => void;
}

/**
 * The endpoints of Meta's Graph API that are emulated: `GET /{version}/me`, `POST /{version}/{phone-number-id}/messages`, and
 * those of templates and files.
 */
export function answerGraph(parts: GraphParts, request: GraphRequest): GraphReaction {
  const account = parts.accounts.byToken(request.authorization?.replace(/^(Bearer|OAuth) /, "") ?? "");
  if (!account)
    return refuse({ code: 190, details: "Invalid OAuth access token - Cannot parse access token" });
  if (request.method === "GET" && /^\/v\d+\.\d+\/me$/.test(request.path)) {
    return replied({ status: 200, body: { id: account.appId, name: "Emulated system user" } });
  }
  const managed = parts.files.answer(request) ?? parts.templates.answer(account, request);
  if (managed) return replied(managed);
  const phoneNumberId = /^\/v\d+\.\d+\/([^/]+)\/messages$/.exec(request.path)?.[1];
  if (request.method !== "POST" || phoneNumberId === undefined) {
    return refuse({ code: 100, details: `Unsupported request: ${request.method} ${request.path}` });
  }
  const body = parseJson(request.body);
  if (!isObject(body)) return refuse({ code: 100, details: "The body is not a JSON object." });
  return body.status === "read"
    ? markRead(parts, phoneNumberId, body)
    : send(parts, { account, phoneNumberId, body });
}

interface Send {
  readonly account: EmulatedAccount;
  readonly phoneNumberId: string;
  readonly body: JsonObject;
}

function send(parts: GraphParts, given: Send): GraphReaction {
  const { body, phoneNumberId } = given;
  const { answer, callbacks } = parts.faults.take({ to: addressOf(body), phoneNumberId, type: typeOf(body) });
  if (answer?.kind === "reset-before") return { kind: "reset" };
  if (answer?.kind === "status") return orderedRefusal(answer);
  const problem = firstProblem(
    () => checkSender(given),
    () => checkMessage(body),
    () => checkOneself(parts, given),
    () => (typeOf(body) === "template" ? parts.templates.check(objectOf(body.template)) : null),
    () => parts.files.check(body),
    () => refusedAtOnce(parts, given),
  );
  if (problem) return refuse(problem);
  const message = acceptedMessage(parts, given, callbacks);
  parts.ledger.addMessage(message);
  parts.onAccepted(message.entry.ref);
  if (answer?.kind === "timeout-after-accept") return { kind: "silence" };
  if (answer?.kind === "reset-after-accept") return { kind: "reset" };
  return replied(acceptance(message), answer?.kind === "slow" ? answer.ms : 0);
}

function orderedRefusal({ status, code, retryAfter }: Extract<Fault, { kind: "status" }>): GraphReaction {
  const usual = status === 429 ? 130429 : status >= 500 ? 131000 : 100;
  const reply = errorAnswer({ code: code ?? usual, details: "Ordered from the emulator." }, status);
  return replied(
    retryAfter === undefined ? reply : { ...reply, headers: { "retry-after": String(retryAfter) } },
  );
}

function checkSender({ account: { numberIds }, phoneNumberId }: Send): Problem | null {
  const known = numberIds.size > 0 ? numberIds.has(phoneNumberId) : /^\d+$/.test(phoneNumberId);
  return known ? null : { code: 33, details: `Object with ID '${phoneNumberId}' does not exist.` };
}

function checkOneself({ accounts }: GraphParts, { phoneNumberId, body }: Send): Problem | null {
  if (addressOf(body) !== `+${accounts.displayed(phoneNumberId)}`) return null;
  return { code: 131021, details: "Sender and recipient phone number is the same." };
}

function refusedAtOnce(parts: GraphParts, given: Send): Problem | null {
  const magic = magicOf(addressOf(given.body));
  if (magic?.arrives === "sync") return { code: magic.code, details: `Magic recipient ${magic.suffix}.` };
  return parts.window === "sync" && isOutsideWindow(parts, given) ? OUTSIDE_WINDOW : null;
}

const OUTSIDE_WINDOW: Problem = {
  code: 131047,
  details: "More than 24 hours have passed since the customer last replied.",
};

const DAY_MS = 24 * 60 * 60 * 1000;

function isOutsideWindow({ ledger, now }: GraphParts, { phoneNumberId, body }: Send): boolean {
  if (typeOf(body) === "template") return false;
  const last = ledger.lastInboundAt(conversationKey(phoneNumberId, addressOf(body)));
  return last === null || now().getTime() - last > DAY_MS;
}

/** Names what one person and one of our numbers say to each other. */
export function conversationKey(phoneNumberId: string, person: string): string {
  return `${phoneNumberId}/${person}`;
}

function acceptedMessage(parts: GraphParts, given: Send, callbacks: CallbackFault | null): SentMessage {
  const { account, phoneNumberId, body } = given;
  const phone = e164Of(textOf(body.to));
  const at = parts.now().toISOString();
  return {
    entry: {
      kind: "message",
      ref: newWamid(),
      at,
      channel: "whatsapp",
      from: `+${parts.accounts.displayed(phoneNumberId)}`,
      to: addressOf(body),
      body: wordsOf(body, parts.templates),
      status: "accepted",
      details: { phoneNumberId, type: typeOf(body), request: body },
    },
    account: account.index,
    phoneNumberId,
    recipient: { phone: phone?.slice(1) ?? null, userId: phone ? userIdOf(phone) : addressOf(body) },
    callbackData: textOf(body.biz_opaque_callback_data),
    pricing: pricingOf(parts, given, at),
    callbacks: callbacks ? CALLBACKS[callbacks.kind] : "once",
    steps: stepsOf(parts, given),
  };
}

const CALLBACKS = {
  "duplicate-callbacks": "duplicate",
  "reorder-callbacks": "reorder",
  "lose-callbacks": "lose",
} as const;

/** What will be reported. Of a reaction only `sent` ever comes. */
function stepsOf(parts: GraphParts, given: Send): readonly Step[] {
  const magic = magicOf(addressOf(given.body));
  if (magic?.arrives === "async") return [{ status: "failed", code: magic.code }];
  if (parts.window === "async" && isOutsideWindow(parts, given))
    return [{ status: "failed", code: OUTSIDE_WINDOW.code }];
  if (magic?.arrives === "status") return magic.statuses.map((status) => ({ status }));
  return typeOf(given.body) === "reaction"
    ? [{ status: "sent" }]
    : [{ status: "sent" }, { status: "delivered" }];
}

const FREE_SERVICE_MESSAGES = 1000;

function pricingOf(
  { ledger, templates }: GraphParts,
  { phoneNumberId, body }: Send,
  at: string,
): SentMessage["pricing"] {
  if (typeOf(body) === "template")
    return { type: "regular", category: templates.categoryOf(objectOf(body.template)) };
  const free = ledger.serviceDelivered(phoneNumberId, at) < FREE_SERVICE_MESSAGES;
  return { type: free ? "free_customer_service" : "regular", category: "service" };
}

function acceptance({ entry, recipient }: SentMessage): HttpReply {
  const contact = {
    input: entry.to ?? "",
    ...(recipient.phone !== null ? { wa_id: recipient.phone } : { user_id: recipient.userId }),
  };
  const paced = objectOf(entry.details).type === "template" ? { message_status: "accepted" } : {};
  return {
    status: 200,
    body: { messaging_product: "whatsapp", contacts: [contact], messages: [{ id: entry.ref, ...paced }] },
  };
}

function markRead({ ledger, now }: GraphParts, phoneNumberId: string, body: JsonObject): GraphReaction {
  const ref = textOf(body.message_id);
  if (!ref) return refuse(missing("message_id"));
  const kind = body.typing_indicator === undefined ? "mark-read" : "typing";
  ledger.addEntry({
    kind,
    ref: `${kind}:${ref}`,
    at: now().toISOString(),
    channel: "whatsapp",
    details: { phoneNumberId, request: body },
  });
  return replied({ status: 200, body: { success: true } });
}

function refuse(problem: Problem): GraphReaction {
  return replied(errorAnswer(problem));
}

function replied(reply: HttpReply, delayMs = 0): GraphReaction {
  return { kind: "reply", reply, delayMs };
}

/** `+` and digits for a phone, else the user id; empty when there is neither. */
function addressOf({ to, recipient }: JsonObject): string {
  return e164Of(textOf(to)) ?? textOf(recipient) ?? "";
}

function typeOf(body: JsonObject): string {
  return textOf(body.type) ?? "text";
}

/** The words of a message, for the ledger; of a template that is not known its parameters. */
function wordsOf(body: JsonObject, templates: Templates): string {
  const part = objectOf(body[typeOf(body)]);
  const template = typeOf(body) === "template" ? templates.wordsOf(part) : null;
  if (template !== null) return template;
  const direct = textOf(part.body) ?? textOf(part.caption) ?? textOf(objectOf(part.body).text);
  if (direct !== null) return direct;
  const parameters = objectsOf(part.components).flatMap((component) => objectsOf(component.parameters));
  return [textOf(part.name), ...parameters.map(({ text }) => textOf(text))]
    .filter((word) => word !== null)
    .join(" · ");
}

/** A message id of Meta's shape. */
export function newWamid(): string {
  return `wamid.${randomBytes(36).toString("base64")}`;
}
