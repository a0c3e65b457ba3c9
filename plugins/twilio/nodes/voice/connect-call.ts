import { defineNode, type NodeContext, next, Type, wait } from "../../../../engine/plugin-api.ts";
import { callerIdOf } from "../../dial/caller-id.ts";
import { deadline, isSequential } from "../../dial/limits.ts";
import { nounsOf } from "../../dial/nouns.ts";
import { ConnectFields, type ConnectParams } from "../../dial/params.ts";
import { recordingAttributes } from "../../dial/recording.ts";
import { targetsOf } from "../../dial/targets.ts";
import { lateHangupKeys, lineOf } from "../../line.ts";
import type { SipTrunk } from "../../sip-trunk.ts";
import { talkSeconds } from "../../talk-time.ts";
import { type TwimlPart, verb } from "../../twiml.ts";

const Dialled = Type.Object({
  dialStatus: Type.String({ description: "completed, answered, busy, no-answer, failed or canceled." }),
  durationSeconds: Type.Integer({ minimum: 0, description: "How long the two talked." }),
  answeredBy: Type.Optional(
    Type.String({ description: "The number, sip: or client: address that took the call." }),
  ),
  legSid: Type.Optional(Type.String({ description: "Twilio's id of the other side's call." })),
  bridged: Type.Optional(
    Type.Boolean({ description: "False when somebody answered, but did not accept the call." }),
  ),
  recordingUrl: Type.Optional(
    Type.String({ description: "Where the recording will be, once it is processed." }),
  ),
});

export default defineNode({
  type: "twilio.connect-call",
  version: 1,
  title: { en: "Connect the call", es: "Pasar la llamada" },
  help: {
    en: "Rings other phones and connects the caller with whoever answers. Use it to forward a call to a shop, a person or a team, or to take callers from a queue.",
    es: "Hace sonar otros teléfonos y conecta a quien llama con quien conteste. Sirve para pasar la llamada a una tienda, una persona o un equipo, o para atender una cola.",
  },
  family: "voice",
  icon: "phone-outgoing",
  params: ConnectFields,
  outputs: {
    completed: Dialled,
    busy: Dialled,
    no_answer: Dialled,
    failed: Type.Partial(Dialled),
    caller_hung_up: Dialled,
    insufficient_credits: Type.Object({}),
  },
  ports: ["completed", "busy", "no_answer", "failed", "caller_hung_up", "insufficient_credits"],
  effect: "once",
  waits: true,
  needsLine: true,
  cost: { meters: ["voice"] },
  settledBy: "webhook",
  example: {
    title: { en: "The shop's mobile", es: "El móvil de la tienda" },
    params: { target: "store_mobile", timeoutSeconds: 25, whisper: "Llamada de {{ contact.name }}" },
  },
  async run(ctx, params) {
    const dial = await prepare(ctx, params);
    const reply = [dialVerb(ctx, params, dial)];
    const outcome = await ctx.once("dial", dialIntent(ctx, dial), async () => ({
      state: "accepted",
      ref: ctx.stepKey,
      status: "sent",
    }));
    if (outcome.state === "insufficient_credits") return next("insufficient_credits", {});
    // An earlier try may have put the caller through and was lost: ringing again would call the same people twice.
    if (outcome.state !== "accepted") return next("failed", { dialStatus: "failed", durationSeconds: 0 });
    return wait({
      // Twilio tells the end of the call here too, with how the dial went and for how long. The other key only wins where
      // that never comes: the caller was gone before the dial.
      keys: [ctx.urls.stepKey, ...lateHangupKeys(ctx)],
      events: EVENTS,
      eventData: { hangup: { output: NOT_DIALED, usage: { part: "dial", amount: 0 } } },
      until: deadline(ctx, params, dial),
      timeoutPort: "failed",
      reply,
    });
  },
});

const EVENTS = {
  completed: "completed",
  busy: "busy",
  no_answer: "no_answer",
  failed: "failed",
  caller_hung_up: "caller_hung_up",
  hangup: "caller_hung_up",
};
const NOT_DIALED = { dialStatus: "no-answer", durationSeconds: 0 };

interface Dial {
  readonly targets: readonly string[];
  readonly callerId: string | undefined;
  readonly timeLimit: number | undefined;
  readonly trunk: SipTrunk | null;
}

async function prepare(ctx: NodeContext, params: ConnectParams): Promise<Dial> {
  const targets = await targetsOf(ctx, params);
  const callerId = callerIdOf(ctx, params);
  const trunk = params.trunk?.trim()
    ? await ctx.credential<SipTrunk>("twilio.sip-trunk", params.trunk.trim())
    : null;
  return { targets, callerId, trunk, timeLimit: await talkSeconds(ctx, params.timeLimitSeconds) };
}

function dialVerb(ctx: NodeContext, params: ConnectParams, dial: Dial): TwimlPart {
  const { targets, callerId, timeLimit, trunk } = dial;
  const attrs = {
    action: ctx.urls.step("twilio/voice/step"),
    method: "POST",
    timeout: params.timeoutSeconds,
    timeLimit,
    callerId,
    ...recordingAttributes(ctx, params),
    hangupOnStar: params.hangupOnStar || undefined,
    answerOnBridge: params.answerOnBridge || undefined,
    ringTone: params.ringTone,
    callReason: params.callReason?.trim() || undefined,
    sequential: (targets.length > 1 && isSequential(params)) || undefined,
  };
  return verb("Dial", attrs, { children: nounsOf(ctx, params, targets, trunk) });
}

function dialIntent(ctx: NodeContext, { targets, callerId }: Dial) {
  const from = callerId ?? lineOf(ctx)?.from;
  return {
    kind: "dial",
    provider: "twilio",
    to: targets.join(","),
    ...(from === undefined ? {} : { from }),
    channel: "voice",
    charge: { meter: "voice", amount: 1 },
    leavesWithAnswer: true,
  } as const;
}
