import type { JsonObject } from "../../../engine/plugin-api.ts";
import { advance, noteError } from "./call-session.ts";
import { requestDocument } from "./documents.ts";
import type { Form } from "./form.ts";
import { nextInput } from "./next-input.ts";
import { cardType, TEST_CARDS } from "./pay-cards.ts";
import { type PayQuestion, questionsOf, type Typed } from "./pay-questions.ts";
import {
  actionTarget,
  gotoAction,
  HANGUP,
  numberAttribute,
  type PlayContext,
  resolveUrl,
  type Step,
} from "./play-step.ts";
import { playPrompt, speak } from "./prompts.ts";
import { newSid } from "./sids.ts";
import type { TwimlElement } from "./twiml-document.ts";
import { webhookCall } from "./webhooks.ts";

/** The connector nobody has set up: a Pay that names it is not valid. */
export const UNKNOWN_CONNECTOR = "unknown-connector";

/**
 * Asks for card or account on the keypad, each question up to `maxAttempts` times, then has the test provider carry it
 * out. `*` interrupts; test cards choose the outcome. What was typed is kept nowhere: callbacks have it masked.
 */
export async function playPay(context: PlayContext, verb: TwimlElement): Promise<Step> {
  const { world, session } = context;
  const invalid = validationFault(context, verb);
  if (invalid !== null) noteError(session, 12_200, `<Pay>: ${invalid}`);
  const outcome =
    invalid === null ? await askAll(context, verb) : { Result: "validation-error", PaymentError: invalid };
  record(context, verb, outcome.Result);
  if (session.hungUp) session.status = "completed";
  const params = { PaymentMethod: verb.attributes.paymentMethod ?? "credit-card", ...outcome };
  if (!session.hungUp) return gotoAction(context, verb, params);
  const target = actionTarget(context, verb, params);
  if (target) await requestDocument(world, session, target);
  return HANGUP;
}

type Outcome = { readonly Result: string } & Form;

/** Card data only goes where nobody listens in; this machine's own address is the exception. */
function validationFault({ base }: PlayContext, verb: TwimlElement): string | null {
  const { action = base ?? "", chargeAmount, paymentConnector, currency = "usd" } = verb.attributes;
  if (!/^https:|^http:\/\/(127\.0\.0\.1|localhost)[:/]/i.test(action))
    return `action must be https, not "${action}"`;
  if (paymentConnector === UNKNOWN_CONNECTOR) return `there is no connector "${paymentConnector}"`;
  if (!/^[a-z]{3}$/i.test(currency)) return `invalid currency "${currency}"`;
  const amount = Number(chargeAmount ?? 0);
  return amount >= 0 && amount <= 1_000_000 ? null : `invalid chargeAmount "${chargeAmount}"`;
}

async function askAll(context: PlayContext, verb: TwimlElement): Promise<Outcome> {
  const typed: Record<string, string> = {};
  const seen: Record<string, string> = {};
  for (const question of questionsOf(context.world, verb)) {
    const reply = await ask(context, verb, question, typed);
    if (reply.over) return { ...seen, Result: reply.over };
    typed[question.for] = reply.digits;
    seen[question.field] = question.shown(reply.digits);
    const type = question.for === "payment-card-number" ? cardType(reply.digits) : null;
    if (type !== null) seen.PaymentCardType = type;
  }
  return { ...seen, ...carryOut(verb, typed) };
}

interface Reply {
  readonly digits: string;
  /** Set when there is nothing more to ask. */
  readonly over: string | null;
}

