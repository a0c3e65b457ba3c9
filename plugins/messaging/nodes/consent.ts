import {
  AppError,
  defineNode,
  type NodeContext,
  next,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";
import { recipientOf } from "../delivery.ts";
import { personParam } from "../recipient-schema.ts";

const Channel = Type.Enum(["whatsapp", "sms", "voice"]);
type Channel = Static<typeof Channel>;
type State = "granted" | "denied" | "unknown";

const Params = Type.Object(
  {
    person: personParam,
    action: Type.Enum(["read", "grant", "deny"], {
      default: "read",
      title: "Do",
      description:
        "`read`: what is on record. `grant` and `deny`: put on record what the person said just now.",
      "x-order": 2,
      "x-es": {
        title: "Hacer",
        description:
          "`read`: lo que consta. `grant` y `deny`: dejar constancia de lo que la persona acaba de decir.",
      },
    }),
    purpose: Type.Enum(["marketing", "notice", "service"], {
      default: "marketing",
      title: "Purpose",
      "x-order": 3,
      "x-es": { title: "Finalidad" },
    }),
    channels: Type.Array(Channel, {
      minItems: 1,
      uniqueItems: true,
      default: ["whatsapp", "sms"],
      title: "Channels",
      "x-order": 4,
      "x-es": { title: "Canales" },
    }),
    evidence: Type.Optional(
      Type.String({
        maxLength: 2000,
        title: "Evidence",
        description: "What shows it: the words of the person, the address of a form.",
        "x-visible": { param: "action", in: ["grant", "deny"] },
        "x-order": 5,
        "x-es": {
          title: "Prueba",
          description: "Lo que lo demuestra: las palabras de la persona, la dirección de un formulario.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);
type Params = Static<typeof Params>;

const Output = Type.Object({
  allowed: Type.Array(Channel, {
    title: "Allowed",
    description: "Channels on which it is granted.",
    "x-es": { title: "Permitidos", description: "Canales en los que consta el consentimiento." },
  }),
  states: Type.Record(Type.String(), Type.Enum(["granted", "denied", "unknown"]), {
    title: "By channel",
    "x-es": { title: "Por canal" },
  }),
});

export default defineNode({
  type: "messaging.consent",
  version: 1,
  title: { en: "Consent", es: "Consentimiento" },
  help: {
    en: "Looks up what a person allowed for a purpose, or records it with its evidence. A STOP they wrote stands until they write START themselves.",
    es: "Consulta lo que una persona permitió para una finalidad, o deja constancia con su prueba. Una BAJA que escribió vale hasta que ella misma escriba ALTA.",
  },
  family: "messages",
  icon: "shield-check",
  params: Params,
  outputs: { granted: Output, denied: Output, unknown: Output },
  ports: ["granted", "denied", "unknown"],
  effect: "repeatable",
  example: {
    title: { en: "May we send offers?", es: "¿Podemos enviarle ofertas?" },
    params: { action: "read", purpose: "marketing", channels: ["whatsapp", "sms"] },
  },
  run: async function consent(ctx, params) {
    const phone = recipientOf(ctx, params.person);
    if (phone === null) {
      if (params.action === "read") return next("unknown", outputOf(new Map()));
      const message = `${ctx.nodeId}: nobody to record a consent of; expected a phone number`;
      throw new AppError("PARAMS_INVALID", message, { nodeId: ctx.nodeId });
    }
    if (params.action !== "read") await record(ctx, params, phone);
    const states = new Map<Channel, State>();
    for (const channel of params.channels)
      states.set(channel, await ctx.policy.consentOf(phone, channel, params.purpose));
    return next(together([...states.values()]), outputOf(states));
  },
});

async function record(ctx: NodeContext, params: Params, phone: string): Promise<void> {
  const { action, purpose, channels, evidence } = params;
  for (const channel of channels) {
    await ctx.policy.recordConsent({
      phone,
      channel,
      purposes: [purpose],
      state: action === "grant" ? "granted" : "denied",
      source: "flow",
      evidence: { flow: ctx.flowKey, node: ctx.nodeId, ...(evidence ? { said: evidence } : {}) },
    });
  }
}

/** One channel that may be used is enough; denied only where somebody said so. */
function together(states: readonly State[]): State {
  if (states.includes("granted")) return "granted";
  return states.includes("denied") ? "denied" : "unknown";
}

function outputOf(states: ReadonlyMap<Channel, State>): Static<typeof Output> {
  const allowed = [...states].flatMap(([channel, state]) => (state === "granted" ? [channel] : []));
  return { allowed, states: Object.fromEntries(states) };
}
