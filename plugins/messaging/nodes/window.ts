import { defineNode, next, Type } from "../../../engine/plugin-api.ts";
import { recipientOf } from "../delivery.ts";
import { personParam } from "../recipient-schema.ts";

const lastInboundAt = Type.Union([Type.String(), Type.Null()], {
  title: "Last wrote",
  description: "When the person last wrote, ISO 8601.",
  "x-es": {
    title: "Escribió por última vez",
    description: "Cuándo escribió la persona por última vez, ISO 8601.",
  },
});

export default defineNode({
  type: "messaging.window",
  version: 1,
  title: { en: "Is the 24-hour window open?", es: "¿Está abierta la ventana de 24 horas?" },
  help: {
    en: "Tells whether free text may be written to a person on WhatsApp: it may for 24 hours after they last wrote to the number. Outside that only a template can be sent.",
    es: "Indica si se puede escribir texto libre a una persona por WhatsApp: se puede durante 24 horas desde que escribió al número por última vez. Fuera de ese plazo solo se puede enviar una plantilla.",
  },
  family: "messages",
  icon: "window",
  params: Type.Object(
    {
      person: personParam,
      number: Type.Optional(
        Type.String({
          title: "Our number",
          description: "With country code; empty: the one this flow came in by, else any of ours.",
          "x-widget": "phone",
          "x-order": 2,
          "x-es": {
            title: "Nuestro número",
            description: "Con código de país; vacío: aquel por el que entró este flujo o, si no, cualquiera.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    open: Type.Object({
      until: Type.String({
        title: "Until",
        description: "When it closes, ISO 8601.",
        "x-es": { title: "Hasta", description: "Cuándo se cierra, ISO 8601." },
      }),
      lastInboundAt,
    }),
    closed: Type.Object({ lastInboundAt }),
  },
  ports: ["open", "closed"],
  effect: "none",
  example: {
    title: { en: "Text, or else a template", es: "Texto o, si no, plantilla" },
    params: {},
  },
  run: async function window(ctx, params) {
    const phone = recipientOf(ctx, params.person);
    if (phone === null) return next("closed", { lastInboundAt: null });
    const number = params.number?.trim() || ownNumber(ctx.trigger.number);
    const { openUntil, lastInboundAt } = await ctx.policy.windowOf(phone, "whatsapp", number);
    if (openUntil === null) return next("closed", { lastInboundAt });
    return next("open", { until: openUntil, lastInboundAt });
  },
});

/** The number a call or message came to, as every trigger of one gives it. */
function ownNumber(number: unknown): string | undefined {
  const e164: unknown =
    typeof number === "object" && number !== null ? Reflect.get(number, "e164") : undefined;
  return typeof e164 === "string" ? e164 : undefined;
}
