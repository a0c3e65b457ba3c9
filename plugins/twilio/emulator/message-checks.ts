import { type Address, parseAddress } from "./addresses.ts";
import { type Form, formList, formText } from "./form.ts";
import { isDialable, isMagic, TEST_NUMBERS, testRefusal } from "./numbers.ts";
import { type RestAnswer, refusal } from "./rest-answer.ts";
import { poolOf, refuseService } from "./service-pools.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const MESSAGE_PARAMETERS: ReadonlySet<string> = new Set([
  ..."To From MessagingServiceSid FallbackFrom Body MediaUrl ContentSid ContentVariables StatusCallback".split(
    " ",
  ),
  ..."ApplicationSid ProvideFeedback Attempt ValidityPeriod ScheduleType SendAt SendAsMms SmartEncoded".split(
    " ",
  ),
  ..."ShortenUrls PersistentAction ContentRetention AddressRetention RiskCheck TrafficType MessageIntent".split(
    " ",
  ),
  ..."MaxPrice ForceDelivery Tags".split(" "),
]);

const MAX_BODY = 1600;
const MAX_MEDIA = 10;
const SCHEDULE_FROM_MS = 900 * 1000;
const SCHEDULE_UNTIL_MS = 35 * 24 * 3600 * 1000;

/** What Twilio would say against creating this message, in its order: recipient, sender, content, options, permission. Null: nothing. */
export function refuseMessage(
  world: Pick<World, "optOuts" | "services" | "now">,
  form: Form,
): RestAnswer | null {
  const unknown = unknownParameters(form, MESSAGE_PARAMETERS);
  if (unknown) return unknown;
  const to = formText(form, "To");
  if (to === undefined) return bad(21604);
  const recipient = parseAddress(to);
  if (!isDialable(recipient.number)) return bad(21211, `The 'To' number ${to} is not a valid phone number.`);
  return (
    refuseSender(world, form, recipient) ??
    refuseContent(form) ??
    refuseOptions(form, world.now()) ??
    refusePermission(world, form, recipient)
  );
}

/** True for a URL Twilio would take as a callback: http(s), no underscore in the host, at most 4000 characters. */
export function isCallbackUrl(url: string): boolean {
  if (url.length > 4000 || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (protocol === "http:" || protocol === "https:") && !hostname.includes("_");
}

function refuseSender(
  { services }: Pick<World, "services">,
  form: Form,
  recipient: Address,
): RestAnswer | null {
  const from = formText(form, "From");
  const service = formText(form, "MessagingServiceSid");
  if (service !== undefined && !isSid("MG", service)) return bad(21603);
  if (from === undefined) return service === undefined ? bad(21603) : refuseService(services, service);
  if (isSid("MG", from)) return refuseService(services, from);
  const sender = parseAddress(from);
  if (!isSender(sender))
    return bad(
      21212,
      `The 'From' number ${from} is not a valid phone number, shortcode, or alphanumeric sender ID.`,
    );
  if (sender.channel !== recipient.channel) return bad(21612);
  return badOrNull(testRefusal(TEST_NUMBERS.messageFrom, sender.number));
}

function isSender({ channel, number }: Address): boolean {
  if (/^\+\d{7,15}$/.test(number)) return true;
  return channel === "sms" && (/^\d{3,6}$/.test(number) || /^(?=.*[a-z])[a-z0-9 +&_-]{1,11}$/i.test(number));
}

function refuseContent(form: Form): RestAnswer | null {
  const body = formText(form, "Body");
  const contentSid = formText(form, "ContentSid");
  const media = formList(form, "MediaUrl");
  const variables = formText(form, "ContentVariables");
  if (variables !== undefined && contentSid === undefined) return bad(21654);
  if (variables !== undefined && !isJsonObject(variables)) return bad(21656);
  if (contentSid !== undefined && !isSid("HX", contentSid)) return bad(21655);
  if (body === undefined && media.length === 0 && contentSid === undefined) return bad(21602);
  if (body !== undefined && body.length > MAX_BODY) return bad(21617);
  if (media.length > MAX_MEDIA) return bad(21623);
  return media.every(isCallbackUrl) ? null : bad(21620);
}

function refuseOptions(form: Form, now: Date): RestAnswer | null {
  const callback = formText(form, "StatusCallback");
  if (callback !== undefined && !isCallbackUrl(callback))
    return bad(21609, `The StatusCallback URL ${callback} is not a valid URL.`);
  const validity = formText(form, "ValidityPeriod");
  if (validity !== undefined && !(Number(validity) >= 1 && Number(validity) <= 36_000)) return bad(21624);
  return refuseSchedule(form, now);
}

function refuseSchedule(form: Form, now: Date): RestAnswer | null {
  if (formText(form, "ScheduleType") === undefined) return null;
  const sendAt = formText(form, "SendAt");
  if (sendAt === undefined) return bad(35111);
  if (formText(form, "MessagingServiceSid") === undefined) return bad(35118);
  const waitMs = Date.parse(sendAt) - now.getTime();
  return waitMs >= SCHEDULE_FROM_MS && waitMs <= SCHEDULE_UNTIL_MS ? null : bad(35114);
}

function refusePermission(
  { optOuts, services }: Pick<World, "optOuts" | "services">,
  form: Form,
  { channel, number }: Address,
): RestAnswer | null {
  const { number: from } = parseAddress(formText(form, "From") ?? "");
  const service = formText(form, "MessagingServiceSid") ?? (from.startsWith("MG") ? from : "");
  // Who told one number of a service to stop has told all of them.
  const ours = [from, ...poolOf(services, service)];
  const hasOptedOut =
    isMagic("optedOut", number) || (channel === "sms" && ours.some((sender) => optOuts.has(number, sender)));
  if (hasOptedOut) return bad(21610);
  if (isMagic("noPermission", number)) return bad(21408);
  return badOrNull(testRefusal(TEST_NUMBERS.messageTo, number));
}

function isSid(prefix: string, text: string): boolean {
  return new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(text);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function bad(code: number, message?: string): RestAnswer {
  return refusal(400, code, message);
}

function badOrNull(code: number | undefined): RestAnswer | null {
  return code === undefined ? null : bad(code);
}
