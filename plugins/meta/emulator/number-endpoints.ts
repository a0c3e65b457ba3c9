import { randomInt } from "node:crypto";
import { textOf } from "../wire/json.ts";
import type { Problem } from "./error-answer.ts";
import { type GraphCall, type GraphReaction, type GraphRoute, refuse, replied } from "./graph-route.ts";
import type { EmulatedNumber } from "./number-book.ts";
import { limited, missing } from "./problems.ts";

/** Everything about numbers and accounts but what they send: adding, codes, registration, subscription, reading back. */
export const NUMBER_ROUTES: readonly GraphRoute[] = [
  { method: "GET", path: /^([0-9]+)$/, answer: readNode },
  { method: "GET", path: /^([0-9]+)\/phone_numbers$/, answer: listNumbers },
  { method: "POST", path: /^([0-9]+)\/phone_numbers$/, answer: addNumber },
  { method: "POST", path: /^([0-9]+)\/subscribed_apps$/, answer: subscribe },
  { method: "GET", path: /^([0-9]+)\/subscribed_apps$/, answer: listSubscriptions },
  { method: "POST", path: /^([0-9]+)\/request_code$/, answer: withNumber(requestCode) },
  { method: "POST", path: /^([0-9]+)\/verify_code$/, answer: withNumber(verifyCode) },
  { method: "POST", path: /^([0-9]+)\/register$/, answer: withNumber(register) },
  { method: "POST", path: /^([0-9]+)\/deregister$/, answer: withNumber(deregister) },
];

export const SUCCESS = { status: 200, body: { success: true } } as const;

/** An endpoint of one number; what nobody knows is told so, as Meta does. */
export function withNumber(
  answer: (number: EmulatedNumber, call: GraphCall) => GraphReaction,
): GraphRoute["answer"] {
  return (call) => {
    const number = numberAt(call);
    return number ? answer(number, call) : refuse(unknownNode(call.id));
  };
}

export function unknownNode(id: string): Problem {
  return { code: 33, details: `Object with ID '${id}' does not exist.` };
}

function numberAt({ parts, account, id }: GraphCall): EmulatedNumber | null {
  const known = parts.numbers.find(id);
  if (known) return known.wabaId === account.wabaId ? known : null;
  const may = account.numberIds.size === 0 ? id !== account.wabaId : account.numberIds.has(id);
  if (!may) return null;
  return parts.numbers.addConnected({ id, wabaId: account.wabaId, displayed: parts.accounts.displayed(id) });
}

function readNode(call: GraphCall): GraphReaction {
  if (call.id === call.account.wabaId) return replied({ status: 200, body: accountBody(call) });
  return withNumber((number) => replied({ status: 200, body: numberBody(number) }))(call);
}

function accountBody({ account }: GraphCall) {
  return { id: account.wabaId, name: "Emulated account", timezone_id: "1", currency: "USD" };
}

function numberBody(number: EmulatedNumber) {
  const { id, displayed, name, quality, limit, registered, verified, banned } = number;
  const status = banned ? "BANNED" : registered ? "CONNECTED" : "PENDING";
  return {
    id,
    display_phone_number: `+${displayed}`,
    verified_name: name,
    name_status: "APPROVED",
    quality_rating: registered ? quality : "UNKNOWN",
    code_verification_status: verified ? "VERIFIED" : "NOT_VERIFIED",
    status,
    whatsapp_business_manager_messaging_limit: limit,
    throughput: { level: "STANDARD" },
    health_status: {
      can_send_message: banned || !registered ? "BLOCKED" : "AVAILABLE",
      entities: [{ entity_type: "PHONE_NUMBER", id, can_send_message: banned ? "BLOCKED" : "AVAILABLE" }],
    },
    is_on_biz_app: false,
    platform_type: registered ? "CLOUD_API" : "NOT_APPLICABLE",
  };
}

function listNumbers({ parts, account, id }: GraphCall): GraphReaction {
  if (id !== account.wabaId) return refuse(unknownNode(id));
  const data = parts.numbers.ofAccount(id).map((number) => ({ id: number.id }));
  const listed = [...account.numberIds].filter((known) => !data.some((one) => one.id === known));
  return replied({ status: 200, body: { data: [...data, ...listed.map((known) => ({ id: known }))] } });
}

