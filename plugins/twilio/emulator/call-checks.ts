import { oneOf } from "./call-recordings.ts";
import { CALL_EVENTS } from "./call-reports.ts";
import { type Form, formList, formText } from "./form.ts";
import { isCallbackUrl } from "./message-checks.ts";
import { isDialable, isMagic, TEST_NUMBERS, testRefusal } from "./numbers.ts";
import { type RestAnswer, refusal } from "./rest-answer.ts";
import { unknownParameters } from "./unknown-parameters.ts";

const CREATE_PARAMETERS: ReadonlySet<string> = new Set([
  ..."To From Url Method Twiml ApplicationSid FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod".split(
    " ",
  ),
  ..."StatusCallbackEvent SendDigits Timeout TimeLimit Record RecordingChannels RecordingTrack Trim".split(
    " ",
  ),
  ..."RecordingStatusCallback RecordingStatusCallbackMethod RecordingStatusCallbackEvent RecordingConfigurationId".split(
    " ",
  ),
  ..."MachineDetection MachineDetectionTimeout MachineDetectionSpeechThreshold MachineDetectionSpeechEndThreshold".split(
    " ",
  ),
  ..."MachineDetectionSilenceTimeout AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod CallerId".split(
    " ",
  ),
  ..."CallReason CallToken Byoc SipAuthUsername SipAuthPassword ClientNotificationUrl Passports".split(" "),
]);

const UPDATE_PARAMETERS: ReadonlySet<string> = new Set(
  "Url Method Twiml FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod Status TimeLimit".split(
    " ",
  ),
);

const MAX_TWIML = 4000;

/** What Twilio would say against creating this call. Null: nothing. */
export function refuseCall(form: Form): RestAnswer | null {
  return (
    unknownParameters(form, CREATE_PARAMETERS) ??
    refuseParties(form) ??
    refuseInstructions(form) ??
    refuseOptions(form) ??
    refusePermission(form)
  );
}

/** What Twilio would say against changing a live call like this. Null: nothing. */
export function refuseCallUpdate(form: Form): RestAnswer | null {
  const unknown = unknownParameters(form, UPDATE_PARAMETERS);
  if (unknown) return unknown;
  const status = formText(form, "Status");
  if (status !== undefined && !["completed", "canceled"].includes(status))
    return refusal(400, 20422, `Status can only be updated to completed or canceled, not ${status}.`);
  return status === undefined ? refuseInstructions(form) : null;
}

function refuseParties(form: Form): RestAnswer | null {
  const to = formText(form, "To");
  if (to === undefined) return refusal(400, 21201);
  if (!isEndpoint(to)) return refusal(400, 21211, `The 'To' number ${to} is not a valid phone number.`);
  const from = formText(form, "From");
  if (from === undefined) return refusal(400, 21213);
  if (!isEndpoint(from)) return refusal(400, 21212, `The 'From' number ${from} is not a valid phone number.`);
  // A phone is called from a phone number of the account.
  return isDialable(to) && !isDialable(from) ? refusal(400, 21210) : null;
}

function isEndpoint(text: string): boolean {
  return /^(client|sip|sips):.+/i.test(text) || isDialable(text);
}

// The emulator has no TwiML applications, so an ApplicationSid leads nowhere: instructions are a Url or Twiml.
function refuseInstructions(form: Form): RestAnswer | null {
  const url = formText(form, "Url");
  const twiml = formText(form, "Twiml");
  if (url === undefined && twiml === undefined) return refusal(400, 21205, "Url parameter is required.");
  if (url !== undefined && twiml !== undefined)
    return refusal(400, 20422, "Url and Twiml are mutually exclusive.");
  if (twiml !== undefined && twiml.length > MAX_TWIML)
    return refusal(400, 20422, `Twiml has ${twiml.length} characters; ${MAX_TWIML} are allowed.`);
  return url === undefined || isCallbackUrl(url)
    ? null
    : refusal(400, 21205, `Url is not a valid URL: ${url}`);
}

function refuseOptions(form: Form): RestAnswer | null {
  const callback = formText(form, "StatusCallback");
  if (callback !== undefined && !isCallbackUrl(callback)) return refusal(400, 21609);
  const events: readonly string[] = CALL_EVENTS;
  if (!formList(form, "StatusCallbackEvent").every((event) => events.includes(event)))
    return refusal(400, 21626);
  const digits = formText(form, "SendDigits");
  if (digits !== undefined && !/^[0-9A-D#*wW]{1,32}$/.test(digits)) return refusal(400, 21206);
  const timeout = formText(form, "Timeout");
  if (timeout !== undefined && !(Number(timeout) > 0 && Number(timeout) <= 600)) return refusal(400, 21208);
  return refuseDetection(form) ?? refuseRecording(form);
}

function refuseDetection(form: Form): RestAnswer | null {
  const outside = Object.entries(DETECTION_RANGES).find(([name, [least, most]]) => {
    const value = formText(form, name);
    return value !== undefined && !(Number(value) >= least && Number(value) <= most);
  });
  if (outside) return refusal(400, 20422, `${outside[0]} must be between ${outside[1].join(" and ")}.`);
  const url = formText(form, "AsyncAmdStatusCallback");
  if (url !== undefined && !isCallbackUrl(url)) return refusal(400, 21609);
  return (
    oneOf(form, "MachineDetection", ["Enable", "DetectMessageEnd"]) ??
    oneOf(form, "AsyncAmd", ["true", "false"])
  );
}

const DETECTION_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  MachineDetectionSpeechThreshold: [1000, 6000],
  MachineDetectionSpeechEndThreshold: [500, 5000],
  MachineDetectionSilenceTimeout: [2000, 10_000],
};

function refuseRecording(form: Form): RestAnswer | null {
  return (
    oneOf(form, "RecordingChannels", ["mono", "dual"]) ??
    oneOf(form, "RecordingTrack", ["inbound", "outbound", "both"]) ??
    oneOf(form, "Trim", ["trim-silence", "do-not-trim"])
  );
}

function refusePermission(form: Form): RestAnswer | null {
  const [to = "", from = ""] = [formText(form, "To"), formText(form, "From")];
  const code =
    testRefusal(TEST_NUMBERS.callFrom, from) ??
    testRefusal(TEST_NUMBERS.callTo, to) ??
    (isMagic("noPermission", to) ? 21215 : undefined);
  return code === undefined ? null : refusal(400, code);
}
