import { Type } from "../../../engine/plugin-api.ts";
import { NamedValue } from "../named-values.ts";
import { es } from "../spanish.ts";

/** Nouns that ring somebody; conferences and queues only let the caller in. */
const RINGS = ["numbers", "store_mobile", "store_landline", "store_lines", "group_stores", "sip", "client"];
const ringing = { "x-visible": { param: "target", in: RINGS } } as const;
const asking = {
  "x-visible": {
    all: [
      { param: "target", in: RINGS },
      { param: "screening", is: true },
    ],
  },
} as const;
const PHONES = ["numbers", "store_mobile", "store_landline", "store_lines", "group_stores"];

/** What whoever answers hears and does before the two are connected, and how SIP and app lines are reached. */
export const CalleeFields = {
  whisper: Type.Optional(
    Type.String({
      maxLength: 300,
      title: "Whisper",
      description: "Said to whoever answers, before the two are connected: “Call for sales”.",
      ...ringing,
      ...es("Aviso previo", "Se dice a quien contesta, antes de conectar: «Llamada para ventas»."),
    }),
  ),
  screening: Type.Boolean({
    default: false,
    title: "Ask before connecting",
    description:
      "Whoever answers must press a key to take the call. A voicemail never does, so the next one rings or the flow goes on.",
    ...ringing,
    ...es(
      "Preguntar antes de conectar",
      "Quien contesta debe pulsar una tecla para tomar la llamada. Un buzón nunca lo hace: suena el siguiente o el flujo sigue.",
    ),
  }),
  screeningKey: Type.String({
    default: "1",
    pattern: "^[0-9*#]$",
    title: "Key that accepts",
    ...asking,
    ...es("Tecla que acepta"),
  }),
  screeningText: Type.Optional(
    Type.String({
      maxLength: 300,
      title: "Question",
      description: "Empty: “Press 1 to take the call”, in the language of whoever answers.",
      ...asking,
      ...es("Pregunta", "Vacío: «Pulse 1 para tomar la llamada», en el idioma de quien contesta."),
    }),
  ),
  screeningSeconds: Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 60,
    title: "Wait for the key (s)",
    description: "Shorter than a voicemail's greeting.",
    ...asking,
    ...es("Esperar la tecla (s)", "Menos de lo que dura el saludo de un buzón."),
  }),
  calleeLanguage: Type.Optional(
    Type.String({
      title: "Language of whoever answers",
      description: "Such as en-US. Empty: the flow's.",
      "x-group": "advanced",
      ...ringing,
      ...es("Idioma de quien contesta", "Como en-US. Vacío: el del flujo."),
    }),
  ),
  extension: Type.Optional(
    Type.String({
      pattern: "^[0-9*#wW]*$",
      title: "Extension",
      description: "Keys sounded when the number answers; w waits half a second.",
      "x-group": "advanced",
      "x-visible": { param: "target", in: PHONES },
      ...es("Extensión", "Teclas que suenan cuando el número contesta; w espera medio segundo."),
    }),
  ),
  trunk: Type.Optional(
    Type.String({
      title: "SIP trunk",
      description: "Id of a stored trunk: plain numbers are called through it, and it signs in.",
      "x-visible": { param: "target", is: "sip" },
      ...es(
        "Troncal SIP",
        "Id de una troncal guardada: los números se llaman a través de ella e inicia sesión.",
      ),
    }),
  ),
  sipHeaders: Type.Array(
    Type.Object(
      {
        name: Type.String({ pattern: "^[Xx]-[A-Za-z0-9-]+$", title: "Name", ...es("Nombre") }),
        value: Type.String({ maxLength: 256, title: "Value", ...es("Valor") }),
      },
      { additionalProperties: false },
    ),
    {
      default: [],
      maxItems: 20,
      title: "SIP headers",
      description: "Named X-…; they travel with the call.",
      "x-group": "advanced",
      "x-visible": { param: "target", is: "sip" },
      ...es("Cabeceras SIP", "Se llaman X-…; viajan con la llamada."),
    },
  ),
  clientParameters: Type.Array(NamedValue, {
    default: [],
    maxItems: 20,
    title: "Data for the app",
    "x-group": "advanced",
    "x-visible": { param: "target", is: "client" },
    ...es("Datos para la app"),
  }),
};
