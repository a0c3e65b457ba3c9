/**
 * Carries out what the turn engine says, for a conversation in messages. Nobody hears it word by word, so an answer is taken
 * whole. Everything that leaves does so as an effect of the step with a number of its own; the numbers are counted in the memory
 * the step sleeps with, so a step computed again names them the same.
 */
import type { EffectOutcome, NodeContext } from "../../../engine/plugin-api.ts";
import { askModel, personDigest } from "../ask.ts";
import { HOUSE_RULES, instructionsFor } from "../prompt.ts";
import { type RecordablePolicy, recordedTurns } from "../sessions/session.ts";
import { searchIn } from "../tools/own-tools.ts";
import type { AgentTool } from "../tools/tool.ts";
import type { ToolOutcome, TurnAction, TurnEvent } from "../turn/events.ts";
import { DEFAULT_LIMITS, type Limits, type Policy } from "../turn/policy.ts";
import type { Exit, ToolCall } from "../turn/state.ts";
import { nearEndOf, tokensOf } from "../turn/turn-engine.ts";
import type { ChatMemory } from "./memory.ts";
import { messagesOf } from "./messages.ts";

/** What one node decides for its conversations. */
export interface ChatPlan {
  readonly instructions: string;
  readonly tools: readonly AgentTool[];
  readonly exits: Policy["exits"];
  readonly targets: readonly string[];
  readonly limits: Partial<Limits>;
  readonly collections: readonly string[];
  readonly usesKnowledge: boolean;
  readonly model: string | undefined;
  readonly disclosure: string;
  /** Tokens that may still be used today and by this run; null: no limit. */
  readonly tokensLeft: number | null;
}

/** A flow to start for a call. */
export interface FlowStart {
  readonly callId: string;
  readonly branch: string;
  readonly flow: string;
  readonly input: ToolCallValues;
}
type ToolCallValues = Extract<TurnAction, { kind: "run" }>["arguments"];

/** How it stands when there is nothing more to do at once. */
export type Stand =
  | { readonly kind: "listening" }
  | { readonly kind: "flows"; readonly start: readonly FlowStart[] }
  | { readonly kind: "over"; readonly exit: Exit }
  | { readonly kind: "insufficient_credits" }
  /** A message did not reach the person. */
  | { readonly kind: "unsent"; readonly outcome: EffectOutcome };

export interface Conversed {
  readonly memory: ChatMemory;
  readonly stand: Stand;
}

const MAX_TOKENS = 700;

export class Conversation {
  #memory: ChatMemory;
  readonly #ctx: NodeContext;
  readonly #plan: ChatPlan;
  readonly #policy: RecordablePolicy;
  readonly #advance: ReturnType<typeof recordedTurns>;
  readonly #starts: FlowStart[] = [];
  #stop: Stand | null = null;

  constructor(ctx: NodeContext, plan: ChatPlan, memory: ChatMemory) {
    this.#ctx = ctx;
    this.#plan = plan;
    this.#memory = memory;
    this.#policy = policyOf(plan, memory);
    this.#advance = recordedTurns(this.#policy, memory.talk, (line) => ctx.agent.record(line));
  }

  /** Goes on with what happened until it waits for something. */
  async go(events: readonly TurnEvent[]): Promise<Conversed> {
    for (const event of events) await this.#take(event);
    if (this.#memory.talk.phase === "leaving" && this.#stop === null) await this.#take({ kind: "played" });
    return { memory: this.#memory, stand: this.#stand() };
  }

  #stand(): Stand {
    if (this.#stop) return this.#stop;
    const { phase, exit } = this.#memory.talk;
    if (phase === "over" && exit) return { kind: "over", exit };
    return phase === "acting" ? { kind: "flows", start: this.#starts } : { kind: "listening" };
  }

  async #take(event: TurnEvent): Promise<void> {
    if (this.#stop) return;
    const { state, actions } = this.#advance(this.#memory.talk, event);
    this.#memory = { ...this.#memory, talk: state };
    await this.#say();
    for (const action of actions) await this.#act(action);
  }

  async #act(action: TurnAction): Promise<void> {
    if (this.#stop) return;
    if (action.kind === "ask") await this.#ask(action.generation);
    if (action.kind === "run") await this.#run(action.call, action.arguments);
  }

  #number(): number {
    const count = this.#memory.count + 1;
    this.#memory = { ...this.#memory, count };
    return count;
  }

  /** What the history has that was not sent: whole answers, never a piece that was cut off. */
  async #say(): Promise<void> {
    const { talk, sent, person } = this.#memory;
    const texts = talk.history
      .slice(sent)
      .flatMap((entry) => (entry.role === "agent" && !entry.cut ? [entry.text] : []));
    this.#memory = { ...this.#memory, sent: talk.history.length };
    for (const text of texts) {
      const opening =
        this.#memory.answers === 0 && this.#plan.disclosure !== "" ? `${this.#plan.disclosure}\n\n` : "";
      this.#memory = { ...this.#memory, answers: this.#memory.answers + 1 };
      for (const message of messagesOf(opening + text, person.channel))
        if (!(await this.#send(message))) return;
    }
  }

  async #send(text: string): Promise<boolean> {
    const { channel, contact: to } = this.#memory.person;
    const outcome = await this.#ctx.send(`message-${this.#number()}`, channel, {
      to,
      text,
      ask: this.#ctx.conversations.ask,
      purpose: "service",
    });
    // One of which nobody knows whether it left is never said twice.
    if (outcome.state === "accepted" || outcome.state === "unresolved") return true;
    this.#stop =
      outcome.state === "insufficient_credits" ? { kind: outcome.state } : { kind: "unsent", outcome };
    return false;
  }

