import {
  AppError,
  again,
  type ConversationAddress,
  children,
  defineNode,
  type JsonObject,
  type NodeContext,
  next,
  Type,
} from "../../../engine/plugin-api.ts";
import { requireAgents, tokensLeft } from "../ask.ts";
import { type ChatPlan, Conversation, type Conversed, type FlowStart, type Stand } from "../chat/converse.ts";
import { type ChatMemory, memoryAs, memoryOf, withMessage, writtenIn, writtenOf } from "../chat/memory.ts";
import { ChatOutput, outputOf } from "../chat/outputs.ts";
import { ReplyParams } from "../chat/reply-params.ts";
import { countryOf } from "../privacy/country-of.ts";
import { disclosureFor } from "../privacy/disclosure.ts";
import { redactionOf } from "../privacy/redaction-of.ts";
import { es } from "../spanish.ts";
import type { NodeToolChoice } from "../tools/node-tools.ts";
import { toldAs } from "../tools/tool.ts";
import { toolboxOf } from "../tools/toolbox.ts";
import type { TurnEvent } from "../turn/events.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const Failed = Type.Object({
  ...ChatOutput.properties,
  error: Type.String({
    title: "What went wrong",
    description: "outside_window, bad_recipient …",
    ...es("Qué falló", "outside_window, bad_recipient …"),
  }),
});

export default defineNode({
  type: "agent.reply",
  version: 1,
  title: { en: "AI agent in the chat", es: "Agente de IA en el chat" },
  help: {
    en: "Lets an AI agent hold the conversation over WhatsApp or SMS: it answers from your documents, uses the tools you choose and reads back what it is about to change. Whoever asks for a person leaves by “handoff” at once.",
    es: "Un agente de IA lleva la conversación por WhatsApp o SMS: responde con sus documentos, usa las herramientas que usted elija y repite lo que va a cambiar antes de hacerlo. Quien pide una persona sale enseguida por «handoff».",
  },
  family: "ai",
  icon: "message-chatbot",
  params: ReplyParams,
  outputs: {
    "*": ChatOutput,
    replied: ChatOutput,
    handoff: ChatOutput,
    opted_out: ChatOutput,
    budget_reached: ChatOutput,
    insufficient_credits: ChatOutput,
    failed: Failed,
  },
  ports: [
    { each: "exits", value: "port" },
    "replied",
    "handoff",
    "opted_out",
    "budget_reached",
    "insufficient_credits",
    "failed",
  ],
  effect: "once",
  waits: true,
  credential: "openai.account",
  cost: { meters: ["ai", "sms", "whatsapp"] },
  settledBy: "status-callback",
  example: {
    title: {
      en: "Answers for the restaurant and books tables",
      es: "Atiende el restaurante y reserva mesas",
    },
    params: {
      instructions: "Eres Lucía, del restaurante La Espiga. Ayuda con reservas y horarios.",
      tools: ["consultar_disponibilidad", "crear_reserva", "consultar_horarios"],
      exits: [{ port: "reservado", when: "la mesa quedó reservada" }],
      teams: ["Reservas"],
    },
  },
  run: async function reply(ctx, params) {
    requireAgents(ctx);
    const written = writtenIn(ctx.heard);
    const before = memoryOf(ctx, await personOf(ctx));
    // A STOP never reaches the model: nobody is talked out of it.
    if (written?.stops || isStopped(ctx)) return leave(ctx, before, "opted_out", "opted_out");
    // Heard from now on, also while the first answer is on its way: a second message is no second conversation.
    if (ctx.children.memory === null) await ctx.conversations.listen(before.person);
    const memory = written
      ? withMessage(before, written, ctx.now, debounceMs(params))
      : begun(ctx, params, before);
    if (memory.flows.length > 0) return afterFlows(ctx, params, memory);
    if (memory.answerAt === null) return idle(ctx, params, memory);
    if (ctx.now < new Date(memory.answerAt)) return sleep(ctx, memory, memory.answerAt);
    return answer(ctx, params, memory);
  },
});

/** @throws AppError PARAMS_INVALID where there is nobody to answer */
async function personOf(ctx: NodeContext): Promise<ConversationAddress> {
  const person = await ctx.conversations.current();
  if (person) return person;
  throw new AppError(
    "PARAMS_INVALID",
    `${ctx.nodeId}: there is no conversation to answer in; expected a message that started the flow, or a contact that was written to`,
    { nodeId: ctx.nodeId },
  );
}

function isStopped({ trigger, children: { memory } }: NodeContext): boolean {
  return memory === null && messageOf(trigger)?.optOut === "STOP";
}

/** The message that started the flow, the first time. */
function begun(ctx: NodeContext, { text, ...params }: ReplyParams, memory: ChatMemory): ChatMemory {
  if (ctx.children.memory !== null) return memory;
  const message = messageOf(ctx.trigger) ?? {};
  const first = writtenOf(text?.trim() ? { ...message, body: text } : message);
  return withMessage(memory, first, ctx.now, debounceMs(params));
}

function messageOf({ message }: JsonObject): JsonObject | null {
  return typeof message === "object" && message !== null && !Array.isArray(message)
    ? (message as JsonObject)
    : null;
}

function debounceMs({ debounceSeconds }: Pick<ReplyParams, "debounceSeconds">): number {
  return debounceSeconds * SECOND_MS;
}

// ------------------------------------------------------------------------------------------------ answering

