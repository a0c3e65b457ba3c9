import { defineNode, type Json, Type, wait } from "../../../engine/plugin-api.ts";
import { type Duration, durationSchema, momentAfter } from "../duration.ts";

const Pairs = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), {
  title: "Query",
  description: "A repeated name gives a list.",
  "x-es": { title: "Parámetros de la dirección", description: "Un nombre repetido da una lista." },
});

const A_DAY: Duration = { amount: 1, unit: "days" };

export default defineNode({
  type: "core.wait-for-callback",
  version: 1,
  title: { en: "Wait for a callback", es: "Esperar una devolución de llamada" },
  help: {
    en: "Waits until somebody calls its signed address, {{ callbacks.<id> }}, which an earlier step sends out: a payment page, an approval, another system. Each visit has an address of its own, and the first call counts.",
    es: "Espera a que alguien llame a su dirección firmada, {{ callbacks.<id> }}, que envía un paso anterior: una página de pago, una aprobación, otro sistema. Cada visita tiene su propia dirección y vale la primera llamada.",
  },
  family: "logic",
  icon: "webhook",
  params: Type.Object(
    {
      timeout: Type.Optional(
        durationSchema(
          { title: "Wait at most", description: "One day where it is not said." },
          { title: "Esperar como mucho", description: "Un día si no se indica." },
        ),
      ),
      method: Type.Optional(
        Type.Enum(["any", "POST", "PUT", "PATCH", "DELETE"], {
          default: "any",
          title: "Method",
          description: "Calls with another method are refused, and it goes on waiting.",
          "x-es": {
            title: "Método",
            description: "Las llamadas con otro método se rechazan y se sigue esperando.",
          },
        }),
      ),
      allowGet: Type.Optional(
        Type.Boolean({
          default: false,
          title: "Opening the address is enough",
          description:
            "Otherwise whoever opens it in a browser is asked to confirm: programs that preview links open them, too.",
          "x-es": {
            title: "Basta con abrir la dirección",
            description:
              "Si no, a quien la abra en un navegador se le pide confirmación: los programas que previsualizan enlaces también los abren.",
          },
        }),
      ),
      body: Type.Optional(
        Type.Record(Type.String(), Type.Unsafe<Json>({}), {
          title: "Body schema",
          description:
            "JSON Schema of the body; calls that do not fit are refused. Empty: anything is taken.",
          "x-widget": "json",
          "x-es": {
            title: "Esquema del cuerpo",
            description:
              "JSON Schema del cuerpo; se rechazan las llamadas que no encajan. Vacío: se acepta todo.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: {
    received: Type.Object({
      method: Type.String({ title: "Method", "x-es": { title: "Método" } }),
      headers: Type.Record(Type.String(), Type.String(), {
        title: "Headers",
        description: "Names in lower case; without passwords and cookies.",
        "x-es": { title: "Cabeceras", description: "Nombres en minúsculas; sin contraseñas ni cookies." },
      }),
      query: Pairs,
      body: Type.Unsafe<Json>({
        title: "Body",
        description: "JSON and forms as data, anything else as text.",
        "x-es": { title: "Cuerpo", description: "JSON y formularios como datos; lo demás como texto." },
      }),
    }),
    timeout: Type.Object({}),
  },
  ports: ["received", "timeout"],
  effect: "none",
  waits: true,
  example: {
    title: { en: "The payment page reports back", es: "La página de pago avisa" },
    params: { timeout: { amount: 2, unit: "hours" } },
  },
  run: function waitForCallback(ctx, { timeout = A_DAY }) {
    return wait({
      until: momentAfter(ctx.now, ctx.timezone, timeout),
      timeoutPort: "timeout",
      events: { received: "received" },
      keys: [ctx.urls.stepKey],
    });
  },
});
