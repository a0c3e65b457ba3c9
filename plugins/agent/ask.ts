import { createHash } from "node:crypto";
import { AppError, type EffectOutcome, type JsonObject, type NodeContext } from "../../engine/plugin-api.ts";
import { type ModelAccount, modelAccountOf } from "./account.ts";
import { askWhole, type WholeAnswer } from "./model/ladder.ts";
import { ModelFailure, type ModelRequest, type Patience } from "./model/port.ts";

/** It was asked for and paid, and nobody heard it. */
const LOST = { state: "accepted", ref: "", status: "failed", data: { lost: true } } as const;

/** One answer is one credit. */
const ANSWER = { meter: "ai", amount: 1 } as const;

/** @throws AppError AGENT_NOT_INCLUDED */
export function requireAgents(ctx: NodeContext): void {
  if (ctx.agent.included) return;
  throw new AppError(
    "AGENT_NOT_INCLUDED",
    `${ctx.nodeId}: the plan of ${ctx.tenant.name} includes no agents; change the plan, or let the operator add them to it.`,
    { nodeId: ctx.nodeId },
  );
}

/** What is left of today, and of what this run may use; null: nothing limits it. */
export async function tokensLeft(ctx: NodeContext, runLimit: number | null): Promise<number | null> {
  const { dailyTokens } = ctx.agent.settings;
  const ofDay = dailyTokens === undefined ? null : dailyTokens - (await ctx.agent.used("today")).tokens;
  const ofRun = runLimit === null ? null : runLimit - (await ctx.agent.used("run")).tokens;
  const limits = [ofDay, ofRun].filter((limit) => limit !== null);
  return limits.length === 0 ? null : Math.max(0, Math.min(...limits));
}

export interface Question {
  /** Its name within the step. */
  readonly part: string;
  readonly request: ModelRequest;
  /** A second answer would do as well, so nothing need be kept of the first. */
  readonly mayRepeat?: true;
  /** Somebody on the line waits less long, and not for an answer that was lost: it has failed. */
  readonly patience?: Patience;
  /** Somebody hears it as it comes, and may have heard enough. */
  readonly listener?: { readonly signal: AbortSignal; hear(text: string): void };
}

export type Answered =
  | { readonly kind: "answer"; readonly answer: WholeAnswer }
  | { readonly kind: "failed"; readonly reason: string; readonly message: string }
  | { readonly kind: "insufficient_credits" };

/** Asks a model as an effect of the step: the same step computed again hears the same, and pays once. */
export async function askModel(ctx: NodeContext, question: Question): Promise<Answered> {
  const { part, request, mayRepeat, patience } = question;
  const account = await openAccount(ctx);
  const outcome = await ctx.once(
    part,
    {
      kind: "model",
      provider: "agent",
      charge: ANSWER,
      details: { model: request.model ?? account.model },
      // An answer that was lost is asked for again: it harms nobody.
      onDoubt: "resend",
      ...(mayRepeat ? { mayRepeat } : {}),
      ...(patience ? { find: async () => LOST } : {}),
    },
    ({ signal }) => outcomeOf(account, question, signal),
  );
  const answered = answeredBy(outcome);
  if (answered.kind === "answer") await note(ctx, part, answered.answer);
  return answered;
}

/** Whom this step asks. @throws AppError CREDENTIAL_MISSING */
export async function openAccount(ctx: NodeContext): Promise<ModelAccount> {
  return modelAccountOf(await ctx.credential<JsonObject>("openai.account"), ctx.agent.fetch);
}

async function outcomeOf(
  account: ModelAccount,
  { request, listener, patience }: Question,
  signal: AbortSignal,
): Promise<EffectOutcome> {
  const asking = {
    signal: listener ? AbortSignal.any([signal, listener.signal]) : signal,
    ...(patience ? { patience } : {}),
  };
  try {
    const answer = await askWhole(account, request, asking, listener?.hear);
    return {
      state: "accepted",
      ref: "",
      status: "delivered",
      data: { ...answer, calls: [...answer.calls].map((call) => ({ ...call })), usage: { ...answer.usage } },
    };
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    return {
      state: "refused",
      reason: "other",
      vendorCode: error.reason,
      message: error.message.slice(0, 500),
    };
  }
}

function answeredBy(outcome: EffectOutcome): Answered {
  switch (outcome.state) {
    case "accepted":
      // Written above, by this version or an older one of the same shape.
      return isAnswer(outcome.data)
        ? { kind: "answer", answer: outcome.data }
        : { kind: "failed", reason: "lost", message: "the answer on record is none" };
    case "refused":
      return { kind: "failed", reason: outcome.vendorCode, message: outcome.message };
    case "insufficient_credits":
      return { kind: "insufficient_credits" };
    default:
      return { kind: "failed", reason: outcome.state, message: "nobody knows what was answered" };
  }
}

function isAnswer(data: unknown): data is WholeAnswer {
  return (
    typeof data === "object" &&
    data !== null &&
    typeof Reflect.get(data, "text") === "string" &&
    Array.isArray(Reflect.get(data, "calls")) &&
    typeof Reflect.get(data, "usage") === "object"
  );
}

function note(
  ctx: NodeContext,
  part: string,
  { model, usage, firstMs, totalMs }: WholeAnswer,
): Promise<void> {
  return ctx.agent.note(part, { model, ...usage, firstMs, totalMs });
}

/** Servers look for abuse by it; a digest says who, and to nobody else. */
export function personDigest(contact: string): string {
  return createHash("sha256").update(contact).digest("hex").slice(0, 32);
}
