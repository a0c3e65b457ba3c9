import {
  AppError,
  type ConversationAddress,
  defineNode,
  type Heard,
  type JsonObject,
  type Line,
  type NodeContext,
  type NodeReturn,
  next,
  REENTER,
  Type,
  wait,
} from "../../../engine/plugin-api.ts";
import { requireAgents, tokensLeft } from "../ask.ts";
import { countryOf } from "../privacy/country-of.ts";
import { disclosureFor } from "../privacy/disclosure.ts";
import { redactionOf } from "../privacy/redaction-of.ts";
import { es } from "../spanish.ts";
import { toolboxOf } from "../tools/toolbox.ts";
import { DEFAULT_LIMITS, type Limits } from "../turn/policy.ts";
import { answerAfterFlow, answerQuestion, type CallDesk } from "../voice/answers.ts";
import { CARRIER, connectVerb } from "../voice/connect-verb.ts";
import { endOf } from "../voice/how-it-ended.ts";
import { type CallQuestion, keptOf, planAs, planOf } from "../voice/plan.ts";
import { valuesIn } from "../voice/values.ts";
import { VoiceOutput, voiceOutput } from "../voice/voice-output.ts";
import { VoiceParams } from "../voice/voice-params.ts";

const MINUTE_MS = 60_000;
// The carrier tells the end of a call; that it does not is no reason to wait for ever.
const GRACE_MS = 5 * MINUTE_MS;

const Failed = Type.Object({
  ...VoiceOutput.properties,
  error: Type.String({
    title: "What went wrong",
    description: "64102: the carrier did not reach us …",
    ...es("Qué falló", "64102: el operador no llegó a nosotros …"),
  }),
});

const OUTPUTS = {
  "*": VoiceOutput,
  done: VoiceOutput,
  handoff: VoiceOutput,
  no_input: VoiceOutput,
  hung_up: VoiceOutput,
  budget_reached: VoiceOutput,
  insufficient_credits: VoiceOutput,
  failed: Failed,
};
type VoiceReturn = NodeReturn<typeof OUTPUTS>;

export default defineNode({
  type: "agent.voice",
  version: 1,
  title: { en: "AI agent on the call", es: "Agente de IA en la llamada" },
  help: {
    en: "Lets an AI agent speak with the caller: it listens, may be interrupted, uses the tools you choose and reads back what it is about to change. Whoever asks for a person, or presses 0, leaves by “handoff” at once.",
    es: "Un agente de IA habla con quien llama: escucha, se le puede interrumpir, usa las herramientas que usted elija y repite lo que va a cambiar antes de hacerlo. Quien pide una persona, o marca 0, sale enseguida por «handoff».",
  },
  family: "ai",
  icon: "phone-spark",
  params: VoiceParams,
  outputs: OUTPUTS,
  ports: [
    { each: "exits", value: "port" },
    "done",
    "handoff",
    "no_input",
    "hung_up",
    "budget_reached",
    "insufficient_credits",
    "failed",
  ],
  effect: "once",
  waits: true,
  needsLine: true,
  credential: "openai.account",
  cost: { meters: ["voice", "ai"] },
  settledBy: "webhook",
  example: {
    title: { en: "The hotel's reception", es: "La recepción del hotel" },
    params: {
      instructions: "Usted es Lucía, de la recepción del hotel Sol. Ayude con habitaciones y horarios.",
      greeting: "Hotel Sol, le atiende Lucía. ¿En qué le ayudo?",
      disclosure: "Le atiende un asistente virtual.",
      tools: ["consultar_disponibilidad", "crear_reserva", "consultar_horarios"],
      exits: [{ port: "reservado", when: "la habitación quedó reservada" }],
      teams: ["Recepción"],
      language: "es-MX",
      ttsProvider: "ElevenLabs",
    },
  },
  run: async function voice(ctx, params) {
    requireAgents(ctx);
    return enter(ctx, params);
  },
});

