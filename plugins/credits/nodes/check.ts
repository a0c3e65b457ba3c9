import { defineNode, next, Type } from "../../../engine/plugin-api.ts";
import { MeterSchema } from "../meters.ts";

const resetsAt = Type.Union([Type.String(), Type.Null()], {
  title: "Resets at",
  description: "When the plan fills it up again, ISO 8601; empty: it does not.",
  "x-es": {
    title: "Se renueva",
    description: "Cuándo lo vuelve a llenar el plan, ISO 8601; vacío: no se renueva.",
  },
});
const remaining = {
  title: "Left",
  description: "Credits left.",
  "x-es": { title: "Quedan", description: "Créditos disponibles." },
};
const Left = Type.Object({ remaining: Type.Number(remaining), resetsAt });

const DEFAULT_LOW = 20;

export default defineNode({
  type: "credits.check",
  version: 1,
  title: { en: "Credits left?", es: "¿Quedan créditos?" },
  help: {
    en: "Looks how many credits are left and leaves by enough, low, none or unlimited. It charges nothing; sending nodes check for themselves too.",
    es: "Mira cuántos créditos quedan y sale por enough (suficientes), low (pocos), none (ninguno) o unlimited (sin límite). No cobra nada; los nodos que envían también lo comprueban.",
  },
  family: "money",
  icon: "coins",
  params: Type.Object(
    {
      meter: MeterSchema,
      low: Type.Optional(
        Type.Number({
          minimum: 0,
          default: DEFAULT_LOW,
          title: "Low from",
          description: "This many or fewer count as low.",
          "x-es": { title: "Pocos a partir de", description: "Esta cantidad o menos cuenta como pocos." },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    enough: Left,
    low: Left,
    none: Left,
    unlimited: Type.Object({ remaining: Type.Null(remaining), resetsAt }),
  },
  ports: ["enough", "low", "none", "unlimited"],
  effect: "none",
  example: {
    title: { en: "Warn before SMS run out", es: "Avisar antes de quedarse sin SMS" },
    params: { meter: "sms", low: 50 },
  },
  run: async function checkCredits(ctx, params) {
    const balance = await ctx.credits.balance(params.meter);
    if (balance.remaining === null) return next("unlimited", { remaining: null, resetsAt: balance.resetsAt });
    const output = { remaining: balance.remaining, resetsAt: balance.resetsAt };
    if (balance.remaining <= 0) return next("none", output);
    return balance.remaining <= (params.low ?? DEFAULT_LOW) ? next("low", output) : next("enough", output);
  },
});
