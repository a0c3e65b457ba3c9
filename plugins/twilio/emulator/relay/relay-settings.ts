import { isSocketUrl } from "../sockets/app-socket.ts";
import { parametersOf } from "../sockets/parameters.ts";
import type { TwimlElement } from "../twiml-document.ts";

/** With what the caller may cut something off. */
export type Cutter = "speech" | "dtmf";

export interface RelaySettings {
  readonly url: string;
  readonly greeting: string;
  readonly greetingCutBy: readonly Cutter[];
  readonly cutBy: readonly Cutter[];
  /** What is told of the caller while the agent speaks and may not be cut. */
  readonly reports: readonly Cutter[];
  readonly preemptible: boolean;
  readonly partialPrompts: boolean;
  readonly dtmfDetection: boolean;
  readonly ignoreBackchannel: boolean;
  readonly reconnects: boolean;
  readonly tells: readonly string[];
  readonly ttsLanguage: string;
  readonly transcriptionLanguage: string;
  /** Silence after which what was said is whole. */
  readonly speechTimeoutMs: number;
  readonly parameters: Readonly<Record<string, string>>;
}

export type RelayReading =
  | { readonly ok: true; readonly settings: RelaySettings }
  /** 64101 a value that none may have, 64106 values that do not go together. */
  | { readonly ok: false; readonly code: 64101 | 64106; readonly why: string };

