import { defineNode, type NodeContext, next, type Static, Type } from "../../../../engine/plugin-api.ts";
import { badInput } from "../../bad-input.ts";
import { es } from "../../spanish.ts";
import { type TwimlPart, verb } from "../../twiml.ts";
import { webAddress } from "../../web-address.ts";

/** Twilio numbers them in its requests, up to 99. */
const MAX_PARAMETERS = 99;
const onStart = { "x-visible": { param: "action", in: ["start"] } } as const;

const Params = Type.Object(
  {
    action: Type.Enum(["start", "stop"], { default: "start", title: "Do", ...es("Acción") }),
    transport: Type.Enum(["websocket", "siprec"], {
      default: "websocket",
      title: "Through",
      description: "A WebSocket of yours, or a SIPREC connector set up at Twilio.",
      ...es("Por", "Un WebSocket suyo, o un conector SIPREC configurado en Twilio."),
    }),
    name: Type.Optional(
      Type.String({
        maxLength: 128,
        title: "Name",
        description: "Unique in the call. Needed to stop it.",
        ...es("Nombre", "Único en la llamada. Hace falta para detenerlo."),
      }),
    ),
    url: Type.Optional(
      Type.String({
        title: "Address",
        description: "Where the sound is sent: wss://…",
        ...onStart,
        ...es("Dirección", "Adónde se envía el sonido: wss://…"),
      }),
    ),
    connector: Type.Optional(
      Type.String({
        title: "Connector",
        description: "Its name at Twilio; needed for SIPREC.",
        ...onStart,
        ...es("Conector", "Su nombre en Twilio; hace falta para SIPREC."),
      }),
    ),
    track: Type.Enum(["inbound_track", "outbound_track", "both_tracks"], {
      default: "inbound_track",
      title: "Side",
      description: "Of the person, of the flow, or both.",
      ...onStart,
      ...es("Lado", "El de la persona, el del flujo, o los dos."),
    }),
    parameters: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, title: "Name", ...es("Nombre") }),
          value: Type.String({ title: "Value", ...es("Valor") }),
        },
        { additionalProperties: false },
      ),
      {
        default: [],
        maxItems: MAX_PARAMETERS,
        title: "Parameters",
        description: "Told to the other side when it starts.",
        ...onStart,
        ...es("Parámetros", "Se comunican al otro lado al empezar."),
      },
    ),
    statusUrl: Type.Optional(
      Type.String({
        title: "Report to",
        description: "An address of yours that Twilio tells of start, end and errors.",
        "x-group": "advanced",
        ...onStart,
        ...es("Avisar a", "Una dirección suya a la que Twilio avisa del inicio, el fin y los errores."),
      }),
    ),
  },
  { additionalProperties: false },
);
type StreamParams = Static<typeof Params>;

export default defineNode({
  type: "twilio.stream",
  version: 1,
  title: { en: "Stream the sound", es: "Transmitir el sonido" },
  help: {
    en: "Sends a copy of the call's sound to a system of yours while the flow goes on, or stops doing so. Use it for live transcripts, supervision or compliance recording.",
    es: "Envía una copia del sonido de la llamada a un sistema suyo mientras el flujo sigue, o deja de hacerlo. Sirve para transcripción en vivo, supervisión o grabación legal.",
  },
  family: "voice",
  icon: "access-point",
  params: Params,
  outputs: { next: Type.Object({}) },
  ports: ["next"],
  effect: "none",
  needsLine: true,
  example: {
    title: { en: "Live transcript", es: "Transcripción en vivo" },
    params: { action: "start", name: "vivo", url: "wss://voz.example.com/escucha", track: "both_tracks" },
  },
  run(ctx, params) {
    const noun = params.action === "start" ? started(ctx, params) : stopped(ctx, params);
    return next(
      "next",
      {},
      { reply: [verb(params.action === "start" ? "Start" : "Stop", {}, { children: [noun] })] },
    );
  },
});

function started(ctx: NodeContext, params: StreamParams): TwimlPart {
  const { name, track, parameters } = params;
  const attrs = {
    ...(params.transport === "websocket"
      ? { url: socketUrl(ctx, params.url) }
      : { connectorName: needed(ctx, "connector", params.connector) }),
    name: name?.trim() || undefined,
    track,
    ...report(ctx, params.statusUrl),
  };
  const children = parameters.map((parameter) => verb("Parameter", { ...parameter }));
  return verb(NOUN[params.transport], attrs, children.length > 0 ? { children } : {});
}

function stopped(ctx: NodeContext, { transport, name }: StreamParams): TwimlPart {
  return verb(NOUN[transport], { name: needed(ctx, "name", name) });
}

const NOUN = { websocket: "Stream", siprec: "Siprec" } as const;

function needed(ctx: NodeContext, param: string, value: string | undefined): string {
  const text = value?.trim();
  if (text) return text;
  throw badInput(
    ctx,
    { en: `It needs ${param}; it is empty.`, es: `Necesita ${param}; está vacío.` },
    { param },
  );
}

function socketUrl(ctx: NodeContext, url = ""): string {
  if (/^wss:\/\/[^\s/?#]+[^\s?#]*$/i.test(url.trim())) return url.trim();
  const words = {
    en: `It cannot send sound to "${url}": an address with wss:// and without a query is expected; use parameters instead.`,
    es: `No puede enviar el sonido a «${url}»: se espera una dirección con wss:// y sin consulta; use parameters en su lugar.`,
  };
  throw badInput(ctx, words, { url });
}

function report(ctx: NodeContext, statusUrl = "") {
  const url = statusUrl.trim();
  if (url === "") return {};
  return { statusCallback: webAddress(ctx, url, "system"), statusCallbackMethod: "POST" };
}
