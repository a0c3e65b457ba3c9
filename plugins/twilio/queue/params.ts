import { type Static, Type } from "../../../engine/plugin-api.ts";
import { es } from "../spanish.ts";

const inQueue = { "x-visible": { param: "target", is: "queue" } } as const;
const inWorkflow = { "x-visible": { param: "target", is: "workflow" } } as const;
const offering = { "x-visible": { param: "callback", is: true } } as const;

/** The parameters of `twilio.enqueue`. */
export const EnqueueFields = Type.Object(
  {
    target: Type.Enum(["queue", "workflow"], {
      default: "queue",
      title: "Wait in",
      description: "A queue of calls, or a TaskRouter workflow that finds an agent.",
      ...es("Esperar en", "Una cola de llamadas, o un workflow de TaskRouter que busca un agente."),
    }),
    queue: Type.Optional(
      Type.String({
        maxLength: 64,
        title: "Queue",
        description: "Its name. It is made with the first call.",
        ...inQueue,
        ...es("Cola", "Su nombre. Se crea con la primera llamada."),
      }),
    ),
    maxSize: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 5000,
      title: "Callers at most",
      description: "One more leaves by “full”.",
      ...inQueue,
      ...es("Llamadas como máximo", "Una más sale por «full»."),
    }),
    workflowSid: Type.Optional(
      Type.String({
        title: "Workflow",
        description: "WW and 32 hex digits.",
        ...inWorkflow,
        ...es("Workflow", "WW y 32 dígitos hexadecimales."),
      }),
    ),
    taskAttributes: Type.Optional(
      Type.String({
        title: "Task attributes",
        description: 'A JSON object, such as {"skill": "ventas"}.',
        "x-widget": "textarea",
        ...inWorkflow,
        ...es("Atributos de la tarea", 'Un objeto JSON, como {"skill": "ventas"}.'),
      }),
    ),
    priority: Type.Optional(
      Type.Integer({
        minimum: 0,
        title: "Priority",
        "x-group": "advanced",
        ...inWorkflow,
        ...es("Prioridad"),
      }),
    ),
    taskTimeoutSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_209_600,
        title: "Task lives for (s)",
        "x-group": "advanced",
        ...inWorkflow,
        ...es("La tarea vive (s)"),
      }),
    ),
    announcePosition: Type.Boolean({ default: true, title: "Say the position", ...es("Decir la posición") }),
    announceWait: Type.Boolean({
      default: true,
      title: "Say how long it may take",
      description: "From the average of the queue; nothing while it is not known.",
      ...es("Decir cuánto puede tardar", "Según la media de la cola; nada mientras no se sabe."),
    }),
    announcement: Type.Optional(
      Type.String({
        maxLength: 300,
        title: "Announcement",
        description:
          "In place of the usual words. {position}, {minutes}, {size} and {waited} stand for the place, the minutes to come, callers waiting and minutes waited.",
        "x-group": "advanced",
        ...es(
          "Anuncio",
          "En lugar de las palabras habituales. {position}, {minutes}, {size} y {waited} son el lugar, los minutos que faltan, las llamadas en espera y los minutos esperados.",
        ),
      }),
    ),
    music: Type.Array(Type.String(), {
      default: [],
      maxItems: 10,
      title: "Music",
      description: "Addresses of MP3 or WAV files, one for each round. Empty: silence between announcements.",
      ...es("Música", "Direcciones de archivos MP3 o WAV, uno por vuelta. Vacío: silencio entre anuncios."),
    }),
    silenceSeconds: Type.Integer({
      default: 20,
      minimum: 5,
      maximum: 300,
      title: "Silence between announcements (s)",
      description: "Where there is no music.",
      "x-group": "advanced",
      ...es("Silencio entre anuncios (s)", "Donde no hay música."),
    }),
    maxWaitSeconds: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: 14_400,
        title: "Wait at most (s)",
        description: "Then the caller leaves by “left”, at the end of the round.",
        ...es("Esperar como máximo (s)", "Después sale por «left», al terminar la vuelta."),
      }),
    ),
    callback: Type.Boolean({
      default: false,
      title: "Offer a call back",
      description: "“Press 1 and we call you back”: whoever does leaves the queue by “callback”.",
      ...es(
        "Ofrecer devolver la llamada",
        "«Pulse 1 y le llamamos»: quien lo hace deja la cola y sale por «callback».",
      ),
    }),
    callbackKey: Type.String({
      default: "1",
      pattern: "^[0-9*#]$",
      title: "Key for it",
      ...offering,
      ...es("Tecla para ello"),
    }),
    callbackText: Type.Optional(
      Type.String({
        maxLength: 300,
        title: "Offer",
        description: "Empty: “Press 1 and we will call you back.”",
        ...offering,
        ...es("Ofrecimiento", "Vacío: «Pulse 1 y le devolveremos la llamada.»"),
      }),
    ),
  },
  { additionalProperties: false },
);
export type EnqueueParams = Static<typeof EnqueueFields>;
