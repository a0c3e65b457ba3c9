import { type Static, Type } from "../../../engine/plugin-api.ts";
import { DETECTION_FIELDS } from "../machine-detection.ts";
import { RECORDING_FIELDS } from "../recording-options.ts";
import { es } from "../spanish.ts";

/** What the author of a placed call says about it. */
export const MakeCallParams = Type.Object(
  {
    to: Type.String({
      minLength: 1,
      default: "{{ contact.phone }}",
      title: "Call",
      description: "A number in E.164, sip:user@host, or client:name for a user of your app.",
      ...es(
        "Llamar a",
        "Un número en formato E.164, sip:usuario@host, o client:nombre para un usuario de su app.",
      ),
    }),
    from: Type.Optional(
      Type.String({
        title: "Number shown",
        description: "One of your numbers. Empty: the store's, or the one the flow was started by.",
        ...es(
          "Número que se muestra",
          "Uno de sus números. Vacío: el de la tienda, o aquel por el que empezó el flujo.",
        ),
      }),
    ),
    timeoutSeconds: Type.Integer({
      default: 60,
      minimum: 5,
      maximum: 600,
      title: "Ring for (s)",
      ...es("Timbrar durante (s)"),
    }),
    timeLimitSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        title: "Call at most (s)",
        description: "Cut short earlier when the voice credits run out.",
        "x-group": "advanced",
        ...es("Llamar como máximo (s)", "Se corta antes si se acaban los minutos."),
      }),
    ),
    sendDigits: Type.Optional(
      Type.String({
        pattern: "^[0-9A-D#*wW]{0,32}$",
        title: "Key tones",
        description: "Sounded once somebody answers, for extensions; w waits half a second, W a whole one.",
        "x-group": "advanced",
        ...es(
          "Tonos",
          "Suenan cuando alguien contesta, para extensiones; w espera medio segundo, W uno entero.",
        ),
      }),
    ),
    ...DETECTION_FIELDS,
    record: Type.Boolean({
      default: false,
      title: "Record the call",
      description: "All of it, from when it is answered. Say so first: a rule in many countries.",
      "x-group": "recording",
      ...es(
        "Grabar la llamada",
        "Entera, desde que se contesta. Avise antes: es obligatorio en muchos países.",
      ),
    }),
    ...RECORDING_FIELDS,
    sipCredential: Type.Optional(
      Type.String({
        title: "SIP sign-in",
        description: "A SIP trunk with user and password, for an exchange that asks for them.",
        "x-options": "credentials:twilio.sip-trunk",
        "x-group": "advanced",
        ...es("Acceso SIP", "Una troncal SIP con usuario y contraseña, para una centralita que los pide."),
      }),
    ),
  },
  { additionalProperties: false },
);
export type CallParams = Static<typeof MakeCallParams>;
