import {
  defineNode,
  type EffectOutcome,
  type NodeContext,
  next,
  REENTER,
  type Static,
  Type,
  wait,
} from "../../../../engine/plugin-api.ts";
import { badInput } from "../../bad-input.ts";
import { changeRecording, openAccount, openRecording, startRecording } from "../../calls-api.ts";
import { hangupKeys, lineOf } from "../../line.ts";
import { PROMPT_FIELDS, promptParts, promptSeconds } from "../../prompt.ts";
import { RECORDING_FIELDS } from "../../recording-options.ts";
import { REFUSAL_FIELDS, refusalOutput } from "../../refusal.ts";
import { es } from "../../spanish.ts";
import { verb } from "../../twiml.ts";

const SLACK_SECONDS = 300;
const REPORTED = ["in-progress", "completed", "absent"];
const STATUS = { pause: "paused", resume: "in-progress", stop: "stopped" } as const;

const Params = Type.Object(
  {
    action: Type.Enum(["start", "pause", "resume", "stop"], {
      default: "start",
      title: "Do",
      ...es("Acción"),
    }),
    announcement: Type.Optional(
      Type.Object(PROMPT_FIELDS, {
        additionalProperties: false,
        title: "Announcement",
        description: "Said before the recording starts. Many countries ask for it.",
        "x-visible": { param: "action", in: ["start"] },
        ...es("Aviso", "Se dice antes de empezar a grabar. Es obligatorio en muchos países."),
      }),
    ),
    ...RECORDING_FIELDS,
    whilePaused: Type.Enum(["silence", "skip"], {
      default: "silence",
      title: "While paused",
      description: "silence: the recording goes on without sound. skip: it has no gap.",
      "x-visible": { param: "action", in: ["pause"] },
      ...es("Durante la pausa", "silence: la grabación sigue sin sonido. skip: no queda hueco."),
    }),
    callSid: Type.Optional(
      Type.String({
        pattern: "^(CA[0-9a-fA-F]{32})?$",
        title: "Call",
        description: "Empty: the call the flow is on.",
        "x-group": "advanced",
        ...es("Llamada", "Vacío: la llamada en la que está el flujo."),
      }),
    ),
    recordingSid: Type.Optional(
      Type.String({
        pattern: "^(RE[0-9a-fA-F]{32})?$",
        title: "Recording",
        description: "Empty: the one that is going on.",
        "x-group": "advanced",
        "x-visible": { param: "action", in: ["pause", "resume", "stop"] },
        ...es("Grabación", "Vacío: la que está en curso."),
      }),
    ),
  },
  { additionalProperties: false },
);
type RecordParams = Static<typeof Params>;

export default defineNode({
  type: "twilio.record-call",
  version: 1,
  title: { en: "Record the call", es: "Grabar la llamada" },
  help: {
    en: "Starts, pauses, resumes or stops recording both sides of a call, after an announcement. Pause it while somebody says a card number.",
    es: "Empieza, pausa, reanuda o detiene la grabación de los dos lados de una llamada, después de un aviso. Páusela mientras alguien dicta una tarjeta.",
  },
  family: "voice",
  icon: "player-record",
  params: Params,
  outputs: {
    next: Type.Object({
      recordingSid: Type.String(),
      callSid: Type.String(),
      recordingStatus: Type.String({ description: "in-progress, paused, stopped or processing." }),
    }),
    failed: Type.Object(REFUSAL_FIELDS),
    hung_up: Type.Object({}),
  },
  ports: ["next", "failed", "hung_up"],
  effect: "once",
  waits: true,
  needsLine: true,
  credential: "twilio.account",
  cost: { free: true, why: "Twilio bills recording by its length, not by the request" },
  settledBy: "status-callback",
  example: {
    title: { en: "With an announcement", es: "Con aviso" },
    params: {
      action: "start",
      announcement: { text: "Esta llamada se graba para mejorar nuestro servicio." },
    },
  },
  async run(ctx, params) {
    const callSid = params.callSid || lineOf(ctx)?.sid;
    if (callSid === undefined) throw badInput(ctx, NO_CALL);
    if (params.action === "start" && !params.callSid && ctx.heard === null) return announce(ctx, params);
    if (ctx.heard?.name === "timeout") return next("failed", { reason: "timeout" });
    const recordingSid = params.action === "start" ? null : await recordingOf(ctx, params, callSid);
    if (recordingSid === undefined) return next("failed", { reason: "not_recording" });
    return outcomeOf(ctx, callSid, await act(ctx, params, { callSid, recordingSid }));
  },
});

const NO_CALL = {
  en: "It records the flow's call, but the flow is on none; name one in callSid.",
  es: "Graba la llamada del flujo, pero el flujo no está en ninguna; indique una en callSid.",
};

/** Played to its end first: the call comes back by the redirect, answered, and only then it can be recorded. */
function announce(ctx: NodeContext, { announcement }: RecordParams) {
  const listener = { locale: ctx.locale, country: ctx.tenant.country, nodeId: ctx.nodeId };
  const words = announcement ? promptParts(announcement, listener) : [];
  const seconds = (announcement ? promptSeconds(announcement) : 0) + SLACK_SECONDS;
  return wait({
    keys: [ctx.urls.stepKey, ...hangupKeys(ctx)],
    events: { returned: REENTER, hangup: "hung_up" },
    until: new Date(ctx.now.getTime() + seconds * 1000),
    timeoutPort: REENTER,
    reply: [...words, verb("Redirect", { method: "POST" }, { text: ctx.urls.step("twilio/voice/return") })],
  });
}

/** Undefined where nothing is being recorded. */
async function recordingOf(
  ctx: NodeContext,
  { recordingSid }: RecordParams,
  callSid: string,
): Promise<string | undefined> {
  if (recordingSid) return recordingSid;
  return (await openRecording(await openAccount(ctx), callSid)) ?? undefined;
}

async function act(
  ctx: NodeContext,
  params: RecordParams,
  { callSid, recordingSid }: { readonly callSid: string; readonly recordingSid: string | null },
): Promise<EffectOutcome> {
  const account = await openAccount(ctx);
  const { action, channels, track, trim } = params;
  const details = { callSid, action };
  if (action === "start" || recordingSid === null) {
    return ctx.once("record", { kind: "recording", provider: "twilio", details }, ({ statusUrl }) =>
      startRecording(account, callSid, {
        recordingChannels: channels,
        recordingTrack: track,
        trim,
        recordingStatusCallback: statusUrl,
        recordingStatusCallbackMethod: "POST",
        recordingStatusCallbackEvent: REPORTED,
      }),
    );
  }
  // Saying it twice changes nothing, so a lost answer is no reason to give up.
  const intent = { kind: "recording", provider: "twilio", details, onDoubt: "resend" } as const;
  const pause = action === "pause" ? { pauseBehavior: params.whilePaused } : {};
  return ctx.once("change", intent, () =>
    changeRecording(account, { callSid, recordingSid }, { status: STATUS[action], ...pause }),
  );
}

function outcomeOf(ctx: NodeContext, callSid: string, outcome: EffectOutcome) {
  if (outcome.state === "refused") return next("failed", refusalOutput(outcome, ctx.locale));
  if (outcome.state !== "accepted") return next("failed", { reason: "unknown" });
  const status = outcome.data?.recordingStatus;
  const recordingStatus = typeof status === "string" ? status : "in-progress";
  return next("next", { recordingSid: outcome.ref, callSid, recordingStatus });
}
