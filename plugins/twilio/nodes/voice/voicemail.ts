import {
  defineNode,
  type JsonObject,
  type NodeContext,
  REENTER,
  type Static,
  Type,
  wait,
} from "../../../../engine/plugin-api.ts";
import { badInput } from "../../bad-input.ts";
import { heardLanguage } from "../../gather/attributes.ts";
import { lateHangupKeys } from "../../line.ts";
import { startTranscript, stopTranscript, transcriptOf, withUtterance } from "../../live-transcript.ts";
import { PROMPT_FIELDS, promptParts, promptSeconds } from "../../prompt.ts";
import { es } from "../../spanish.ts";
import { type TwimlPart, verb } from "../../twiml.ts";
import { voiceFor } from "../../voices.ts";

// What was said before plays first.
const SLACK_SECONDS = 300;
/** Twilio writes down recordings from 2 to 120 seconds. */
const RECORDED_SECONDS = { least: 2, most: 120 };
/** What is written down while it is said has no limit of Twilio's; but each sentence of it wakes the run. */
const LIVE_SECONDS = { least: 1, most: 600 };

const whenTranscribed = { "x-visible": { param: "transcribe", in: [true] } } as const;

const Params = Type.Object(
  {
    prompt: Type.Optional(
      Type.Object(PROMPT_FIELDS, {
        additionalProperties: false,
        title: "Invitation",
        description: "Said before the beep.",
        ...es("Invitación", "Se dice antes de la señal."),
      }),
    ),
    beep: Type.Boolean({ default: true, title: "Beep", ...es("Señal") }),
    maxSeconds: Type.Integer({
      default: 120,
      minimum: 1,
      maximum: 14_400,
      title: "At most (s)",
      ...es("Como máximo (s)"),
    }),
    silenceSeconds: Type.Integer({
      default: 5,
      minimum: 0,
      maximum: 120,
      title: "Silence that ends (s)",
      description: "0 = silence does not end it.",
      ...es("Silencio que termina (s)", "0 = el silencio no termina la grabación."),
    }),
    finishOnKey: Type.String({
      default: "1234567890*#",
      pattern: "^[0-9*#]*$",
      title: "Keys that end",
      description: "Empty = none.",
      "x-group": "advanced",
      ...es("Teclas que terminan", "Vacío = ninguna."),
    }),
    trim: Type.Enum(["trim-silence", "do-not-trim"], {
      default: "trim-silence",
      title: "Silence at the ends",
      "x-group": "advanced",
      ...es("Silencio en los extremos"),
    }),
    transcribe: Type.Boolean({
      default: false,
      title: "Write it down",
      description:
        "English from 2 to 120 seconds, other languages up to 600. The call ends with the goodbye; the flow goes on when the text is there.",
      ...es(
        "Transcribir",
        "Inglés, de 2 a 120 segundos; otros idiomas, hasta 600. La llamada termina con la despedida; el flujo sigue cuando llega el texto.",
      ),
    }),
    language: Type.Optional(
      Type.String({
        maxLength: 20,
        title: "Language of the message",
        description: "Such as es-CO or en-US. Empty: the flow's, as the country speaks it.",
        "x-group": "advanced",
        ...whenTranscribed,
        ...es(
          "Idioma del mensaje",
          "Por ejemplo es-CO o en-US. Vacío: el del flujo, como se habla en el país.",
        ),
      }),
    ),
    goodbye: Type.Optional(
      Type.String({
        maxLength: 500,
        title: "Goodbye",
        description: "Said after the message. Empty: a short thank you.",
        ...whenTranscribed,
        ...es("Despedida", "Se dice después del mensaje. Vacío: un breve agradecimiento."),
      }),
    ),
    transcriptWithinSeconds: Type.Integer({
      default: 300,
      minimum: 5,
      maximum: 86_400,
      title: "Wait for the text (s)",
      description: "After that the flow goes on without it.",
      ...whenTranscribed,
      ...es("Esperar el texto (s)", "Después el flujo sigue sin él."),
    }),
  },
  { additionalProperties: false },
);
type VoicemailParams = Static<typeof Params>;

const Recorded = Type.Object({
  recordingUrl: Type.String({
    description: "WAV; with .mp3 behind it, MP3. It may take a moment until it is there.",
  }),
  recordingSid: Type.String(),
  durationSeconds: Type.Integer({ minimum: 0 }),
  endedBy: Type.String({ description: "silence, key or hangup." }),
  transcript: Type.Optional(
    Type.String({ description: "What was said; absent where Twilio could not write it down in time." }),
  ),
});

export default defineNode({
  type: "twilio.voicemail",
  version: 1,
  title: { en: "Voicemail", es: "Buzón de voz" },
  help: {
    en: "Records a message of the person on the call, and can have it written down for the next steps. Use it after hours, or when nobody answers; whoever hangs up after speaking has left a message, too.",
    es: "Graba un mensaje de la persona en la llamada y puede pasarlo a texto para los pasos siguientes. Sirve fuera de horario o cuando nadie contesta; quien cuelga después de hablar también ha dejado un mensaje.",
  },
  family: "voice",
  icon: "device-landline-phone",
  params: Params,
  outputs: { recorded: Recorded, empty: Type.Object({}), hung_up: Type.Object({}) },
  ports: ["recorded", "empty", "hung_up"],
  effect: "none",
  waits: true,
  needsLine: true,
  example: {
    title: { en: "After hours", es: "Fuera de horario" },
    params: {
      prompt: { text: "Ahora estamos cerrados. Deje su mensaje después de la señal." },
      maxSeconds: 90,
    },
  },
  run(ctx, params) {
    const { heard } = ctx;
    if (!heard) return untilRecorded(ctx, params);
    if (heard.name === "utterance") return untilSaid(ctx, heard.output);
    const reply = [goodbye(ctx, params.goodbye?.trim()), verb("Hangup")];
    const until = new Date(ctx.now.getTime() + params.transcriptWithinSeconds * 1000);
    if (isEnglish(heardLanguage(ctx, params.language)))
      return untilWritten(ctx, { recording: heard.output, until, reply });
    return untilSaid(ctx, { ...heard.output, until: until.toISOString() }, [stopTranscript(ctx), ...reply]);
  },
});

