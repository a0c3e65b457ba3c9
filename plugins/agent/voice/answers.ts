/**
 * The step's side of a call: what the session asks is done here, as effects of the run. A question has a number, and with it
 * its effect a name: a step computed again asks no model twice, and books nothing twice.
 */
import {
  AppError,
  type ConversationAddress,
  children,
  type JsonObject,
  type NodeContext,
  type NodeReturn,
} from "../../../engine/plugin-api.ts";
import { askModel, personDigest } from "../ask.ts";
import { instructionsFor } from "../prompt.ts";
import { searchIn } from "../tools/own-tools.ts";
import { type AgentTool, toldAs } from "../tools/tool.ts";
import type { ToolOutcome, Usage } from "../turn/events.ts";
import type { ToolCall } from "../turn/state.ts";
import { nearEndOf } from "../turn/turn-engine.ts";
import type { CallPlan, CallQuestion, KeptCall } from "./plan.ts";
import type { VoiceParams } from "./voice-params.ts";

/** What a model said, or why it did not. */
export type CallAnswer =
  | {
      readonly kind: "answer";
      readonly text: string;
      readonly finish: string | null;
      readonly calls: readonly ToolCall[];
      readonly usage: Usage;
      readonly cited: KeptCall["cited"];
    }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "insufficient_credits" };

export interface CallDesk {
  readonly ctx: NodeContext;
  readonly params: VoiceParams;
  readonly plan: CallPlan;
  readonly kept: KeptCall;
  readonly tools: readonly AgentTool[];
  readonly person: ConversationAddress;
}

// Two sentences; whoever listens cannot read back.
const MAX_TOKENS = 400;
const PATIENCE = { firstMs: 4_000, idleMs: 3_000 } as const;

/** What may come of a question besides its answer: a flow under way. */
type UnderWay = Extract<NodeReturn<Record<never, never>>, { kind: "children" }>;

/** Null: it is answered, and the call goes on. */
export async function answerQuestion(desk: CallDesk, question: CallQuestion): Promise<UnderWay | null> {
  try {
    return question.kind === "ask" ? await askAloud(desk, question) : await runTool(desk, question);
  } catch (error) {
    // What may yet work out is tried again by the engine; for the rest the caller is not left waiting.
    if (!(error instanceof AppError) || error.retryable) throw error;
    desk.ctx.log.warn(
      { err: error, question: question.number },
      "a question of a call could not be answered",
    );
    const told =
      question.kind === "ask" ? { kind: "failed", reason: error.code } : { text: failedText(error.code) };
    await desk.ctx.sockets.answer(question.number, told);
    return null;
  }
}

function failedText(error: string): string {
  return toldAs({
    error,
    mensaje: "Ahora mismo no es posible. Si quiere, una persona del equipo se encarga.",
  });
}

async function askAloud(desk: CallDesk, { number }: CallQuestion): Promise<null> {
  const { ctx, params, kept, tools, person } = desk;
  const passages = await passagesFor(desk);
  const listener = ctx.sockets.listener(number);
  const answered = await askModel(ctx, {
    part: `said-${number}`,
    request: {
      instructions: instructionsOf(desk, passages),
      history: kept.relay.talk.history,
      tools: tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
      maxTokens: MAX_TOKENS,
      model: params.model ?? ctx.agent.settings.model,
      user: personDigest(person.contact),
    },
    patience: PATIENCE,
    ...(listener ? { listener: { signal: listener.signal, hear: (text) => listener.hear({ text }) } } : {}),
  });
  const cited = passages.map(({ documentId, title, position }) => ({ documentId, title, position }));
  await ctx.sockets.answer(number, answerAs(answered, number, cited));
  return null;
}

function answerAs(
  answered: Awaited<ReturnType<typeof askModel>>,
  number: number,
  cited: KeptCall["cited"],
): JsonObject {
  if (answered.kind === "insufficient_credits") return { kind: answered.kind };
  if (answered.kind === "failed") return { kind: "failed", reason: answered.reason };
  const { text, finish, calls, usage } = answered.answer;
  // Ids of calls come from the model, which may use one twice in a conversation.
  const named = calls.map((call, index) => ({ ...call, id: `said-${number}-${index}` }));
  return {
    kind: "answer",
    text,
    finish,
    calls: named,
    usage: { ...usage },
    cited: cited.map((one) => ({ ...one })),
  };
}

async function passagesFor({ ctx, params, kept }: CallDesk) {
  const last = kept.relay.talk.history.findLast(({ role }) => role === "person");
  if (!params.knowledge || last?.role !== "person") return [];
  return searchIn(ctx, last.text, params.collections);
}

function instructionsOf(
  { ctx, params, plan, kept }: CallDesk,
  passages: Awaited<ReturnType<typeof passagesFor>>,
): string {
  const { business, tone, instructions } = params;
  const { settings } = ctx.agent;
  return instructionsFor(ctx, {
    settings: { ...settings, ...(business ? { business } : {}), ...(tone ? { tone } : {}) },
    instructions: `${instructions}\n\n${ON_THE_PHONE}`,
    language: kept.relay.talk.language,
    passages,
    nearEnd: nearEndOf(plan.limits, kept.relay.talk),
  });
}

const ON_THE_PHONE =
  "Hablas por teléfono: frases cortas, una sola pregunta cada vez, cifras y fechas como se dicen, sin direcciones web.";

// ------------------------------------------------------------------------------------------------ tools

async function runTool(
  desk: CallDesk,
  question: Extract<CallQuestion, { kind: "run" }>,
): Promise<UnderWay | null> {
  const { ctx, tools, person } = desk;
  const { number } = question;
  const tool = tools.find(({ name }) => name === question.tool);
  if (tool?.flow !== undefined) return startFlow(ctx, tool.flow, question);
  const order = { ctx, part: `tool-${number}`, arguments: question.arguments, person };
  const outcome: ToolOutcome = tool?.run ? await tool.run(order) : { text: "There is no such tool." };
  await ctx.sockets.answer(number, { ...outcome } as unknown as JsonObject);
  return null;
}

/** Written by the step. */
export function callAnswerIn(given: JsonObject): CallAnswer {
  return given as unknown as CallAnswer;
}

/** Written by the step. */
export function toolOutcomeIn(given: JsonObject): ToolOutcome {
  return given as unknown as ToolOutcome;
}

/** The flow runs as a child; the step hears of its end. */
async function startFlow(
  ctx: NodeContext,
  flow: string,
  { number, arguments: input }: Extract<CallQuestion, { kind: "run" }>,
): Promise<UnderWay> {
  const ended = await ctx.children.ended();
  const branch = `tool-${number}`;
  return children({
    start: [{ branch, flow, input }],
    seen: ended.length,
    memory: { question: number, branch },
  });
}

/** A child may be over. Null: it is, and was told; else more patience. */
export async function answerAfterFlow(
  ctx: NodeContext,
  { question, branch }: JsonObject,
): Promise<UnderWay | null> {
  const ended = await ctx.children.ended();
  const child = ended.find((one) => one.branch === branch);
  if (!child)
    return children({
      start: [],
      seen: ended.length,
      memory: { question: question ?? 0, branch: branch ?? "" },
    });
  const { status, outcome, output, error } = child;
  const told = status === "succeeded" ? { outcome, ...output } : { error: error?.message ?? outcome };
  await ctx.sockets.answer(Number(question), { text: toldAs(told) });
  return null;
}
