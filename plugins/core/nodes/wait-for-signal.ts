import { defineNode, type Json, signalKey, Type, wait } from "../../../engine/plugin-api.ts";
import { type Duration, durationSchema, momentAfter } from "../duration.ts";

const A_DAY: Duration = { amount: 1, unit: "days" };

export default defineNode({
  type: "core.wait-for-signal",
  version: 1,
  title: { en: "Wait for a signal", es: "Esperar una señal" },
  help: {
    en: "Waits until another system sends this run a signal of this name through the API. One that comes before the wait is kept for it, and several are taken in their order.",
    es: "Espera a que otro sistema envíe a esta ejecución una señal con este nombre por la API. Si llega antes de la espera se guarda, y si hay varias se toman en orden.",
  },
  family: "logic",
  icon: "bell-ringing",
  params: Type.Object(
    {
      signal: Type.String({
        minLength: 1,
        maxLength: 100,
        title: "Signal",
        description: "Its name: `key` in POST /api/v1/runs/{id}/signal.",
        "x-es": { title: "Señal", description: "Su nombre: `key` en POST /api/v1/runs/{id}/signal." },
      }),
      timeout: Type.Optional(
        durationSchema(
          { title: "Wait at most", description: "One day where it is not said." },
          { title: "Esperar como mucho", description: "Un día si no se indica." },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    received: Type.Object({
      signal: Type.String({ title: "Signal", "x-es": { title: "Señal" } }),
      payload: Type.Unsafe<Json>({
        title: "Payload",
        description: "What came with it; empty where nothing did.",
        "x-es": { title: "Contenido", description: "Lo que trae; vacío si no trae nada." },
      }),
    }),
    timeout: Type.Object({}),
  },
  ports: ["received", "timeout"],
  effect: "none",
  waits: true,
  example: {
    title: { en: "The manager approves", es: "El encargado aprueba" },
    params: { signal: "approved", timeout: { amount: 8, unit: "hours" } },
  },
  run: function waitForSignal(ctx, { signal, timeout = A_DAY }) {
    return wait({
      until: momentAfter(ctx.now, ctx.timezone, timeout),
      timeoutPort: "timeout",
      events: { signal: "received" },
      keys: [signalKey(ctx.runId, signal)],
    });
  },
});