function addNumber({ parts, account, id, body }: GraphCall): GraphReaction {
  if (id !== account.wabaId) return refuse(unknownNode(id));
  const [cc, national, name] = [textOf(body.cc), textOf(body.phone_number), textOf(body.verified_name)];
  if (!cc || !national) return refuse(missing(cc ? "phone_number" : "cc"));
  if (!name || name.length < 2) return refuse(missing("verified_name"));
  const tooLong = limited("verified_name", name, 75);
  if (tooLong) return refuse(tooLong);
  const displayed = `${cc}${national}`;
  if (parts.numbers.byDisplayed(displayed))
    return refuse({ code: 100, details: "This phone number is already in a WhatsApp account." });
  const number = parts.numbers.add({ wabaId: id, displayed, name });
  parts.accounts.learnNumber(number.id, displayed);
  return replied({ status: 200, body: { id: number.id } });
}

// Meta publishes no figures; somebody who asks this often is doing something wrong.
const MOST_CODES = 5;

function requestCode(number: EmulatedNumber, { parts, body }: GraphCall): GraphReaction {
  if (number.verified) return refuse({ code: 136024, details: "Phone number is already verified." });
  if (body.code_method !== "SMS" && body.code_method !== "VOICE") return refuse(missing("code_method"));
  if (!textOf(body.language)) return refuse(missing("language"));
  if (number.codesSent >= MOST_CODES)
    return refuse({ code: 80007, details: "Too many codes were requested." });
  number.code = String(randomInt(0, 1_000_000)).padStart(6, "0");
  number.codesSent += 1;
  parts.ledger.addEntry({
    kind: "code",
    ref: `code:${number.id}:${number.codesSent}`,
    at: parts.now().toISOString(),
    to: `+${number.displayed}`,
    body: number.code,
    details: { phoneNumberId: number.id, method: body.code_method },
  });
  return replied(SUCCESS);
}

/** A code is good once. */
function verifyCode(number: EmulatedNumber, { body }: GraphCall): GraphReaction {
  const code = textOf(body.code);
  if (!code) return refuse(missing("code"));
  if (number.code === null || number.code !== code)
    return refuse({ code: 100, details: "The verification code is not correct or has expired." });
  number.code = null;
  number.verified = true;
  return replied(SUCCESS);
}

const HOURS_72 = 72 * 60 * 60 * 1000;
const MOST_REGISTRATIONS = 10;
const MOST_WRONG_PINS = 3;

function register(number: EmulatedNumber, call: GraphCall): GraphReaction {
  const { body } = call;
  const pin = textOf(body.pin);
  if (body.messaging_product !== "whatsapp") return refuse(missing("messaging_product"));
  if (!pin || !/^\d{6}$/.test(pin)) return refuse({ code: 100, details: "The pin must be 6 digits." });
  if (!number.verified) return refuse({ code: 133006, details: "Verify the phone number first." });
  if (number.wrongPins >= MOST_WRONG_PINS) return refuse({ code: 133008, details: "Too many PIN guesses." });
  if (number.pin !== null && number.pin !== pin) {
    number.wrongPins += 1;
    return refuse({ code: 133005, details: "Two-step verification PIN mismatch." });
  }
  return counting(number, call, () => {
    number.pin = pin;
    number.registered = true;
  });
}

function deregister(number: EmulatedNumber, call: GraphCall): GraphReaction {
  if (!number.registered) return refuse({ code: 133010, details: "The phone number is not registered." });
  return counting(number, call, () => {
    number.registered = false;
  });
}

/** Ten registrations or deregistrations in 72 hours. */
function counting(number: EmulatedNumber, { parts }: GraphCall, act: () => void): GraphReaction {
  const now = parts.now().getTime();
  number.registrations = number.registrations.filter((at) => at > now - HOURS_72);
  if (number.registrations.length >= MOST_REGISTRATIONS)
    return refuse({ code: 133016, details: "Registered or deregistered too often within 72 hours." });
  number.registrations.push(now);
  act();
  return replied(SUCCESS);
}

function subscribe({ parts, account, id, body }: GraphCall): GraphReaction {
  if (id !== account.wabaId) return refuse(unknownNode(id));
  const override = textOf(body.override_callback_uri);
  if (override !== null && !textOf(body.verify_token)) return refuse(missing("verify_token"));
  const tooLong = limited("override_callback_uri", body.override_callback_uri, 200);
  if (tooLong) return refuse(tooLong);
  // Without a body an older override is forgotten.
  parts.subscriptions.set(id, { appId: account.appId, override });
  return replied(SUCCESS);
}

function listSubscriptions({ parts, account, id }: GraphCall): GraphReaction {
  if (id !== account.wabaId) return refuse(unknownNode(id));
  const found = parts.subscriptions.get(id);
  const data = found
    ? [
        {
          whatsapp_business_api_data: { id: found.appId, name: "Emulated app" },
          ...(found.override === null ? {} : { override_callback_uri: found.override }),
        },
      ]
    : [];
  return replied({ status: 200, body: { data } });
}
