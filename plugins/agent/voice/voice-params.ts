import { BUSINESSES, type Static, TONES, type TSchema, Type } from "../../../engine/plugin-api.ts";
import { modelParam } from "../params.ts";
import { es } from "../spanish.ts";
import { exitParam, flowToolParam } from "../tools/tool-params.ts";
import { CHOSEN_TOOLS } from "../tools/toolbox.ts";
import { RelayFields } from "./relay-params.ts";

export const RESERVED_PORTS = "done|handoff|no_input|hung_up|budget_reached|insufficient_credits|failed";

const list = <T extends TSchema>(item: T, title: string, spanish: string, more: object = {}) =>
  Type.Array(item, { default: [], maxItems: 20, title, ...es(spanish), ...more });

const limit = (title: string, spanish: string, most: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, title, "x-group": "budget", ...es(spanish) }));

const Value = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z][A-Za-z0-9_]{0,63}$", title: "Name", ...es("Nombre") }),
    kind: Type.Enum(["text", "number", "integer", "boolean"], {
      default: "text",
      title: "Kind",
      ...es("Tipo"),
    }),
    description: Type.Optional(Type.String({ maxLength: 300, title: "What it is", ...es("Qué es") })),
  },
  { additionalProperties: false },
);

export const VoiceParams = Type.Object(
  {
    instructions: Type.String({
      maxLength: 8_000,
      title: "Instructions",
      description:
        "Who it is, what it may help with, and how. Nothing secret: assume that callers get to hear it.",
      "x-widget": "textarea",
      "x-order": 1,
      ...es(
        "Instrucciones",
        "Quién es, en qué ayuda y cómo. Nada secreto: dé por hecho que quien llama puede llegar a oírlo.",
      ),
    }),
    greeting: Type.String({
      maxLength: 500,
      default: "",
      title: "Greeting",
      description: "Said at once, before any model is asked.",
      "x-order": 2,
      ...es("Saludo", "Se dice enseguida, antes de preguntar a ningún modelo."),
    }),
    disclosure: Type.Optional(
      Type.String({
        maxLength: 300,
        title: "Notice",
        description:
          "Said before the greeting: that no person answers, that the call is recorded. Empty: the tenant's own.",
        "x-order": 3,
        ...es(
          "Aviso",
          "Se dice antes del saludo: que no atiende una persona, que se graba. Vacío: el de la empresa.",
        ),
      }),
    ),
    tools: Type.Array(Type.Enum([...CHOSEN_TOOLS]), {
      default: [],
      uniqueItems: true,
      title: "Tools",
      description: "What it may do. What writes is read back and needs a yes.",
      "x-order": 4,
      ...es("Herramientas", "Lo que puede hacer. Lo que escribe se repite y necesita un sí."),
    }),
    flows: list(flowToolParam, "Flows as tools", "Flujos como herramientas", { "x-order": 5 }),
    exits: list(exitParam(RESERVED_PORTS), "Ways out", "Salidas", { "x-order": 6 }),
    teams: list(
      Type.String({ minLength: 1, maxLength: 120, title: "Team", ...es("Equipo") }),
      "Teams",
      "Equipos",
      {
        uniqueItems: true,
        description: "To whom it may pass a call; the way out is “handoff”.",
        "x-order": 7,
        ...es("Equipos", "A quiénes puede pasar una llamada; la salida es «handoff»."),
      },
    ),
    transfer: Type.Enum(["warm", "cold"], {
      default: "warm",
      title: "Hand over",
      description: "Warm: “whisper” tells whoever takes the call what it is about. Cold: it is empty.",
      "x-order": 8,
      ...es("Traspaso", "Cálido: «whisper» cuenta a quien atiende de qué se trata. Frío: va vacío."),
    }),
    values: list(Value, "Values", "Valores", {
      "x-order": 9,
      description: "Found in the conversation when it is over; given as “variables”.",
      ...es("Valores", "Se sacan de la conversación al terminar; quedan en «variables»."),
    }),
    business: Type.Optional(
      Type.Enum([...BUSINESSES], {
        title: "Kind of business",
        description: "Empty: the tenant's own.",
        "x-group": "style",
        ...es("Tipo de negocio", "Vacío: el de la empresa."),
      }),
    ),
    tone: Type.Optional(
      Type.Enum([...TONES], {
        title: "Tone",
        description: "Empty: the tenant's own.",
        "x-group": "style",
        ...es("Tono", "Vacío: el de la empresa."),
      }),
    ),
    filler: Type.Optional(
      Type.String({
        maxLength: 200,
        title: "While a tool runs",
        description: "Said when it takes its time.",
        "x-group": "style",
        ...es("Mientras trabaja", "Se dice cuando una herramienta tarda."),
      }),
    ),
    knowledge: Type.Boolean({
      default: true,
      title: "Knows your documents",
      "x-order": 10,
      ...es("Conoce sus documentos"),
    }),
    collections: list(
      Type.String({ minLength: 1, maxLength: 64, title: "Collection", ...es("Colección") }),
      "Only these collections",
      "Solo estas colecciones",
      { "x-group": "advanced" },
    ),
    silenceSeconds: Type.Number({
      default: 7,
      minimum: 2,
      maximum: 60,
      title: "Ask again after silence (s)",
      "x-group": "budget",
      ...es("Volver a preguntar tras silencio (s)"),
    }),
    silences: Type.Integer({
      default: 2,
      minimum: 0,
      maximum: 10,
      title: "Ask again at most",
      description: "Then it leaves by “no_input”.",
      "x-group": "budget",
      ...es("Volver a preguntar como máximo", "Después sale por «no_input»."),
    }),
    maxMinutes: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 120,
      title: "Minutes at most",
      "x-group": "budget",
      ...es("Minutos como máximo"),
    }),
    maxTurns: limit("Turns at most", "Turnos como máximo", 200),
    maxTokens: limit("Tokens at most", "Tokens como máximo", 1_000_000),
    maxToolCalls: limit("Uses of tools at most", "Usos de herramientas como máximo", 100),
    ...RelayFields,
    model: modelParam,
  },
  { additionalProperties: false },
);
export type VoiceParams = Static<typeof VoiceParams>;