async function ask(
  context: PlayContext,
  verb: TwimlElement,
  question: PayQuestion,
  typed: Typed,
): Promise<Reply> {
  const most = numberAttribute(verb, "maxAttempts", 1);
  let errorType = "";
  for (let attempt = 1; attempt <= most; attempt++) {
    say(context, verb, question, { attempt, errorType });
    const digits = await keyed(context, verb);
    if (context.session.hungUp) return { digits: "", over: "caller-hung-up" };
    if (digits.includes("*")) return { digits: "", over: "caller-interrupted-with-star" };
    errorType = digits === "" ? "timeout" : (question.mistake(digits, typed) ?? "");
    const shown = errorType === "" ? { [question.field]: question.shown(digits) } : { ErrorType: errorType };
    await report(context, verb, { For: question.for, Attempt: String(attempt), ...shown });
    if (errorType === "") return { digits, over: null };
  }
  return { digits: "", over: "too-many-failed-attempts" };
}

async function keyed(context: PlayContext, verb: TwimlElement): Promise<string> {
  const { world, session } = context;
  await world.work.pace();
  const timeoutSeconds = numberAttribute(verb, "timeout", 5);
  const keys = { most: Number.POSITIVE_INFINITY, finishOnKey: "#" };
  const wants = { digits: keys, speech: false, recording: false, timeoutSeconds };
  const input = session.hungUp ? "hangup" : await nextInput(context, wants);
  if (input === "hangup") session.hungUp = true;
  const pressed = typeof input === "string" && !["silence", "hangup"].includes(input) ? input : "";
  const digits = pressed.replace(/#.*$/s, "").replaceAll(/[^0-9*]/g, "");
  advance(session, digits === "" ? timeoutSeconds : digits.length * 0.5);
  return digits;
}

/** The author's words where some fit, else the vendor's own. */
function say(
  context: PlayContext,
  verb: TwimlElement,
  question: PayQuestion,
  moment: { readonly attempt: number; readonly errorType: string },
): void {
  const own = verb.children
    .filter(({ name }) => name === "Prompt")
    .findLast((prompt) => fits(prompt, question, moment));
  if (own) {
    for (const child of own.children) playPrompt(context, child);
    return;
  }
  speak(context, { text: question.words, language: null, voice: null });
}

function fits(
  { attributes }: TwimlElement,
  question: PayQuestion,
  { attempt, errorType }: { readonly attempt: number; readonly errorType: string },
): boolean {
  const lists = (name: string, value: string) =>
    attributes[name] === undefined || attributes[name].split(/\s+/).includes(value);
  return (
    attributes.for === question.for && lists("attempt", String(attempt)) && lists("errorType", errorType)
  );
}

async function report(context: PlayContext, verb: TwimlElement, params: Form): Promise<void> {
  const { statusCallback = "", statusCallbackMethod = "POST" } = verb.attributes;
  const url = statusCallback === "" ? null : resolveUrl(context, statusCallback);
  if (url === null) return;
  const { world, session } = context;
  const about = { CallSid: session.sid, ...params };
  await world.webhooks.send(webhookCall(session.accountSid, url, statusCallbackMethod, about));
}

function carryOut(verb: TwimlElement, typed: Typed): Outcome {
  const card = typed["payment-card-number"];
  if (card === TEST_CARDS.declined)
    return {
      Result: "payment-connector-error",
      PaymentError: "Your card was declined.",
      ConnectorError: "card_declined",
    };
  if (card === TEST_CARDS.broken) return { Result: "internal-error" };
  if (Number(verb.attributes.chargeAmount ?? 0) > 0)
    return { Result: "success", PaymentConfirmationCode: newSid("ch_") };
  const token = { Result: "success", PaymentToken: newSid("tok_") };
  return verb.attributes.tokenType === "one-time" ? token : { ...token, ProfileId: newSid("cus_") };
}

function record({ world, session }: PlayContext, verb: TwimlElement, status: string): void {
  const { paymentConnector = "Default", chargeAmount = "0", currency = "usd", tokenType } = verb.attributes;
  const details: JsonObject = {
    accountSid: session.accountSid,
    callSid: session.sid,
    amount: chargeAmount,
    currency,
    tokenType: tokenType ?? null,
  };
  const at = world.now().toISOString();
  world.ledger.add({
    kind: "payment",
    ref: newSid("PK"),
    at,
    channel: "voice",
    from: session.from,
    to: paymentConnector,
    status,
    details,
  });
}
