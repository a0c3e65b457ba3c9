import type { Json, JsonObject } from "../core/json.ts";
import type { Fork, Heard, Line } from "../core/run.ts";
import type { AgentView } from "./agent.ts";
import type { CacheView } from "./cache.ts";
import type { MessageDraft, MessageSize } from "./channels.ts";
import type { ConversationsView } from "./conversations.ts";
import type { DirectoryView, StoreView } from "./directory.ts";
import type { CreditsView, EffectOutcome, EffectTicket, OnceIntent } from "./effects.ts";
import type { GuardedFetch } from "./guarded-fetch.ts";
import type { ChannelKind } from "./kinds.ts";
import type { LinesView } from "./lines.ts";
import type { ListsView } from "./lists.ts";
import type { Log } from "./log-view.ts";
import type { PolicyView } from "./policy.ts";
import type { SocketsView } from "./sockets.ts";
import type { TablesView } from "./tables.ts";
import type { UsesView } from "./uses.ts";
import type { CodesView } from "./verify.ts";

/** What a running node may see and do. Time and chance come from here, so a recomputed step gives the same answer [A8]. */
export interface NodeContext {
  readonly runId: string;
  readonly flowKey: string;
  readonly nodeId: string;
  /** `run:node:visit`; the same again after a crash. */
  readonly stepKey: string;
  /** Tries of this step that failed before this one. */
  readonly attempt: number;
  /** What `repeat` left for this visit; null on the first. */
  readonly memo: Json | null;
  /**
   * The event this step was entered again for, where its wait asked for that (`REENTER`, or `again` with `hears`); null on
   * the first time.
   */
  readonly heard: Heard | null;
  /** The call the run has placed and speaks on; null: the one that started it, if any. */
  readonly line: Line | null;
  /** Aborted when the step's time is up or the process stops. */
  readonly signal: AbortSignal;
  /** The segment's moment. */
  readonly now: Date;
  /** Seeded by the step key. */
  readonly random: () => number;
  readonly log: Log;

  readonly tenant: TenantView;
  readonly trigger: JsonObject;
  readonly steps: Readonly<Record<string, JsonObject>>;
  readonly vars: JsonObject;
  readonly contact: JsonObject;
  readonly store: StoreView | null;
  /** The flow's zone and locale, else the tenant's. */
  readonly timezone: string;
  readonly locale: string;

  /** The guarded way out: private addresses refused, redirects re-checked, size and time limited. */
  readonly fetch: GuardedFetch;
  /**
   * Runs code an author wrote, in a process of its own, with `now` and `random` of this step: the same step gives the same
   * answer. @throws AppError CODE_FAILED, CODE_TIMEOUT, CODE_MEMORY, CODE_BUSY, OUTPUT_TOO_LARGE
   */
  code(request: CodeRequest): Promise<Json>;
  /** Opens a credential: the tenant's own (by id of a stored one where `ref` is given), else the operator's. @throws AppError CREDENTIAL_MISSING */
  credential<T = JsonObject>(type: string, ref?: string): Promise<T>;
  /** One outside effect that must not happen twice. See `OnceIntent`. */
  once(
    part: string,
    intent: OnceIntent,
    act: (effect: EffectTicket) => Promise<EffectOutcome>,
  ): Promise<EffectOutcome>;
  /** Sends one message over one channel, as one effect: sender, adapter, credits and record included. */
  send(part: string, channel: ChannelKind, message: MessageDraft): Promise<EffectOutcome>;
  /**
   * Many messages over one channel from one sender (the first draft says which), each an effect of its own: intents in one
   * commit, each leaves at its own slot, none fails for another. Gives the outcome of every part.
   */
  sendMany(
    channel: ChannelKind,
    messages: readonly { readonly part: string; readonly draft: MessageDraft }[],
  ): Promise<ReadonlyMap<string, EffectOutcome>>;
  /** How many messages like this one its sender lets go a second; null: as many as it is given. @throws AppError SENDER_MISSING */
  messagesPerSecond(channel: ChannelKind, draft: MessageDraft): Promise<number | null>;
  /** How large it is to the carrier; null where that does not matter. @throws AppError SENDER_MISSING */
  messageSize(channel: ChannelKind, draft: MessageDraft): Promise<MessageSize | null>;
  /** Fills in a parameter that is not filled in before the step, with names of the node's own beside the usual ones. @throws AppError TEMPLATE_INVALID */
  render(template: string, names: JsonObject): string;
  readonly credits: CreditsView;
  readonly codes: CodesView;
  readonly uses: UsesView;
  readonly policy: PolicyView;
  readonly directory: DirectoryView;
  readonly lines: LinesView;
  /** Kept lists of people. */
  readonly lists: ListsView;
  /** Answers worth keeping between runs of this tenant (lookups, places). */
  readonly cache: CacheView;
  readonly urls: UrlsView;
  /** The tenant's key-value tables. */
  readonly tables: TablesView;
  readonly children: ChildrenView;
  readonly conversations: ConversationsView;
  readonly agent: AgentView;
  /** The socket a vendor opens for this step. */
  readonly sockets: SocketsView;
  /** Records something this step achieved, once. */
  goal(goal: Goal): Promise<void>;
}

/** What a step sees of the runs it, or the step whose branches it joins, has started. */
export interface ChildrenView {
  /** What this step gave with `children` or `again` when it went to sleep; null when it is entered for the first time. */
  readonly memory: JsonObject | null;
  /** The branches that come together here; null where none are under way. */
  readonly fork: Fork | null;
  /** Items that loops of this run were given so far. */
  readonly looped: number;
  /** Children of a step (absent: this one) that are over; of these branches, or all. */
  ended(step?: string, branches?: readonly string[]): Promise<readonly ChildView[]>;
}

/** A child that is over. */
export interface ChildView {
  readonly runId: string;
  readonly branch: string;
  readonly status: "succeeded" | "failed" | "cancelled";
  /** The name it ended with. */
  readonly outcome: string;
  readonly output: JsonObject;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Outputs of the steps it ran, by node. */
  readonly steps: Readonly<Record<string, JsonObject>>;
}

/** Something a flow achieved, for statistics. */
export interface Goal {
  readonly name: string;
  readonly value?: number;
  /** ISO 4217, with a value. */
  readonly currency?: string;
}

export interface TenantView {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly timezone: string;
  readonly locale: string;
}

export interface CodeRequest {
  /** JavaScript: the body of an async function of `inputs`. */
  readonly code: string;
  /** Copied and frozen. */
  readonly inputs: JsonObject;
  readonly timeoutMs: number;
  /** JSON Schema the result must fit. */
  readonly outputSchema?: JsonObject;
}

export interface UrlsView {
  /** Key of a wait that only this step's own callback can wake. Use it among `keys`. */
  readonly stepKey: string;
  /** Absolute URL of a webhook path for this step, e.g. `step("twilio/voice/step")`; the vendor's answer to it wakes the step. */
  step(webhookPath: string): string;
}
