import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import {
  AppError,
  type CodeOrder,
  type CodeVerdict,
  defineVerifier,
  type EffectOutcome,
  type JsonObject,
  type VerifierDefinition,
} from "../../engine/plugin-api.ts";
import { type TwilioAccount, toTwilioAccount } from "./account.ts";
import { classifyTwilioError, type RefusedOutcome } from "./classify-error.ts";
import { twilioClient } from "./client.ts";
import { meaningOf } from "./error-codes.ts";

type Client = Awaited<ReturnType<typeof twilioClient>>;
type Service = ReturnType<Client["verify"]["v2"]["services"]>;
type StartRequest = Parameters<Service["verifications"]["create"]>[0];
type Accepted = Extract<EffectOutcome, { state: "accepted" }>;

// Checks are refused with one of these, sends with the other; both come as 429, which elsewhere means "later".
const TOO_MANY_CHECKS = 60202;
const TOO_MANY_SENDS = 60203;
const NOT_FOUND = 20404;

/** Codes over Twilio Verify. */
export default defineVerifier({
  id: "twilio.verify",
  provider: "twilio",
  credential: "twilio.account",
  refuses,
  async send(order, ctx) {
    const account = toTwilioAccount(ctx.credential);
    const service = await serviceOf(account, order.options);
    try {
      const { sid } = await service.verifications.create(startRequest(order));
      if (!sid) throw new AppError("EFFECT_IN_DOUBT", "Twilio's answer names no verification.");
      return { state: "accepted", ref: sid, status: "sent" } satisfies Accepted;
    } catch (error) {
      return refusedOrThrow(error);
    }
  },
  async check(check, ctx) {
    const service = await serviceOf(toTwilioAccount(ctx.credential), check.options);
    try {
      const target = check.ref === undefined ? { to: check.to } : { verificationSid: check.ref };
      const { status } = await service.verificationChecks.create({ code: check.code, ...target });
      return verdictOf(status);
    } catch (error) {
      return verdictOfError(error);
    }
  },
  async wasApproved(ref, check, ctx) {
    const service = await serviceOf(toTwilioAccount(ctx.credential), check.options);
    const found = await service
      .verifications(ref)
      .fetch()
      .catch((error: unknown) => {
        if (codeOf(error) === NOT_FOUND) return null;
        const classified = classifyTwilioError(error, "read");
        throw classified instanceof AppError
          ? classified
          : new AppError("VENDOR_REFUSED", classified.message, { vendorCode: classified.vendorCode }, error);
      });
    return found?.status === "approved";
  },
});

// Ranges whose owner is paid by whoever sends there, and lines that no person holds.
const NO_CODES: ReadonlySet<string> = new Set([
  "PREMIUM_RATE",
  "SHARED_COST",
  "UAN",
  "PAGER",
  "VOICEMAIL",
  "TOLL_FREE",
]);

function refuses({ to, channel }: CodeOrder): ReturnType<VerifierDefinition["refuses"]> {
  if (channel === "email") {
    if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(to)) return null;
    return {
      reason: "recipient",
      message: `"${to}" is no e-mail address; expected one such as ana@example.com.`,
    };
  }
  const number = parsePhoneNumberFromString(to);
  if (!number?.isValid()) {
    return {
      reason: "recipient",
      message: `"${to}" is no phone number; expected one with its country code, such as +573001112233.`,
    };
  }
  const type = number.getType();
  if (type === undefined || !NO_CODES.has(type)) return null;
  return { reason: "prefix", message: `Codes are not sent to ${to}: its range is ${type.toLowerCase()}.` };
}

/** @throws AppError CREDENTIAL_MISSING without a Verify service */
async function serviceOf(account: TwilioAccount, options: JsonObject | undefined): Promise<Service> {
  const client = await twilioClient(account);
  const own = textOf(options?.serviceSid);
  const sid = own ?? account.verifyServiceSid;
  if (sid !== undefined) return client.verify.v2.services(sid);
  throw new AppError(
    "CREDENTIAL_MISSING",
    "The Twilio account has no Verify service; set verifyServiceSid (TWILIO_VERIFY_SERVICE_SID) or name one in the node.",
    { type: "twilio.account", missing: ["verifyServiceSid"] },
  );
}

function startRequest({ to, channel, locale, ip, options = {} }: CodeOrder): StartRequest {
  const { friendlyName, rateLimits, sendDigits, templateSid, riskCheck, tags, channelConfiguration } =
    options;
  return {
    to,
    channel,
    ...(locale === undefined ? {} : { locale: locale.split("-", 1)[0] ?? locale }),
    ...(ip === undefined ? {} : { deviceIp: ip }),
    ...whenText("customFriendlyName", friendlyName),
    ...whenText("sendDigits", sendDigits),
    ...whenText("templateSid", templateSid),
    ...(riskCheck === "disable" || riskCheck === "enable" ? { riskCheck } : {}),
    ...whenObject("rateLimits", rateLimits),
    ...whenObject("channelConfiguration", channelConfiguration),
    ...(isObject(tags) ? { tags: JSON.stringify(tags) } : {}),
  };
}

/** 60202 is too many checks, 60203 too many sends: neither goes away by trying again now. */
function refusedOrThrow(error: unknown): RefusedOutcome {
  const code = codeOf(error);
  if (code === TOO_MANY_SENDS || code === TOO_MANY_CHECKS) {
    const message = `${meaningOf(code)?.en ?? ""} (Twilio ${code})`;
    return { state: "refused", reason: "not_permitted", vendorCode: String(code), message };
  }
  const classified = classifyTwilioError(error, "create");
  if (classified instanceof AppError) throw classified;
  return classified;
}

const VERDICTS: Readonly<Record<string, CodeVerdict>> = {
  approved: "approved",
  pending: "wrong",
  max_attempts_reached: "too_many",
};

function verdictOf(status: string): CodeVerdict {
  return VERDICTS[status] ?? "expired";
}

/** After approval, ten minutes or a cancellation Twilio no longer knows the verification. */
function verdictOfError(error: unknown): CodeVerdict {
  const code = codeOf(error);
  if (code === TOO_MANY_CHECKS) return "too_many";
  if (code === NOT_FOUND) return "expired";
  const classified = classifyTwilioError(error, "create");
  if (classified instanceof AppError) throw classified;
  throw new AppError("VENDOR_REFUSED", classified.message, { vendorCode: classified.vendorCode }, error);
}

function codeOf(error: unknown): number | null {
  const code = error instanceof Error ? Reflect.get(error, "code") : null;
  return typeof code === "number" ? code : null;
}

function whenText(name: string, value: unknown): Record<string, string> {
  const text = textOf(value);
  return text === undefined ? {} : { [name]: text };
}

function whenObject(name: string, value: unknown): Record<string, object> {
  return isObject(value) && Object.keys(value).length > 0 ? { [name]: value } : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
