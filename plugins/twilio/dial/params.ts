import { type Static, Type } from "../../../engine/plugin-api.ts";
import { RING_TONES } from "../languages.ts";
import { es } from "../spanish.ts";
import { CalleeFields } from "./callee-params.ts";
import { ConferenceSchema } from "./conference-params.ts";
import { RecordingFields } from "./recording-params.ts";

/** As many as Twilio rings with one Dial. */
export const MAX_TARGETS = 10;

export const TARGETS = [
  "numbers",
  "store_mobile",
  "store_landline",
  "store_lines",
  "group_stores",
  "sip",
  "client",
  "conference",
  "queue",
] as const;
export type DialTarget = (typeof TARGETS)[number];

const NAMED = ["numbers", "sip", "client", "conference", "queue"];
const SEVERAL = ["numbers", "store_lines", "group_stores", "sip", "client"];
const only = (...targets: string[]) => ({ "x-visible": { param: "target", in: targets } }) as const;

/** The parameters of `twilio.connect-call`. */
export const ConnectFields = Type.Object(
  {
    target: Type.Enum([...TARGETS], {
      default: "numbers",
      title: "Call",
      description:
        "Numbers you name, phones of the store the call is for or of all stores of its group, a SIP or app extension, a conference or a queue.",
      ...es(
        "Llamar a",
        "Números que usted indica, teléfonos de la tienda de la llamada o de todas las de su grupo, una extensión SIP o de la app, una conferencia o una cola.",
      ),
    }),
    to: Type.Array(Type.String(), {
      default: [],
      // Of several some may come out empty.
      contains: { pattern: "\\S" },
      maxItems: MAX_TARGETS,
      title: "To",
      description: "Numbers in E.164, SIP addresses, app users, or the name of the conference or queue.",
      ...only(...NAMED),
      ...es(
        "Destino",
        "Números en formato E.164, direcciones SIP, usuarios de la app, o el nombre de la conferencia o cola.",
      ),
    }),
    onlyOpen: Type.Boolean({
      default: true,
      title: "Only stores that are open",
      ...only("group_stores"),
      ...es("Solo tiendas abiertas"),
    }),
    strategy: Type.Enum(["simultaneous", "sequential", "least_recent"], {
      default: "simultaneous",
      title: "Several ring",
      description:
        "All at once, one after the other, or one after the other beginning with who has not taken a call for longest.",
      ...only(...SEVERAL),
      ...es(
        "Si hay varios, suenan",
        "Todos a la vez, uno tras otro, o uno tras otro empezando por quien lleva más tiempo sin atender.",
      ),
    }),
    callerId: Type.Optional(
      Type.String({
        title: "Number shown",
        description: "One of your numbers. Empty: the caller's own.",
        ...es("Número que se muestra", "Uno de sus números. Vacío: el de quien llama."),
      }),
    ),
    showOurNumber: Type.Boolean({
      default: false,
      title: "Show the number that was called",
      description: "Instead of the caller's own. A hidden caller is always shown so.",
      "x-group": "advanced",
      ...es(
        "Mostrar el número llamado",
        "En vez del de quien llama. Si quien llama lo oculta, siempre se muestra así.",
      ),
    }),
    timeoutSeconds: Type.Integer({
      default: 30,
      minimum: 5,
      maximum: 600,
      title: "Ring for (s)",
      ...es("Timbrar durante (s)"),
    }),
    timeLimitSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        title: "Talk at most (s)",
        description: "Cut short earlier when the voice credits run out.",
        "x-group": "advanced",
        ...es("Hablar como máximo (s)", "Se corta antes si se acaban los minutos."),
      }),
    ),
    ...CalleeFields,
    conference: Type.Optional({ ...ConferenceSchema, ...only("conference") }),
    queueGreeting: Type.Optional(
      Type.String({
        maxLength: 300,
        title: "Say to who waited",
        description: "Said to the caller from the queue, before the two are connected.",
        ...only("queue"),
        ...es("Decir a quien esperaba", "Se dice a la persona de la cola, antes de conectar."),
      }),
    ),
    ...RecordingFields,
    hangupOnStar: Type.Boolean({
      default: false,
      title: "* ends the talk",
      description: "The caller may press * to come back to the flow.",
      "x-group": "advanced",
      ...es("* termina la conversación", "Quien llama puede pulsar * para volver al flujo."),
    }),
    answerOnBridge: Type.Boolean({
      default: false,
      title: "Answer on connect",
      description: "The caller hears real ringing and is not answered until somebody picks up.",
      "x-group": "advanced",
      ...es(
        "Contestar al conectar",
        "Quien llama oye el timbre real y no se le contesta hasta que alguien atiende.",
      ),
    }),
    ringTone: Type.Optional(
      Type.Enum([...RING_TONES], {
        title: "Ring tone",
        description: "Country whose ring tone the caller hears, such as es or mx.",
        "x-group": "advanced",
        ...es("Tono de llamada", "País cuyo tono oye quien llama, como es o mx."),
      }),
    ),
    callReason: Type.Optional(
      Type.String({
        maxLength: 50,
        title: "Reason shown",
        description: "Shown with the call where the phone company supports it.",
        "x-group": "advanced",
        ...es("Motivo que se muestra", "Aparece con la llamada donde el operador lo permite."),
      }),
    ),
  },
  { additionalProperties: false },
);
export type ConnectParams = Static<typeof ConnectFields>;
