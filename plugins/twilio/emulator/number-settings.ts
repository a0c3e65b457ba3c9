import { oneOf } from "./call-recordings.ts";
import { type Form, formText } from "./form.ts";
import { isCallbackUrl } from "./message-checks.ts";
import { type RestAnswer, refusal } from "./rest-answer.ts";

/** What a number may be set to. */
export const SETTINGS: ReadonlySet<string> = new Set(
  "FriendlyName VoiceUrl VoiceMethod VoiceFallbackUrl VoiceFallbackMethod VoiceApplicationSid VoiceCallerIdLookup VoiceReceiveMode StatusCallback StatusCallbackMethod SmsUrl SmsMethod SmsFallbackUrl SmsFallbackMethod SmsApplicationSid TrunkSid ApiVersion AddressSid IdentitySid BundleSid EmergencyStatus EmergencyAddressSid".split(
    " ",
  ),
);
const URLS = ["VoiceUrl", "VoiceFallbackUrl", "StatusCallback", "SmsUrl", "SmsFallbackUrl"];
const METHODS = [
  "VoiceMethod",
  "VoiceFallbackMethod",
  "StatusCallbackMethod",
  "SmsMethod",
  "SmsFallbackMethod",
];
const MAX_NAME = 64;

/** What Twilio would say against these settings. `form` is what was asked for, `settings` what would come of it. */
export function refuseSettings(
  form: Form,
  settings: Readonly<Record<string, string>>,
  number: { readonly messages: readonly string[] },
): RestAnswer | null {
  const badUrl = URLS.find(
    (name) => !["", undefined].includes(settings[name]) && !isCallbackUrl(settings[name] ?? ""),
  );
  if (badUrl !== undefined) return refusal(400, 21402, `${badUrl} is not a valid URL: ${settings[badUrl]}`);
  const badMethod = METHODS.find((name) => !["GET", "POST", undefined].includes(formText(form, name)));
  if (badMethod !== undefined) return refusal(400, 21403, `${badMethod} must be GET or POST.`);
  if (settings.VoiceFallbackUrl && !settings.VoiceUrl) return refusal(400, 21405);
  if (settings.SmsFallbackUrl && !settings.SmsUrl) return refusal(400, 21406);
  if (formText(form, "SmsUrl") !== undefined && !number.messages.includes("sms")) return refusal(400, 21407);
  return refuseReferences(form) ?? refuseValues(form);
}

/** This emulator has neither applications nor trunks: whoever names one names none. */
function refuseReferences(form: Form): RestAnswer | null {
  const names = ["VoiceApplicationSid", "SmsApplicationSid"];
  if (names.some((name) => formText(form, name) !== undefined)) return refusal(400, 21218);
  return formText(form, "TrunkSid") === undefined ? null : refusal(404, 20404);
}

function refuseValues(form: Form): RestAnswer | null {
  const name = formText(form, "FriendlyName") ?? "";
  if (name.length > MAX_NAME)
    return refusal(400, 20422, `FriendlyName has ${name.length} characters; ${MAX_NAME} are allowed.`);
  return (
    oneOf(form, "VoiceCallerIdLookup", ["true", "false"]) ??
    oneOf(form, "VoiceReceiveMode", ["voice", "fax"]) ??
    oneOf(form, "EmergencyStatus", ["Active", "Inactive"])
  );
}
