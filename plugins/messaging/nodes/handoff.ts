import {
  AppError,
  again,
  type ConversationAddress,
  defineNode,
  type HandoffState,
  type NodeContext,
  next,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";

const MINUTE_MS = 60_000;
const DEFAULT_TIMEOUT_MINUTES = 8 * 60;

const nullableText = (title: string, es: string) =>
  Type.Union([Type.String(), Type.Null()], { title, "x-es": { title: es } });

const handoffFields = {
  conversationId: Type.String({ title: "Conversation", "x-es": { title: "Conversación" } }),
  assignedTo: nullableText("Assigned to", "Asignada a"),
  seconds: Type.Integer({
    minimum: 0,
    title: "How long (s)",
    description: "From the handoff to its end.",
    "x-es": { title: "Duración (s)", description: "Desde el traspaso hasta su fin." },
  }),
  messages: Type.Array(
    Type.Object({
      direction: Type.Enum(["inbound", "outbound"]),
      body: Type.String(),
      at: Type.String(),
    }),
    {
      title: "Last messages",
      description: "What was written meanwhile, the last twenty, oldest first.",
      "x-es": {
        title: "Últimos mensajes",
        description: "Lo que se escribió mientras tanto, los últimos veinte, del más antiguo al más nuevo.",
      },
    },
  ),
} as const;

const Params = Type.Object(
  {
    team: Type.Optional(
      Type.String({
        maxLength: 120,
        title: "Team",
        description: "Who should take it, such as Reservations.",
        "x-order": 1,
        "x-es": { title: "Equipo", description: "Quién debe atenderla, por ejemplo Reservas." },
      }),
    ),
    note: Type.Optional(
      Type.String({
        maxLength: 2000,
        title: "Note",
        description: "For whoever takes it; the person never sees it.",
        "x-widget": "textarea",
        "x-order": 2,
        "x-es": { title: "Nota", description: "Para quien la atienda; la persona no la ve." },
      }),
    ),
    timeoutMinutes: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 365 * 24 * 60,
        default: DEFAULT_TIMEOUT_MINUTES,
        title: "At most (minutes)",
        description: "When nobody has closed it by then, the flow goes on by `timeout`.",
        "x-order": 3,
        "x-es": {
          title: "Como máximo (minutos)",
          description: "Si nadie la ha cerrado para entonces, el flujo sigue por `timeout`.",
        },
      }),
    ),
    conversation: Type.Optional(
      Type.Object(
        {
          channel: Type.Enum(["whatsapp", "sms"], { title: "Channel", "x-es": { title: "Canal" } }),
          number: Type.String({ title: "Our number", "x-es": { title: "Nuestro número" } }),
          contact: Type.String({ title: "Person", "x-es": { title: "Persona" } }),
        },
        {
          additionalProperties: false,
          title: "Conversation",
          description:
            "Empty: that of the message that started the flow, else the last one with its contact.",
          "x-group": "advanced",
          "x-es": {
            title: "Conversación",
            description: "Vacío: la del mensaje que inició el flujo o, si no, la última con su contacto.",
          },
        },
      ),
    ),
  },
  { additionalProperties: false },
);
type Params = Static<typeof Params>;

export default defineNode({
  type: "messaging.handoff",
  version: 1,
  title: { en: "Give it to a person", es: "Pasar a una persona" },
  help: {
    en: "Gives the conversation to the people in the inbox and waits. Until they close it, or the time is up, what the person writes is kept for them and no flow answers.",
    es: "Pasa la conversación a las personas de la bandeja y espera. Hasta que la cierren, o se acabe el tiempo, lo que escriba la persona queda para ellas y ningún flujo responde.",
  },
  family: "messages",
  icon: "headset",
  params: Params,
  outputs: {
    closed: Type.Object({
      ...handoffFields,
      closedBy: Type.String({
        title: "Closed by",
        description: "The user or the API key.",
        "x-es": { title: "Cerrada por", description: "El usuario o la clave de API." },
      }),
    }),
    timeout: Type.Object(handoffFields),
  },
  ports: ["closed", "timeout"],
  effect: "repeatable",
  waits: true,
  example: {
    title: { en: "A person of Reservations takes over", es: "Sigue una persona de Reservas" },
    params: {
      team: "Reservas",
      note: "Pregunta por un cambio de fecha: {{ trigger.message.body }}",
      timeoutMinutes: 240,
    },
  },
  run: async function handOff(ctx, params) {
    const handoff = await ctx.conversations.handoff();
    if (handoff === null) return begin(ctx, params);
    if (handoff.outcome === "closed") return leaveClosed(handoff);
    const isOver = ctx.now >= new Date(handoff.until);
    // Whoever closes it in this very moment has the last word: then it is not taken back.
    if (isOver && !(await ctx.conversations.takeBack())) return leaveByRecord(ctx);
    return isOver ? next("timeout", seen(handoff, ctx.now)) : waitFor(ctx, handoff.until);
  },
});

async function begin(ctx: NodeContext, params: Params) {
  const address = params.conversation ?? (await ctx.conversations.current());
  if (!address) throw nowhere(ctx);
  const minutes = params.timeoutMinutes ?? DEFAULT_TIMEOUT_MINUTES;
  const until = new Date(ctx.now.getTime() + minutes * MINUTE_MS);
  await ctx.conversations.handOff({ ...order(address), ...words(params), until });
  return waitFor(ctx, until.toISOString());
}

function order({ channel, number, contact }: ConversationAddress): ConversationAddress {
  return { channel, number: number.trim(), contact: contact.trim() };
}

function words({ team, note }: Params) {
  return { team: team?.trim() || null, note: note?.trim() || null };
}

function waitFor(ctx: NodeContext, until: string) {
  return again(new Date(until), [ctx.urls.stepKey], { hears: true });
}

async function leaveByRecord(ctx: NodeContext) {
  const handoff = await ctx.conversations.handoff();
  return handoff?.outcome === "closed" ? leaveClosed(handoff) : next("timeout", seen(handoff, ctx.now));
}

function leaveClosed(handoff: HandoffState) {
  const endedAt = new Date(handoff.endedAt ?? handoff.until);
  return next("closed", { ...seen(handoff, endedAt), closedBy: handoff.closedBy ?? "" });
}

function seen(handoff: HandoffState | null, end: Date) {
  const startedAt = new Date(handoff?.startedAt ?? end);
  return {
    conversationId: handoff?.conversationId ?? "",
    assignedTo: handoff?.assignedTo ?? null,
    seconds: Math.max(0, Math.round((end.getTime() - startedAt.getTime()) / 1000)),
    messages: [...(handoff?.messages ?? [])],
  };
}

function nowhere(ctx: NodeContext): AppError {
  const message = `${ctx.nodeId}: there is no conversation to give to people; expected a message that started the flow, a contact that was written to, or "conversation"`;
  return new AppError("PARAMS_INVALID", message, { nodeId: ctx.nodeId });
}
