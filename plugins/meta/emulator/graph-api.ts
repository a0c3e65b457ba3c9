import { randomBytes } from "node:crypto";
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { isObject, objectOf, objectsOf, parseJson, textOf } from "../wire/json.ts";
import { e164Of } from "../wire/phone.ts";
import { type EmulatedAccount, userIdOf } from "./accounts.ts";
import { checkMessage } from "./check-message.ts";
import { errorAnswer, type HttpReply, type Problem } from "./error-answer.ts";
import type { CallbackFault, Fault } from "./faults.ts";
import type { GraphRequest } from "./graph-request.ts";
import {
  type GraphCall,
  type GraphParts,
  type GraphReaction,
  type GraphRoute,
  refuse,
  replied,
} from "./graph-route.ts";
import type { SentMessage, Step } from "./ledger.ts";
import { magicOf } from "./magic.ts";
import { NUMBER_ROUTES, unknownNode } from "./number-endpoints.ts";
import { firstProblem, missing } from "./problems.ts";
import { PROFILE_ROUTES } from "./profile-endpoints.ts";
import type { Templates } from "./templates.ts";

/**
 * The endpoints of Meta's Graph API that are emulated, each list in a file of its own. Whoever adds an area adds its list.
 */
const ROUTES: readonly GraphRoute[] = [
  { method: "GET", path: /^(me)$/, answer: whoAmI },
  { method: "POST", path: /^([^/]+)\/messages$/, answer: takeMessage },
  ...NUMBER_ROUTES,
  ...PROFILE_ROUTES,
];

export function answerGraph(parts: GraphParts, request: GraphRequest): GraphReaction {
  const account = parts.accounts.byToken(request.authorization?.replace(/^(Bearer|OAuth) /, "") ?? "");
  if (!account)
    return refuse({ code: 190, details: "Invalid OAuth access token - Cannot parse access token" });
  const managed = parts.files.answer(request) ?? parts.templates.answer(account, request);
  if (managed) return replied(managed);
  const path = /^\/v\d+\.\d+\/(.+)$/.exec(request.path)?.[1] ?? "";
  for (const route of ROUTES) {
    const match = route.method === request.method ? route.path.exec(path) : null;
    if (!match) continue;
    const body = request.body === "" && route.method !== "GET" ? {} : bodyOf(request);
    if (!body) return refuse({ code: 100, details: "The body is not a JSON object." });
    const [, id = "", part = ""] = match;
    return route.answer({ parts, account, id, part, query: Object.fromEntries(request.query), body });
  }
  return refuse({ code: 100, details: `Unsupported request: ${request.method} ${request.path}` });
}

function bodyOf({ method, body }: GraphRequest): JsonObject | null {
  const parsed = method === "GET" ? {} : parseJson(body);
  return isObject(parsed) ? parsed : null;
}

function whoAmI({ account }: GraphCall): GraphReaction {
  return replied({ status: 200, body: { id: account.appId, name: "Emulated system user" } });
}

function takeMessage({ parts, account, id, body }: GraphCall): GraphReaction {
  return body.status === "read"
    ? markRead(parts, id, body)
    : send(parts, { account, phoneNumberId: id, body });
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
  if (parts.lasting().isDown) return orderedRefusal({ kind: "status", status: 503 });
  const problem = firstProblem(
    () => checkSender(given, parts),
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

function checkSender({ account, phoneNumberId }: Send, { numbers }: GraphParts): Problem | null {
  const { numberIds, wabaId } = account;
  const kept = numbers.find(phoneNumberId);
  const known = numberIds.size > 0 ? numberIds.has(phoneNumberId) : /^\d+$/.test(phoneNumberId);
  if (kept ? kept.wabaId !== wabaId : !known) return unknownNode(phoneNumberId);
  if (kept?.banned) return { code: 131031, details: "Business account has been locked." };
  return kept && !kept.registered ? { code: 133010, details: "The phone number is not registered." } : null;
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
  if (parts.lasting().losesMessages) return [{ status: "failed", code: 131026 }];
  const unreached = parts.unreached(addressOf(given.body));
  if (unreached) return unreached;
  const magic = magicOf(addressOf(given.body));
  if (magic?.arrives === "async") return [{ status: "failed", code: magic.code }];
  if (parts.window === "async" && isOutsideWindow(parts, given))
    return [{ status: "failed", code: OUTSIDE_WINDOW.code }];
  if (magic?.arrives === "status") return magic.statuses.map((status) => ({ status }));
  return typeOf(given.body) === "reaction"
    ? [{ status: "sent" }]
    : [{ status: "sent" }, { status: "delivered" }];
}

/** Reactions cost nothing; answers to somebody who came from an ad neither, nor the first of a month. */
function pricingOf(parts: GraphParts, { phoneNumberId, body }: Send, at: string): SentMessage["pricing"] {
  const { ledger, templates, freeServiceMessages } = parts;
  if (typeOf(body) === "reaction") return null;
  const category = typeOf(body) === "template" ? templates.categoryOf(objectOf(body.template)) : "service";
  const entry = ledger.entryPointUntil(conversationKey(phoneNumberId, addressOf(body)));
  if (entry !== null && entry > parts.now().getTime()) return { type: "free_entry_point", category };
  if (category !== "service") return { type: "regular", category };
  const free = ledger.serviceDelivered(phoneNumberId, at) < freeServiceMessages;
  return { type: free ? "free_customer_service" : "regular", category };
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
