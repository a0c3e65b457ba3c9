import { DateTime } from "luxon";
import { AppError, defineNode, next, type Static, Type, wait } from "../../../engine/plugin-api.ts";
import { durationSchema, momentAfter } from "../duration.ts";

const Params = Type.Object(
  {
    for: Type.Optional(
      durationSchema(
        { title: "For", description: "How long to wait." },
        { title: "Durante", description: "Cuánto tiempo se espera." },
      ),
    ),
    until: Type.Optional(
      Type.String({
        title: "Until",
        description:
          "A date and time such as 2026-11-21T09:00. Without an offset it is in the flow's time zone.",
        "x-widget": "datetime",
        "x-es": {
          title: "Hasta",
          description:
            "Una fecha y hora como 2026-11-21T09:00. Sin desfase horario, vale la zona horaria del flujo.",
        },
      }),
    ),
  },
  {
    additionalProperties: false,
    description: "Exactly one of `for` and `until`.",
    "x-es": { description: "Exactamente uno de `for` y `until`." },
  },
);

export default defineNode({
  type: "core.wait",
  version: 1,
  title: { en: "Wait", es: "Esperar" },
  help: {
    en: "Pauses the flow for some time, or until a date and time, and then goes on. A moment that is already past goes on at once.",
    es: "Detiene el flujo durante un tiempo, o hasta una fecha y hora, y después sigue. Si el momento ya pasó, sigue enseguida.",
  },
  family: "logic",
  icon: "clock-pause",
  params: Params,
  outputs: {
    next: Type.Object({
      until: Type.String({
        title: "Until",
        description: "The moment it waited for, ISO 8601 in UTC.",
        "x-es": { title: "Hasta", description: "El momento que se esperaba, ISO 8601 en UTC." },
      }),
    }),
  },
  ports: ["next"],
  effect: "none",
  waits: true,
  example: {
    title: { en: "A reminder two hours later", es: "Un recordatorio dos horas después" },
    params: { for: { amount: 2, unit: "hours" } },
  },
  run: function waitForMoment(ctx, params) {
    const until = momentOf(params, ctx.now, ctx.timezone, ctx.nodeId);
    const output = { until: until.toISOString() };
    if (until <= ctx.now) return next("next", output);
    return wait({ until, timeoutPort: "next", events: {}, keys: [], eventData: { timeout: { output } } });
  },
});

function momentOf(params: Static<typeof Params>, now: Date, timezone: string, nodeId: string): Date {
  if (params.for !== undefined && params.until === undefined) {
    return momentAfter(now, timezone, params.for);
  }
  if (params.until !== undefined && params.for === undefined)
    return parseMoment(params.until, timezone, nodeId);
  throw new AppError("PARAMS_INVALID", `${nodeId}: expected exactly one of "for" and "until"`, { nodeId });
}

function parseMoment(text: string, timezone: string, nodeId: string): Date {
  // A time without a date would be read against the machine's clock, which a recomputed step may not use.
  const moment = /^\d{4}/.test(text.trim()) ? DateTime.fromISO(text.trim(), { zone: timezone }) : null;
  if (moment?.isValid) return moment.toJSDate();
  throw new AppError(
    "PARAMS_INVALID",
    `${nodeId}: "until" is "${text}"; expected a date and time such as 2026-11-21T09:00 or 2026-11-21T14:00:00Z`,
    { nodeId, until: text },
  );
}