async function answer(ctx: NodeContext, params: ReplyParams, memory: ChatMemory) {
  if (!(await mayWrite(ctx, memory))) return fail(ctx, memory, "outside_window");
  const heard = memory.unanswered.join("\n");
  const open = { ...memory, unanswered: [], answerAt: null };
  await ctx.conversations.showTyping(memory.person, memory.refs.at(-1) ?? "");
  return converse(ctx, params, open, [{ kind: "heard", text: heard }]);
}

/** Outside its window a person only gets templates, which an agent does not write. */
async function mayWrite(ctx: NodeContext, { person }: ChatMemory): Promise<boolean> {
  if (person.channel !== "whatsapp") return true;
  return (await ctx.policy.windowOf(person.contact, person.channel, person.number)).openUntil !== null;
}

/** Results of flows that were called, or more patience. */
async function afterFlows(ctx: NodeContext, params: ReplyParams, memory: ChatMemory) {
  const ended = await ctx.children.ended();
  const over = memory.flows.flatMap(({ callId, branch }) => {
    const child = ended.find((one) => one.branch === branch);
    return child ? [{ callId, child }] : [];
  });
  if (over.length === 0) return children({ start: [], seen: ended.length, memory: memoryAs(memory) });
  const left = memory.flows.filter(({ callId }) => !over.some((one) => one.callId === callId));
  const events = over.map(({ callId, child: { status, outcome, output, error } }): TurnEvent => {
    const told = status === "succeeded" ? { outcome, ...output } : { error: error?.message ?? outcome };
    return { kind: "tool_done", callId, outcome: { text: toldAs(told) } };
  });
  return converse(ctx, params, { ...memory, flows: left }, events);
}

async function converse(
  ctx: NodeContext,
  params: ReplyParams,
  memory: ChatMemory,
  events: readonly TurnEvent[],
) {
  const plan = await planOf(ctx, params, memory);
  const conversed = await new Conversation(ctx, plan, memory).go(events);
  return goOn(ctx, params, conversed);
}

async function planOf(
  ctx: NodeContext,
  params: ReplyParams,
  { talk, person }: ChatMemory,
): Promise<ChatPlan> {
  const {
    instructions,
    tools,
    flows,
    nodes,
    exits,
    teams,
    collections,
    knowledge,
    maxTurns,
    maxTokens,
    model,
  } = params;
  const { settings } = ctx.agent;
  return {
    instructions,
    tools: await toolboxOf(
      ctx,
      {
        tools,
        flows,
        nodes: nodes as readonly NodeToolChoice[],
        exits,
        targets: teams,
        ended: "replied",
        collections,
      },
      talk.language,
    ),
    exits,
    targets: teams,
    limits: {
      ...(maxTurns === undefined ? {} : { turns: maxTurns }),
      ...(maxTokens === undefined ? {} : { tokens: maxTokens }),
    },
    collections,
    usesKnowledge: knowledge,
    model: model ?? settings.model,
    disclosure: disclosureFor({
      settings,
      country: countryOf(person.contact),
      language: talk.language,
      isRecorded: false,
    }),
    tokensLeft: await tokensLeft(ctx, maxTokens ?? null),
  };
}

function goOn(ctx: NodeContext, params: ReplyParams, { memory, stand }: Conversed) {
  switch (stand.kind) {
    case "over":
      return leave(ctx, memory, stand.exit.port, stand.exit.reason, stand.exit.data);
    case "insufficient_credits":
      return leave(ctx, memory, "insufficient_credits", "insufficient_credits");
    case "unsent":
      return unsent(ctx, memory, stand);
    case "flows":
      return startFlows(ctx, memory, stand.start);
    case "listening":
      return idle(ctx, params, memory);
  }
}

async function startFlows(ctx: NodeContext, memory: ChatMemory, start: readonly FlowStart[]) {
  const ended = await ctx.children.ended();
  return children({
    start: start.map(({ branch, flow, input }) => ({ branch, flow, input })),
    seen: ended.length,
    memory: memoryAs(memory),
  });
}

// ------------------------------------------------------------------------------------------------ waiting and leaving

/** The person's turn, for as long as the conversation may go on. */
function idle(ctx: NodeContext, { waitMinutes }: ReplyParams, memory: ChatMemory) {
  const until = new Date(Date.parse(memory.lastAt) + waitMinutes * MINUTE_MS);
  if (ctx.now >= until) return leave(ctx, memory, "replied", "idle");
  return sleep(ctx, memory, until.toISOString());
}

/** Until then, or until the person writes. */
function sleep(ctx: NodeContext, memory: ChatMemory, until: string) {
  return again(new Date(until), [`ask:${ctx.conversations.ask}`], { hears: true, memory: memoryAs(memory) });
}

function leave(ctx: NodeContext, memory: ChatMemory, port: string, reason: string, data: JsonObject = {}) {
  // Every port but `failed` gives the same.
  return next(port as "replied", kept(ctx, memory, { reason, data }));
}

function unsent(ctx: NodeContext, memory: ChatMemory, { outcome }: Extract<Stand, { kind: "unsent" }>) {
  if (outcome.state !== "refused") return fail(ctx, memory, outcome.state);
  if (outcome.reason === "opted_out") return leave(ctx, memory, "opted_out", "opted_out");
  return fail(ctx, memory, outcome.reason);
}

function fail(ctx: NodeContext, memory: ChatMemory, error: string) {
  return next("failed", { ...kept(ctx, memory, { reason: "failed", data: {} }), error });
}

function kept(
  ctx: NodeContext,
  memory: ChatMemory,
  exit: { readonly reason: string; readonly data: JsonObject },
) {
  return outputOf(memory, exit, redactionOf(ctx, memory.talk.language, memory.person.contact));
}
