import { defineNode, Type, wait } from "../../../../engine/plugin-api.ts";
import { lateHangupKeys } from "../../line.ts";
import { EnqueueFields } from "../../queue/params.ts";
import { enqueueVerb } from "../../queue/verb.ts";

// A call lasts four hours at most, waiting and talking; what was said before plays first.
const LONGEST_CALL_SECONDS = 14_400;
const SLACK_SECONDS = 300;

const Stay = Type.Object({
  queueResult: Type.String({ description: "In Twilio's words: bridged, leave, redirected, queue-full …" }),
  queueSeconds: Type.Integer({ minimum: 0, description: "How long the caller waited." }),
  queueSid: Type.Optional(Type.String()),
});

export default defineNode({
  type: "twilio.enqueue",
  version: 1,
  title: { en: "Wait in a queue", es: "Esperar en una cola" },
  help: {
    en: "Lets the caller wait until somebody takes the call, with music, their position and the estimated wait. Offer to call back, so that nobody has to wait on the line.",
    es: "Deja esperando a quien llama hasta que alguien atiende, con música, su posición y la espera estimada. Ofrezca devolver la llamada para que nadie tenga que esperar en línea.",
  },
  family: "voice",
  icon: "users",
  params: EnqueueFields,
  outputs: {
    bridged: Stay,
    left: Stay,
    callback: Type.Object({
      ...Stay.properties,
      callbackNumber: Type.Union([Type.String(), Type.Null()], {
        description: "The caller's number; null when they hide it.",
      }),
    }),
    full: Stay,
    failed: Type.Partial(Stay),
    hung_up: Stay,
  },
  ports: ["bridged", "left", "callback", "full", "failed", "hung_up"],
  effect: "none",
  waits: true,
  needsLine: true,
  example: {
    title: { en: "Sales, with a call back", es: "Ventas, con devolución de llamada" },
    params: { queue: "ventas", maxSize: 20, callback: true, maxWaitSeconds: 600 },
  },
  run(ctx, params) {
    const reply = [enqueueVerb(ctx, params)];
    const seconds = (params.maxWaitSeconds ?? LONGEST_CALL_SECONDS) + LONGEST_CALL_SECONDS + SLACK_SECONDS;
    return wait({
      // Twilio tells the end of the call here too; the other key only wins where that never comes.
      keys: [ctx.urls.stepKey, ...lateHangupKeys(ctx)],
      events: {
        bridged: "bridged",
        left: "left",
        callback: "callback",
        full: "full",
        failed: "failed",
        hangup: "hung_up",
      },
      eventData: { hangup: { output: HUNG_UP } },
      until: new Date(ctx.now.getTime() + seconds * 1000),
      timeoutPort: "failed",
      reply,
    });
  },
});

const HUNG_UP = { queueResult: "hangup" };
