import { GATHER_LANGUAGES, PAY_LANGUAGES, RING_TONES, SAY_LANGUAGES } from "../languages.ts";
import { VOICE_NAMES } from "../voice-names.ts";

type Values = ReadonlySet<string> | RegExp;

const one = (list: string): ReadonlySet<string> => new Set(list.split(" "));
/** One or several of these, with spaces between. */
const several = (list: string): RegExp => {
  const word = `(${list.replaceAll(" ", "|")})`;
  return new RegExp(`^${word}( ${word})*$`);
};

const BOOLEAN = one("true false");
const METHOD = one("GET POST");
const SECONDS = /^\d+$/;
const CARDS = several("visa mastercard amex maestro discover optima jcb diners-club enroute");
const RECORDING_EVENTS = several("in-progress completed absent");

/** Possible values, by element and attribute; an attribute that is not here may have any. */
const VALUES: Readonly<Record<string, Readonly<Record<string, Values>>>> = {
  Say: { voice: VOICE_NAMES, language: new Set(SAY_LANGUAGES), loop: SECONDS },
  Play: { loop: SECONDS, digits: /^[0-9*#wW]+$/ },
  Pause: { length: SECONDS },
  Gather: {
    input: several("dtmf speech"),
    language: new Set(GATHER_LANGUAGES),
    timeout: SECONDS,
    numDigits: /^[1-9]\d*$/,
    finishOnKey: /^[0-9*#]?$/,
    speechTimeout: /^(auto|[1-9]\d*)$/,
    bargeIn: BOOLEAN,
    enhanced: BOOLEAN,
    profanityFilter: BOOLEAN,
    actionOnEmptyResult: BOOLEAN,
  },
  Dial: {
    timeout: SECONDS,
    timeLimit: SECONDS,
    hangupOnStar: BOOLEAN,
    answerOnBridge: BOOLEAN,
    sequential: BOOLEAN,
    ringTone: new Set(RING_TONES),
    record: one(
      "do-not-record record-from-answer record-from-ringing record-from-answer-dual record-from-ringing-dual true false",
    ),
    recordingTrack: one("both inbound outbound"),
    trim: one("trim-silence do-not-trim"),
    recordingStatusCallbackEvent: RECORDING_EVENTS,
    callReason: /^.{0,50}$/su,
  },
  Conference: {
    muted: BOOLEAN,
    beep: one("true false onEnter onExit"),
    startConferenceOnEnter: BOOLEAN,
    endConferenceOnExit: BOOLEAN,
    record: one("do-not-record record-from-start"),
    trim: one("trim-silence do-not-trim"),
    region: one("us1 us2 ie1 sg1 br1 au1 jp1 de1"),
    jitterBufferSize: one("large medium small off"),
    statusCallbackEvent: several("start end join leave mute hold modify speaker announcement"),
    recordingStatusCallbackEvent: RECORDING_EVENTS,
  },
  Number: {
    sendDigits: /^[0-9*#wW]+$/,
    statusCallbackEvent: several("initiated ringing answered completed"),
  },
  Client: { statusCallbackEvent: several("initiated ringing answered completed") },
  Sip: { statusCallbackEvent: several("initiated ringing answered completed") },
  Enqueue: { maxQueueSize: /^[1-9]\d*$/, workflowSid: /^WW[0-9a-f]{32}$/i, waitUrlMethod: METHOD },
  Pay: {
    input: one("dtmf"),
    paymentMethod: one("credit-card ach-debit"),
    bankAccountType: one("consumer-checking consumer-savings commercial-checking commercial-savings"),
    tokenType: one("reusable one-time payment-method"),
    maxAttempts: /^[1-3]$/,
    securityCode: BOOLEAN,
    language: new Set(PAY_LANGUAGES),
    validCardTypes: CARDS,
    timeout: SECONDS,
  },
  Transcription: {
    track: one("inbound_track outbound_track both_tracks"),
    transcriptionEngine: one("google deepgram"),
    partialResults: BOOLEAN,
    profanityFilter: BOOLEAN,
    enableAutomaticPunctuation: BOOLEAN,
    statusCallbackMethod: METHOD,
  },
  Prompt: {
    for: one(
      "payment-card-number expiration-date security-code postal-code payment-processing bank-account-number bank-routing-number",
    ),
    errorType: several(
      "timeout invalid-card-number invalid-card-type invalid-date invalid-security-code internal-error input-matching-failed",
    ),
    cardType: CARDS,
    attempt: several("1 2 3"),
    requireMatchingInputs: BOOLEAN,
  },
};

/** Whether an attribute of this element may have this value. */
export function isPossible(element: string, attribute: string, value: string): boolean {
  const values = attribute === "method" ? METHOD : VALUES[element]?.[attribute];
  if (values === undefined) return true;
  return values instanceof RegExp ? values.test(value) : values.has(value);
}