async function enter(ctx: NodeContext, params: VoiceParams): Promise<VoiceReturn> {
  const { heard, children } = ctx;
  if (heard !== null && QUESTIONS.includes(heard.name)) return answer(ctx, params, heard);
  if (heard !== null) return leave(ctx, params, heard);
  if (children.memory !== null) return (await answerAfterFlow(ctx, children.memory)) ?? listen(ctx);
  return begin(ctx, params);
}

const QUESTIONS: readonly string[] = ["ask", "run"];
const EVENTS = { ask: REENTER, run: REENTER, relay_ended: REENTER, hangup: REENTER };

/** @throws AppError PARAMS_INVALID where there is no call to speak on */
function lineOf({ line, trigger, nodeId }: NodeContext): Line {
  if (line) return line;
  const { call } = trigger;
  const { sid, from, to } = (typeof call === "object" && call !== null ? call : {}) as JsonObject;
  if (typeof sid === "string")
    return { sid, from: String(from ?? ""), to: String(to ?? ""), direction: "inbound" };
  throw new AppError(
    "PARAMS_INVALID",
    `${nodeId}: there is no call to speak on; expected a call that started the flow, or one it has placed`,
    { nodeId },
  );
}

function personOf(ctx: NodeContext): ConversationAddress {
  const { from, to, direction } = lineOf(ctx);
  return direction === "inbound"
    ? { channel: "voice", number: to, contact: from }
    : { channel: "voice", number: from, contact: to };
}

// ------------------------------------------------------------------------------------------------ the beginning

async function begin(ctx: NodeContext, params: VoiceParams): Promise<VoiceReturn> {
  const { sid } = lineOf(ctx);
  const left = await tokensLeft(ctx, params.maxTokens ?? null);
  if (left === 0) return leaveUnheard(ctx, "budget_reached");
  if ((await ctx.credits.balance("ai")).remaining === 0) return leaveUnheard(ctx, "insufficient_credits");
  const language = languageOf(params.language || ctx.locale);
  const tools = await toolsFor(ctx, params, language);
  const greeting = [params.disclosure ?? disclosureOf(ctx), params.greeting]
    .map((words) => words.trim())
    .filter(Boolean)
    .join(" ");
  const mostMs = (await minutes(ctx, params)) * MINUTE_MS;
  const until = new Date(ctx.now.getTime() + mostMs);
  const plan = planAs(
    {
      language,
      languages: params.languages.map(({ code }) => code),
      greeting,
      silenceMs: params.silenceSeconds * 1_000,
      filler: params.filler?.trim() || null,
      limits: limitsOf(params, left),
      exits: params.exits,
      targets: params.teams,
      mostMs,
      until: until.toISOString(),
    },
    tools,
  );
  const charged = await ctx.once("call", MINUTES, async () => ({
    state: "accepted",
    ref: sid,
    status: "sent",
  }));
  if (charged.state === "insufficient_credits") return leaveUnheard(ctx, "insufficient_credits");
  const socket = await ctx.sockets.expect({
    path: "voice/relay",
    provider: CARRIER.provider,
    party: sid,
    plan,
  });
  return listen(ctx, { until, reply: [connectVerb(ctx, params, { ...socket, greeting, language })] });
}

/** The first minute is held with the step; the carrier tells how many there were. */
const MINUTES = {
  kind: "agent-call",
  provider: CARRIER.provider,
  charge: { meter: "voice", amount: 1 },
  leavesWithAnswer: true,
} as const;

/** What the author allows, and no more than the voice credits cover. */
async function minutes(ctx: NodeContext, { maxMinutes }: VoiceParams): Promise<number> {
  const { remaining } = await ctx.credits.balance("voice");
  return remaining === null ? maxMinutes : Math.min(maxMinutes, Math.max(1, Math.floor(remaining)));
}

/** Relays want a region with the language. */
function languageOf(language: string): string {
  if (language.includes("-") || language === "multi") return language;
  return language === "en" ? "en-US" : language === "es" ? "es-MX" : language;
}