function untilRecorded(ctx: NodeContext, params: VoicemailParams) {
  const { prompt, maxSeconds, silenceSeconds } = params;
  const seconds = (prompt ? promptSeconds(prompt) : 0) + maxSeconds + silenceSeconds + SLACK_SECONDS;
  return wait({
    keys: [ctx.urls.stepKey, ...lateHangupKeys(ctx)],
    events: {
      recorded: params.transcribe ? REENTER : "recorded",
      empty: "empty",
      hangup: "hung_up",
    },
    until: new Date(ctx.now.getTime() + seconds * 1000),
    timeoutPort: "empty",
    reply: recordVerbs(ctx, params),
  });
}

/**
 * A Record without an action would ask for this same document again, for ever; so it always has one, and what it falls
 * through to after silence leads to the same place.
 */
function recordVerbs(ctx: NodeContext, params: VoicemailParams): TwimlPart[] {
  const { prompt, transcribe } = params;
  const action = ctx.urls.step("twilio/voice/recorded");
  const listener = { locale: ctx.locale, country: ctx.tenant.country, nodeId: ctx.nodeId };
  const language = transcribe ? heardLanguage(ctx, params.language) : null;
  const isWritten = language !== null && isEnglish(language);
  const isHeard = language !== null && !isWritten;
  const attrs = {
    action,
    method: "POST",
    timeout: params.silenceSeconds,
    finishOnKey: params.finishOnKey,
    maxLength: maxLength(ctx, params, language),
    playBeep: params.beep,
    trim: params.trim,
    transcribe: isWritten || undefined,
    transcribeCallback: isWritten ? ctx.urls.step("twilio/voice/transcript") : undefined,
  };
  return [
    ...(prompt ? promptParts(prompt, listener) : []),
    ...(isHeard ? [startTranscript(ctx, language)] : []),
    verb("Record", attrs),
    // Whoever kept silent goes on with the flow: what they say to it is no message.
    ...(isHeard ? [stopTranscript(ctx)] : []),
    verb("Redirect", { method: "POST" }, { text: action }),
  ];
}

/** The only language in which Twilio writes down a recording. */
function isEnglish(language: string): boolean {
  return /^en\b/i.test(language);
}

/** @throws AppError PARAMS_INVALID where it would not be written down */
function maxLength(ctx: NodeContext, { maxSeconds }: VoicemailParams, language: string | null): number {
  if (language === null) return maxSeconds;
  const { least, most } = isEnglish(language) ? RECORDED_SECONDS : LIVE_SECONDS;
  if (maxSeconds >= least && maxSeconds <= most) return maxSeconds;
  const words = {
    en: `It records up to ${maxSeconds} s; to be written down, ${least} to ${most} s are expected.`,
    es: `Graba hasta ${maxSeconds} s; para transcribirlo se esperan de ${least} a ${most} s.`,
  };
  throw badInput(ctx, words, { maxSeconds });
}

interface Writing {
  readonly recording: JsonObject;
  readonly until: Date;
  readonly reply: readonly TwimlPart[];
}

/** The text comes later, on a request of its own: whoever is still on the line is thanked, not kept. */
function untilWritten(ctx: NodeContext, { recording, until, reply }: Writing) {
  const data = { output: recording };
  return wait({
    keys: [`transcript:${ctx.stepKey}`],
    events: { transcript: "recorded" },
    eventData: { transcript: data, timeout: data },
    until,
    timeoutPort: "recorded",
    reply,
  });
}

/** Sentence by sentence, some of them told while the recording went on: those have waited. `known` is what came so far. */
function untilSaid(ctx: NodeContext, known: JsonObject, reply?: readonly TwimlPart[]) {
  const { until, said: _before, text: _text, sequence: _sequence, ...recording } = known;
  const said = withUtterance(known);
  const transcript = transcriptOf(said);
  const over = { output: { ...recording, ...(transcript === null ? {} : { transcript }) } };
  return wait({
    keys: [`transcript:${ctx.stepKey}`],
    events: { utterance: REENTER, transcribed: "recorded" },
    eventData: {
      utterance: { output: { ...recording, said, until: String(until) } },
      transcribed: over,
      timeout: over,
    },
    until: new Date(String(until)),
    timeoutPort: "recorded",
    ...(reply ? { reply } : {}),
  });
}

function goodbye(ctx: NodeContext, text: string | undefined): TwimlPart {
  const words = ctx.locale.toLowerCase().startsWith("es")
    ? "Gracias. Hemos recibido su mensaje."
    : "Thank you. We have received your message.";
  const { voice, language } = voiceFor(ctx.locale, ctx.tenant.country);
  return verb("Say", { voice, language }, { text: text || words });
}
