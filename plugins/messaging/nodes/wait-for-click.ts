import { AppError, defineNode, Type, wait } from "../../../engine/plugin-api.ts";

const MINUTE_MS = 60_000;

export default defineNode({
  type: "messaging.wait-for-click",
  version: 1,
  title: { en: "Wait for a click", es: "Esperar un clic" },
  help: {
    en: "Waits until the person opens a tracked link of a message. Previews that a chat draws, and scanners, do not count; a click that came before the flow got here does.",
    es: "Espera a que la persona abra un enlace contado de un mensaje. No cuentan las vistas previas del chat ni los escáneres; sí un clic anterior a que el flujo llegue aquí.",
  },
  family: "messages",
  icon: "click",
  params: Type.Object(
    {
      links: Type.String({
        minLength: 1,
        title: "Links",
        description: "`linksKey` of the step that sent the message, with its links counted.",
        "x-order": 1,
        "x-es": {
          title: "Enlaces",
          description: "`linksKey` del paso que envió el mensaje, con clics contados.",
        },
      }),
      minutes: Type.Number({
        minimum: 1,
        maximum: 60 * 24 * 90,
        default: 60 * 24,
        title: "Wait at most (minutes)",
        "x-order": 2,
        "x-es": { title: "Esperar como mucho (minutos)" },
      }),
    },
    { additionalProperties: false },
  ),
  outputs: {
    clicked: Type.Object({
      url: Type.String({ title: "Address", "x-es": { title: "Dirección" } }),
      recipient: Type.Union([Type.String(), Type.Null()], { title: "Person", "x-es": { title: "Persona" } }),
      clicks: Type.Integer({
        title: "Clicks",
        description: "How often people had opened it by then.",
        "x-es": { title: "Clics", description: "Cuántas veces se había abierto hasta entonces." },
      }),
      at: Type.String({ title: "When", "x-es": { title: "Cuándo" } }),
    }),
    timeout: Type.Object({}),
  },
  ports: ["clicked", "timeout"],
  effect: "none",
  waits: true,
  example: {
    title: { en: "Who opens the offer within a day", es: "Quién abre la oferta en un día" },
    params: { links: "{{ steps.send.linksKey }}", minutes: 1440 },
  },
  run: function waitForClick(ctx, { links, minutes }) {
    // A key of another run's step would wake this one for somebody else's click.
    if (!links.startsWith(`click:${ctx.runId}:`)) {
      const message = `${ctx.nodeId}: "links" is "${links}"; expected linksKey of a step of this run that counts its links`;
      throw new AppError("PARAMS_INVALID", message, { nodeId: ctx.nodeId, links });
    }
    return wait({
      until: new Date(ctx.now.getTime() + minutes * MINUTE_MS),
      timeoutPort: "timeout",
      events: { click: "clicked" },
      keys: [links],
    });
  },
});