function limitsOf({ maxTurns, maxTokens, maxToolCalls, silences }: VoiceParams, left: number | null): Limits {
  const tokens = maxTokens ?? DEFAULT_LIMITS.tokens;
  return {
    ...DEFAULT_LIMITS,
    silences,
    turns: maxTurns ?? DEFAULT_LIMITS.turns,
    toolCalls: maxToolCalls ?? DEFAULT_LIMITS.toolCalls,
    tokens: left === null ? tokens : Math.min(tokens, left),
  };
}

function toolsFor(ctx: NodeContext, params: VoiceParams, language: string) {
  const { tools, flows, exits, teams, collections } = params;
  return toolboxOf(
    ctx,
    { tools, flows, nodes: [], exits, targets: teams, ended: "done", collections },
    language,
  );
}

/** Until the session asks, or the call is over. */
async function listen(
  ctx: NodeContext,
  first?: { readonly until: Date; readonly reply: readonly JsonObject[] },
): Promise<VoiceReturn> {
  const until = first?.until ?? (await plannedEnd(ctx));
  return wait({
    // The verb's action tells more; that the call ended counts where the action does not come.
    keys: [ctx.urls.stepKey, `call-ended:${lineOf(ctx).sid}`],
    events: EVENTS,
    until: new Date(until.getTime() + GRACE_MS),
    timeoutPort: REENTER,
    ...(first ? { reply: first.reply } : {}),
  });
}

async function plannedEnd(ctx: NodeContext): Promise<Date> {
  const session = await ctx.sockets.session();
  return session ? new Date(planOf(session.plan).until) : ctx.now;
}

// ------------------------------------------------------------------------------------------------ in between

async function answer(ctx: NodeContext, params: VoiceParams, heard: Heard): Promise<VoiceReturn> {
  // Asked by the session of this step, and by nobody else: events of its kind have no other door.
  const question = heard.output as unknown as CallQuestion;
  const session = await ctx.sockets.session();
  const kept = session && keptOf(session.state);
  if (!session || !kept) return listen(ctx);
  const tools = await toolsFor(ctx, params, kept.relay.talk.language);
  const desk: CallDesk = { ctx, params, plan: planOf(session.plan), kept, tools, person: personOf(ctx) };
  return (await answerQuestion(desk, question)) ?? listen(ctx);
}

// ------------------------------------------------------------------------------------------------ the end

async function leave(ctx: NodeContext, params: VoiceParams, heard: Heard): Promise<VoiceReturn> {
  await ctx.sockets.close();
  const session = await ctx.sockets.session();
  const kept = session && keptOf(session.state);
  const ports = params.exits.map(({ port }) => port);
  const { exit, seconds, error } = endOf(kept, heard, ports);
  const { contact } = personOf(ctx);
  const output = voiceOutput({
    kept,
    locale: ctx.locale,
    reason: exit.reason,
    data: exit.data,
    seconds,
    isWarm: params.transfer === "warm",
    contact,
    variables: await valuesIn(ctx, params, kept),
    redaction: redactionOf(ctx, kept?.relay.talk.language ?? ctx.locale, contact),
  });
  // Every port but `failed` gives the same.
  return exit.port === "failed" ? next("failed", { ...output, error }) : next(exit.port as "done", output);
}

/** Nobody was connected: the flow says why. */
function leaveUnheard(ctx: NodeContext, port: "budget_reached" | "insufficient_credits"): VoiceReturn {
  const { contact } = personOf(ctx);
  const end = { kept: null, locale: ctx.locale, reason: port, data: {}, seconds: 0, variables: {} };
  const redaction = redactionOf(ctx, ctx.locale, contact);
  return next(port, voiceOutput({ ...end, isWarm: false, contact, redaction }));
}

function disclosureOf(ctx: NodeContext): string {
  const { settings } = ctx.agent;
  const country = countryOf(personOf(ctx).contact);
  return disclosureFor({ settings, country, language: ctx.locale, isRecorded: false });
}