const BOOLEAN = /^(true|false)$/;
const CUTTERS = /^(none|dtmf|speech|any|true|false)$/;
const LANGUAGE = /^(multi|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$/;
const EVENT_WORDS = "(speaker-events|tokens-played)";
const EVENTS = new RegExp(`^${EVENT_WORDS}( ${EVENT_WORDS})*$`);
const DEBUG = /^(debugging|speaker-events|tokens-played)( (debugging|speaker-events|tokens-played))*$/;
const TTS = /^(ElevenLabs|Google|Amazon)$/;
const STT = /^(Deepgram|Google)$/;

/** What each attribute may be; one that is not here may be anything. */
const VALUES: Readonly<Record<string, RegExp>> = {
  language: LANGUAGE,
  ttsLanguage: LANGUAGE,
  transcriptionLanguage: LANGUAGE,
  ttsProvider: TTS,
  transcriptionProvider: STT,
  eotThreshold: /^0\.([5-8]\d*|90*)$/,
  speechTimeout: /^(auto|[6-9]\d\d|[1-4]\d{3}|5000)$/,
  partialPrompts: BOOLEAN,
  preemptible: BOOLEAN,
  dtmfDetection: BOOLEAN,
  ignoreBackchannel: BOOLEAN,
  profanityFilter: BOOLEAN,
  deepgramSmartFormat: BOOLEAN,
  applicationReconnect: BOOLEAN,
  echoPromptFiltering: BOOLEAN,
  interruptible: CUTTERS,
  welcomeGreetingInterruptible: CUTTERS,
  reportInputDuringAgentSpeech: /^(none|dtmf|speech|any)$/,
  interruptSensitivity: /^(high|medium|low)$/,
  elevenlabsTextNormalization: /^(on|off|auto)$/,
  events: EVENTS,
  debug: DEBUG,
};

/** Reads `<ConversationRelay>` as the vendor does: what it refuses ends the call. */
export function readRelay(noun: TwimlElement): RelayReading {
  const { url = "" } = noun.attributes;
  if (!isSocketUrl(url)) return refused(64101, `url "${url}" must be wss://`);
  const fault = faultIn(noun) ?? noun.children.map(faultInChild).find((one) => one !== null);
  return fault ?? { ok: true, settings: settingsOf(noun) };
}

type Refused = Extract<RelayReading, { ok: false }>;

function faultIn({ attributes }: TwimlElement): Refused | null {
  const wrong = Object.entries(attributes).find(([name, value]) => VALUES[name]?.test(value) === false);
  if (wrong) return refused(64101, `${wrong[0]} cannot be "${wrong[1]}"`);
  const mismatch = mismatchIn(attributes);
  return mismatch === null ? null : refused(64106, mismatch);
}

function faultInChild(child: TwimlElement): Refused | null {
  if (child.name === "Parameter")
    return child.attributes.name ? null : refused(64101, "<Parameter> without a name");
  if (child.name !== "Language") return null;
  const { code = "", ...rest } = child.attributes;
  if (!LANGUAGE.test(code)) return refused(64101, `code "${code}" of <Language>`);
  return faultIn({ ...child, attributes: { ...rest, language: code } });
}

/** What does not go together; null: nothing. */
function mismatchIn(attributes: TwimlElement["attributes"]): string | null {
  const { ttsProvider = "ElevenLabs", transcriptionProvider = "Deepgram", voice = "" } = attributes;
  const { speechModel = "", language = "" } = attributes;
  const { ttsLanguage = language, transcriptionLanguage = language } = attributes;
  if (ttsLanguage === "multi" && ttsProvider !== "ElevenLabs")
    return `ttsLanguage "multi" needs ElevenLabs, not ${ttsProvider}`;
  if (transcriptionLanguage === "multi" && !/^(|nova-[23]-general)$/.test(speechModel))
    return `transcriptionLanguage "multi" cannot be heard by speechModel "${speechModel}"`;
  if (transcriptionLanguage === "multi" && transcriptionProvider !== "Deepgram")
    return `transcriptionLanguage "multi" needs Deepgram, not ${transcriptionProvider}`;
  if (speechModel !== "" && !MODELS[transcriptionProvider]?.test(speechModel))
    return `${transcriptionProvider} has no speechModel "${speechModel}"`;
  const owner = ownerOf(voice);
  return owner === null || owner === ttsProvider ? null : `voice "${voice}" is not one of ${ttsProvider}`;
}

const MODELS: Readonly<Record<string, RegExp>> = {
  Deepgram: /^(nova-[23]-|nova-[23]$|flux)/,
  Google: /^(telephony|long)/,
};

/** Whose a voice is, where its name says so. */
function ownerOf(voice: string): string | null {
  if (/^[a-z]{2,3}-[A-Z]{2}-/.test(voice)) return "Google";
  if (/^[A-Z][a-z]+-(Neural|Generative|Standard)$/.test(voice)) return "Amazon";
  return /^[A-Za-z0-9]{20}(-|$)/.test(voice) ? "ElevenLabs" : null;
}

function settingsOf(noun: TwimlElement): RelaySettings {
  const { attributes } = noun;
  const { language = "en-US", interruptible = "any", speechTimeout = "auto" } = attributes;
  const is = (name: string) => attributes[name] === "true";
  return {
    url: attributes.url ?? "",
    greeting: attributes.welcomeGreeting ?? "",
    greetingCutBy: cuttersOf(attributes.welcomeGreetingInterruptible ?? "any"),
    cutBy: cuttersOf(interruptible),
    reports: cuttersOf(attributes.reportInputDuringAgentSpeech ?? "none"),
    preemptible: is("preemptible"),
    partialPrompts: is("partialPrompts"),
    dtmfDetection: is("dtmfDetection"),
    ignoreBackchannel: is("ignoreBackchannel"),
    reconnects: is("applicationReconnect"),
    tells: `${attributes.events ?? ""} ${attributes.debug ?? ""}`.split(" "),
    ttsLanguage: attributes.ttsLanguage ?? language,
    transcriptionLanguage: attributes.transcriptionLanguage ?? language,
    speechTimeoutMs: speechTimeout === "auto" ? AUTO_TIMEOUT_MS : Number(speechTimeout),
    parameters: parametersOf(noun),
  };
}

const AUTO_TIMEOUT_MS = 500;

/** `true` and `false` are older spellings. */
export function cuttersOf(value: string | boolean): readonly Cutter[] {
  const word = String(value);
  if (word === "any" || word === "true") return ["speech", "dtmf"];
  return word === "speech" || word === "dtmf" ? [word] : [];
}

function refused(code: 64101 | 64106, why: string): Refused {
  return { ok: false, code, why };
}