  async #ask(generation: number): Promise<void> {
    const { talk, person } = this.#memory;
    const part = `answer-${this.#number()}`;
    const answered = await askModel(this.#ctx, {
      part,
      request: {
        instructions: await this.#instructions(),
        history: talk.history,
        tools: this.#plan.tools.map(({ name, description, parameters }) => ({
          name,
          description,
          parameters,
        })),
        maxTokens: MAX_TOKENS,
        model: this.#plan.model,
        user: personDigest(person.contact),
      },
    });
    if (answered.kind === "insufficient_credits") {
      this.#stop = { kind: "insufficient_credits" };
      return;
    }
    if (answered.kind === "failed")
      return this.#take({ kind: "model_failed", generation, reason: answered.reason });
    const { text, finish, calls, usage } = answered.answer;
    if (text !== "") await this.#take({ kind: "token", generation, text });
    await this.#take({ kind: "answered", generation, finish, calls: uniqueCalls(calls, part), usage });
  }

  async #instructions(): Promise<string> {
    const { instructions, collections, usesKnowledge } = this.#plan;
    const { talk } = this.#memory;
    const question = talk.history.findLast(({ role }) => role === "person");
    const asked = question?.role === "person" ? question.text : "";
    const passages = usesKnowledge && asked !== "" ? await searchIn(this.#ctx, asked, collections) : [];
    this.#cite(passages);
    const settings = this.#ctx.agent.settings;
    return instructionsFor(this.#ctx, {
      settings,
      instructions,
      language: talk.language,
      passages,
      nearEnd: nearEndOf(this.#policy.limits, talk),
    });
  }

  #cite(passages: readonly { documentId: string; title: string; position: number }[]): void {
    const { cited } = this.#memory;
    const fresh = passages
      .filter(
        ({ documentId, position }) =>
          !cited.some((one) => one.documentId === documentId && one.position === position),
      )
      .map(({ documentId, title, position }) => ({ documentId, title, position }));
    this.#memory = { ...this.#memory, cited: [...cited, ...fresh] };
  }

  async #run(call: ToolCall, values: ToolCallValues): Promise<void> {
    const tool = this.#plan.tools.find(({ name }) => name === call.name);
    const number = this.#number();
    if (tool?.flow !== undefined) {
      const start = { callId: call.id, branch: `tool-${number}`, flow: tool.flow, input: values };
      this.#starts.push(start);
      this.#memory = {
        ...this.#memory,
        flows: [...this.#memory.flows, { callId: call.id, branch: start.branch }],
      };
      return;
    }
    const order = { ctx: this.#ctx, part: `tool-${number}`, arguments: values, person: this.#memory.person };
    const outcome: ToolOutcome = tool?.run ? await tool.run(order) : { text: "There is no such tool." };
    await this.#take({ kind: "tool_done", callId: call.id, outcome });
  }
}

/** Ids of calls come from the model, which may use one twice in a conversation. */
function uniqueCalls(calls: readonly ToolCall[], part: string): readonly ToolCall[] {
  return calls.map((call, index) => ({ ...call, id: `${part}-${index}` }));
}

function policyOf(
  { tools, exits, targets, limits, tokensLeft }: ChatPlan,
  { talk }: ChatMemory,
): RecordablePolicy {
  const all = { ...DEFAULT_LIMITS, ...limits };
  // What this conversation has used is part of what is used up.
  const tokens = tokensLeft === null ? all.tokens : Math.min(all.tokens, tokensOf(talk) + tokensLeft);
  return { tools, exits, targets, limits: { ...all, tokens }, secretText: HOUSE_RULES };
}
