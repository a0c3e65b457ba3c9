import { type Static, Type } from "../../../engine/plugin-api.ts";
import { modelParam } from "../params.ts";
import { es } from "../spanish.ts";
import { exitParam, flowToolParam, nodeToolParam } from "../tools/tool-params.ts";
import { CHOSEN_TOOLS } from "../tools/toolbox.ts";

export const RESERVED_PORTS = "replied|handoff|opted_out|budget_reached|insufficient_credits|failed";

const count = (title: string, spanish: string, most: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, title, ...es(spanish) }));

export const ReplyParams = Type.Object(
  {
    instructions: Type.String({
      maxLength: 8_000,
      title: "Instructions",
      description:
        "Who it is, what it may help with, and how. Nothing secret: assume that people get to read it.",
      "x-widget": "textarea",
      "x-order": 1,
      ...es(
        "Instrucciones",
        "Quién es, en qué ayuda y cómo. Nada secreto: dé por hecho que se puede llegar a leer.",
      ),
    }),
    tools: Type.Array(Type.Enum([...CHOSEN_TOOLS]), {
      default: [],
      uniqueItems: true,
      title: "Tools",
      description: "What it may do. What writes is read back and needs a yes.",
      "x-order": 2,
      ...es("Herramientas", "Lo que puede hacer. Lo que escribe se repite y necesita un sí."),
    }),
    flows: Type.Array(flowToolParam, {
      default: [],
      maxItems: 20,
      title: "Flows as tools",
      "x-order": 3,
      ...es("Flujos como herramientas"),
    }),
    nodes: Type.Array(nodeToolParam, {
      default: [],
      maxItems: 20,
      title: "Steps as tools",
      description: "With what you decide for them; the model fills in the rest.",
      "x-order": 3.5,
      ...es("Pasos como herramientas", "Con lo que usted decida; el modelo rellena el resto."),
    }),
    exits: Type.Array(exitParam(RESERVED_PORTS), {
      default: [],
      maxItems: 20,
      title: "Ways out",
      "x-order": 4,
      ...es("Salidas"),
    }),
    teams: Type.Array(Type.String({ minLength: 1, maxLength: 120, title: "Team", ...es("Equipo") }), {
      default: [],
      maxItems: 20,
      uniqueItems: true,
      title: "Teams",
      description: "To whom it may pass somebody; the way out is “handoff”.",
      "x-order": 5,
      ...es("Equipos", "A quiénes puede pasar a alguien; la salida es «handoff»."),
    }),
    knowledge: Type.Boolean({
      default: true,
      title: "Knows your documents",
      "x-order": 6,
      ...es("Conoce sus documentos"),
    }),
    collections: Type.Array(
      Type.String({ minLength: 1, maxLength: 64, title: "Collection", ...es("Colección") }),
      {
        default: [],
        maxItems: 20,
        title: "Only these collections",
        "x-group": "advanced",
        ...es("Solo estas colecciones"),
      },
    ),
    waitMinutes: Type.Number({
      default: 60,
      minimum: 0,
      maximum: 24 * 60,
      title: "Go on with the conversation for (minutes)",
      description: "Without an answer by then it leaves by “replied”; 0: after the first answer.",
      "x-order": 7,
      ...es(
        "Seguir la conversación (minutos)",
        "Sin respuesta para entonces, sale por «replied»; 0: tras la primera respuesta.",
      ),
    }),
    debounceSeconds: Type.Number({
      default: 3,
      minimum: 0,
      maximum: 30,
      title: "Wait for more messages (s)",
      description: "People write one thought in three messages.",
      "x-group": "advanced",
      ...es("Esperar más mensajes (s)", "La gente escribe una idea en tres mensajes."),
    }),
    text: Type.Optional(
      Type.String({
        maxLength: 4_000,
        title: "What was written",
        description: "Empty: the message that started the flow.",
        "x-group": "advanced",
        ...es("Lo que se escribió", "Vacío: el mensaje que inició el flujo."),
      }),
    ),
    maxTurns: count("Turns at most", "Turnos como máximo", 200),
    maxTokens: count("Tokens at most", "Tokens como máximo", 1_000_000),
    model: modelParam,
  },
  { additionalProperties: false },
);
export type ReplyParams = Static<typeof ReplyParams>;
