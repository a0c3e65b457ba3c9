/**
 * The only door plugins see. A plugin declares; the engine interprets. Everything a plugin may import from this house is
 * exported here by name.
 */
import type { Static, TObject, TSchema } from "typebox";
import type { WriteMode } from "./core/data-write.ts";
import type { DeliveryStatus, OnDoubt } from "./core/effect-state.ts";
import type { Json, JsonObject } from "./core/json.ts";
import type { EventData, Fork, NodeResult, StateChange } from "./core/run.ts";

export { type Static, type TObject, type TSchema, Type } from "typebox";
export {
  type Condition,
  type ConditionGroup,
  ConditionGroupSchema,
  ConditionSchema,
  evaluateConditions,
} from "./core/conditions.ts";
export type { DeliveryStatus, OnDoubt } from "./core/effect-state.ts";
export { listFault } from "./core/follow.ts";
export { type HoursState, hoursAt, type OpeningHours, OpeningHoursSchema } from "./core/hours.ts";
export { hoursText } from "./core/hours-text.ts";
export type { Json, JsonObject } from "./core/json.ts";
export { type LocalMoment, localMoment } from "./core/local-moment.ts";
export { retryAfterMs } from "./core/retry.ts";
export type { EventData, Fork, NodeResult, StateChange } from "./core/run.ts";
export { signalKey } from "./core/signal.ts";
export { AppError, type ErrorCode, type ErrorDetails } from "./errors.ts";

/** Words a person reads, in both languages of the house. A missing one is refused at load. */
export interface Text {
  readonly en: string;
  readonly es: string;
}

// ------------------------------------------------------------------------------------------------ nodes

export type Family = "voice" | "messages" | "ai" | "logic" | "data" | "money";

/**
 * What running a node twice would mean, and with it when the engine commits:
 * `none` nobody outside could tell; `repeatable` harmless (a read, or the vendor honours our key); `once` must not
 * happen twice, so its intent is committed before and its outcome after (only through `ctx.once` or `ctx.send`).
 */
export type EffectClass = "none" | "repeatable" | "once";

/** What is metered. Each tenant has an account per meter. */
export type Meter = "sms" | "whatsapp" | "voice" | "lookup" | "verify" | "ai";

/**
 * A port by name, or one port for each entry of a list parameter: `{ each: "cases", value: "port" }` reads
 * `params.cases[i].port`; without `value` the entries are the names themselves.
 */
export type PortSpec = string | { readonly each: string; readonly value?: string };

/** A step left by a port. `set` changes what later steps see, `reply` adds to the answer of the waiting request. */
export interface Next<P extends string = string, O = JsonObject> {
  readonly kind: "next";
  readonly port: P;
  readonly output: O;
  readonly set?: StateChange;
  readonly reply?: readonly Json[];
}

/** Options of `wait`. */
export interface WaitOptions {
  /** When the wait gives up. */
  readonly until: Date;
  /** The port for that. */
  readonly timeoutPort: string;
  /** Event name → port. `digits:1` is looked up as itself, then as `digits`, then as `*`. */
  readonly events: Readonly<Record<string, string>>;
  /** Merged into the output, and set, when the event of that name (as looked up) wins. `timeout` for the timeout. */
  readonly eventData?: Readonly<Record<string, EventData>>;
  /** What an outside event finds this wait by, e.g. `ctx.urls.stepKey`. Unique among the tenant's open waits. */
  readonly keys: readonly string[];
  readonly set?: StateChange;
  /** Answers the current request with this (and whatever earlier steps added). */
  readonly reply?: readonly Json[];
}

type PortsOf<O extends Readonly<Record<string, TSchema>>> = keyof O & string;

/** What `run` may return: a port with an output that fits that port's schema, a wait, or an end. */
export type NodeReturn<O extends Readonly<Record<string, TSchema>>> =
  | { [K in PortsOf<O>]: Next<K extends "*" ? string : K, Static<O[K]>> }[PortsOf<O>]
  | Extract<NodeResult, { kind: "wait" | "again" | "repeat" | "end" | "fork" | "each" | "children" }>;

/** Leave the step by a port. */
export function next<const P extends string, const O>(
  port: P,
  output: O,
  more: { readonly set?: StateChange; readonly reply?: readonly Json[] } = {},
): Next<P, O> {
  return { kind: "next", port, output, ...more };
}

/** Sleep until an event or a moment; the run leaves by the port of whatever comes first. */
export function wait(options: WaitOptions): Extract<NodeResult, { kind: "wait" }> {
  const { until, timeoutPort, events, eventData, keys, ...more } = options;
  const ports = { timeoutPort, events, keys, ...(eventData ? { eventData } : {}) };
  return { kind: "wait", wait: { until: until.toISOString(), ...ports }, ...more };
}

/** Sleep, then run this same step again with the same step key: for evidence that is still to come. */
export function again(until: Date, keys: readonly string[]): Extract<NodeResult, { kind: "again" }> {
  return { kind: "again", until: until.toISOString(), keys };
}

/**
 * A part of the work is done: the same node runs again, with a step key of its own and `memo` as `ctx.memo`. `progress` is
 * what people see meanwhile. What the part sent is committed with the intents of the next one.
 */
export function repeat(memo: Json, progress: JsonObject): Extract<NodeResult, { kind: "repeat" }> {
  return { kind: "repeat", memo, progress };
}

/** Run what is behind these ports side by side, each as a run of its own; this one goes on at their join. */
export function fork(branches: readonly string[]): Extract<NodeResult, { kind: "fork" }> {
  return { kind: "fork", branches };
}

/** Run what is behind the port `item` once for each item, one after the other; then leave by `done`. */
export function each(
  items: readonly Json[],
  options: { readonly collect: boolean; readonly keepGoing: boolean },
): Extract<NodeResult, { kind: "each" }> {
  return { kind: "each", items, ...options };
}

/** Start children and sleep until one of the step's children ends; then this same step runs again, with `memory`. */
export function children(
  options: Omit<Extract<NodeResult, { kind: "children" }>, "kind">,
): Extract<NodeResult, { kind: "children" }> {
  return { kind: "children", ...options };
}

/** End the run here, with a name for the outcome. */
export function end(
  outcome: string,
  output: JsonObject = {},
  reply: readonly Json[] = [],
): Extract<NodeResult, { kind: "end" }> {
  return { kind: "end", outcome, output, ...(reply.length > 0 ? { reply } : {}) };
}

export interface NodeDefinition<
  P extends TObject = TObject,
  O extends Readonly<Record<string, TSchema>> = Readonly<Record<string, TSchema>>,
> {
  /** `plugin.node` in kebab-case: the primary key in saved flows, permanent. */
  readonly type: string;
  readonly version: number;
  readonly title: Text;
  /** What it does and when to use it, in two sentences. */
  readonly help: Text;
  readonly family: Family;
  /** Tabler icon name. */
  readonly icon: string;
  /** JSON Schema of the parameters; a string parameter is a Liquid template. */
  readonly params: P;
  /**
   * JSON Schema of the output by port; `*` for ports that come from a list parameter. A field with `x-secret: true` is a
   * mark in the journal and in API answers; later steps have its value.
   */
  readonly outputs: O;
  readonly ports: readonly PortSpec[];
  readonly effect: EffectClass;
  /** It may put the run to sleep; a loop needs such a node. */
  readonly waits?: true;
  /** It speaks to or hears from whoever waits for the flow's answer: not in a branch, where nobody does. */
  readonly needsLine?: true;
  /** Id of the credential it opens, e.g. `twilio.account`. */
  readonly credential?: string;
  /** Which meters it may charge. A `once` node names its cost, or `free: true` with the reason. */
  readonly cost?: { readonly meters: readonly Meter[] } | { readonly free: true; readonly why: string };
  /** How the outcome of a `once` effect becomes known when the answer was lost. */
  readonly settledBy?: "status-callback" | "list-api" | "webhook";
  /** Set on a retired type: what to use instead. */
  readonly replacedBy?: string;
  /** `migrate[n]` turns the params of version n into those of version n + 1. Applied while editing, never at run time. */
  readonly migrate?: Readonly<Record<number, (params: JsonObject) => JsonObject>>;
  readonly example: { readonly title: Text; readonly params: JsonObject };
  // Method syntax on purpose: a definition with typed params must still fit the registry's list of definitions.
  run(ctx: NodeContext, params: Static<P>): NodeReturn<O> | Promise<NodeReturn<O>>;
}

export function defineNode<P extends TObject, const O extends Readonly<Record<string, TSchema>>>(
  definition: NodeDefinition<P, O>,
): NodeDefinition<P, O> {
  return definition;
}

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
  /** Fills in a parameter that is not filled in before the step, with names of the node's own beside the usual ones. @throws AppError TEMPLATE_INVALID */
  render(template: string, names: JsonObject): string;
  readonly credits: CreditsView;
  readonly directory: DirectoryView;
  /** Answers worth keeping between runs of this tenant (lookups, places). */
  readonly cache: CacheView;
  readonly urls: UrlsView;
  /** The tenant's key-value tables. */
  readonly tables: TablesView;
  readonly children: ChildrenView;
  /** Records something this step achieved, once. */
  goal(goal: Goal): Promise<void>;
}

/** What a step sees of the runs it, or the step whose branches it joins, has started. */
export interface ChildrenView {
  /** What this step gave with `children` when it went to sleep; null when it is entered for the first time. */
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

export interface Log {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

export interface TenantView {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly timezone: string;
  readonly locale: string;
}

export type GuardedFetch = (url: string, init?: FetchInit) => Promise<FetchAnswer>;

export interface FetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default 10 000 ms. */
  readonly timeoutMs?: number;
  /** Default 1 MiB; a larger answer is refused. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
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

/** What is about to happen, committed before the first byte leaves, with the credits it may cost. */
export interface OnceIntent {
  /** `message`, `dial` … */
  readonly kind: string;
  readonly provider: string;
  /** Whom it reaches, for the record and for evidence. */
  readonly to?: string;
  readonly from?: string;
  readonly channel?: ChannelKind;
  readonly body?: string;
  /** Reserved with the intent; the step gets `insufficient_credits` instead of acting where nothing is left. */
  readonly charge?: { readonly meter: Meter; readonly amount: number };
  /** Nothing leaves while `act` runs: the effect travels with the step's answer, after its commit (a `<Dial>`). */
  readonly leavesWithAnswer?: true;
  /** Anything the record should keep. */
  readonly details?: JsonObject;
  /** When nobody can tell whether it happened: `give-up` (default, at most once) or `resend` (at least once). */
  readonly onDoubt?: OnDoubt;
}

/** Handed to the one who acts. */
export interface EffectTicket {
  readonly effectId: string;
  readonly signal: AbortSignal;
  /** Signed URL where the vendor reports the status of this effect. */
  readonly statusUrl: string;
  /** Tries of this effect before this one. */
  readonly attempt: number;
}

/** Why a vendor would not do it, in the words of this house; `vendorCode` keeps the vendor's own. */
export const REFUSALS = [
  "not_on_channel",
  "outside_window",
  "opted_out",
  "bad_recipient",
  "bad_sender",
  "bad_content",
  "not_permitted",
  "other",
] as const;
export type Refusal = (typeof REFUSALS)[number];

/**
 * How an effect came out. `act` returns `accepted` or `refused`, or throws an AppError: a retryable code means the vendor
 * surely did nothing (it is tried again later); EFFECT_IN_DOUBT means nobody knows (it is never repeated blindly).
 */
export type EffectOutcome =
  | {
      readonly state: "accepted";
      readonly ref: string;
      readonly status: DeliveryStatus;
      readonly data?: JsonObject;
      readonly effectId?: string;
      readonly reportedAt?: string;
    }
  | {
      readonly state: "refused";
      readonly reason: Refusal;
      readonly vendorCode: string;
      readonly message: string;
      readonly effectId?: string;
    }
  | { readonly state: "insufficient_credits"; readonly meter: Meter }
  | { readonly state: "quiet_hours"; readonly until: string }
  | { readonly state: "unresolved"; readonly effectId: string };

export interface CreditsView {
  /** `null` = unlimited. */
  balance(meter: Meter): Promise<{ readonly remaining: number | null; readonly resetsAt: string | null }>;
  /** Captures what the run has reserved so far. The same step again charges nothing more. */
  settle(): Promise<Settlement>;
  /** Charges an amount once per step. `ok: false` when nothing is left. */
  charge(meter: Meter, amount: number): Promise<Settlement & { readonly ok: boolean }>;
}

/** Amounts by meter; `remaining` null = unlimited. */
export interface Settlement {
  readonly charged: Readonly<Record<string, number>>;
  readonly remaining: Readonly<Record<string, number | null>>;
}

/** What the tenant keeps about itself: stores, groups, numbers, templates. */
export interface DirectoryView {
  store(storeId: string): Promise<StoreView | null>;
  storesOfGroup(groupId: string): Promise<readonly StoreView[]>;
  storesOfTenant(): Promise<readonly StoreView[]>;
  group(groupId: string): Promise<GroupView | null>;
  /** Holidays and hours of the tenant itself. */
  tenantHours(): Promise<JsonObject>;
  /** A template by key: the store's own, else its group's, else the tenant's; then by locale with fallback. */
  template(
    key: string,
    choice: { readonly locale: string; readonly storeId?: string },
  ): Promise<TemplateView | null>;
  /** The store this contact was routed to last, if any. */
  lastStoreOf(contactPhone: string): Promise<string | null>;
  /** Interactions of each store in the last hour. */
  storeLoad(storeIds: readonly string[]): Promise<Readonly<Record<string, number>>>;
  /** A short tracked link to `url` for this run. The same step asks again, the same link comes back. */
  trackedLink(url: string): Promise<string>;
  /** When the contact last wrote on this channel, in the last seven days: what the 24-hour window counts from. */
  lastInboundAt(channel: ChannelKind, contactPhone: string): Promise<string | null>;
}

export interface StoreView {
  readonly id: string;
  readonly name: string;
  readonly groupId: string | null;
  readonly address: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly country: string;
  readonly postalCode: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly timezone: string;
  readonly landline: string | null;
  readonly mobile: string | null;
  readonly website: string | null;
  /** `OpeningHours` of core/hours. */
  readonly hours: JsonObject;
  /** The hours of today in words, in the tenant's locale, for templates: "hoy de 9:00 a 20:00". */
  readonly hoursText?: string;
}

export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly hours: JsonObject | null;
  readonly timezone: string;
}

export interface TemplateView {
  readonly id: string;
  readonly key: string;
  readonly locale: string;
  readonly category: string;
  /** Liquid body with named variables: "Hola {{ name }}". */
  readonly body: string;
  /** Names of the variables in vendor order. */
  readonly variables: readonly string[];
  /** What each vendor calls it: `{ twilio: { contentSid: "HX…" }, meta: { name: "…", language: "es" } }`. */
  readonly vendors: JsonObject;
}

export interface CacheView {
  get(kind: string, key: string): Promise<JsonObject | null>;
  put(kind: string, key: string, value: JsonObject, ttlMs: number): Promise<void>;
}

/** Values that flows of one tenant keep for each other. */
export interface TablesView {
  /** Null where nothing is, or it has expired. */
  get(table: string, key: string): Promise<TableItem | null>;
  /** The same step again changes nothing and gives the same. @throws AppError DATA_TYPE_MISMATCH, DATA_TOO_LARGE */
  put(table: string, key: string, write: TableWrite): Promise<TableWritten>;
}

export interface TableItem {
  readonly value: Json;
  /** Counts the writes. */
  readonly version: number;
  /** ISO 8601; null: never. */
  readonly expiresAt: string | null;
}

export interface TableWrite {
  readonly mode: WriteMode;
  readonly value: Json;
  /** Absent: as long as it was, else for ever. */
  readonly ttlMs?: number;
}

export interface TableWritten {
  readonly value: Json;
  readonly version: number;
  /** Nothing was there before. */
  readonly created: boolean;
  /** False where `put-if-absent` found something. */
  readonly written: boolean;
}

export interface UrlsView {
  /** Key of a wait that only this step's own callback can wake. Use it among `keys`. */
  readonly stepKey: string;
  /** Absolute URL of a webhook path for this step, e.g. `step("twilio/voice/step")`; the vendor's answer to it wakes the step. */
  step(webhookPath: string): string;
}

// ------------------------------------------------------------------------------------------------ channels

export type ChannelKind = "sms" | "whatsapp" | "voice";

/** A message before a sender is chosen. Exactly one of text and template; media goes with text. */
export interface MessageDraft {
  readonly to: string;
  readonly text?: string;
  readonly media?: readonly string[];
  readonly template?: RenderedTemplate;
  /** Which of the tenant's numbers sends; absent: the store's, else the tenant's for that channel. */
  readonly fromNumberId?: string;
  readonly storeId?: string;
  /** `service` answers what the person just did; `notice` and `marketing` keep the tenant's quiet hours. */
  readonly purpose: "service" | "notice" | "marketing";
  /** When nobody can tell whether it left: `give-up` (default) or `resend`, for what must arrive even if it comes twice. */
  readonly onDoubt?: OnDoubt;
}

export interface RenderedTemplate {
  readonly key: string;
  readonly locale: string;
  /** The body with its variables filled in: what an SMS says, and what the record keeps. */
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
  /** In vendor order. */
  readonly variables: readonly string[];
  readonly vendors: JsonObject;
}

export interface OutboundMessage extends MessageDraft {
  readonly from: SenderView;
  readonly effectId: string;
  readonly statusUrl: string;
}

export interface SenderView {
  readonly numberId: string;
  readonly e164: string;
  readonly provider: string;
  /** The vendor's id of the number (`PN…`, `phone_number_id`). */
  readonly providerId: string | null;
}

export interface ChannelContext {
  readonly signal: AbortSignal;
  readonly fetch: GuardedFetch;
  readonly log: Log;
  /** The opened credential the channel declares. */
  readonly credential: JsonObject;
  /** Tries of this message before this one. */
  readonly attempt: number;
}

export interface ChannelDefinition {
  /** `plugin.channel`, e.g. `twilio.sms`. */
  readonly id: string;
  readonly channel: ChannelKind;
  /** Which numbers it serves: `numbers.provider`. */
  readonly provider: string;
  readonly credential: string;
  readonly meter: Meter;
  /** Hours after the contact's last message in which free text is allowed; absent: always. */
  readonly windowHours?: number;
  /** How fast one number may send. Absent: as fast as it is asked to. */
  readonly pace?: Pace;
  /** Credits one message costs (segments of an SMS, 1 for WhatsApp), and slots of its number's pace. */
  units(message: MessageDraft): number;
  /** @throws AppError VENDOR_UNAVAILABLE | VENDOR_RATE_LIMITED when surely nothing was sent, EFFECT_IN_DOUBT when unknown */
  send(
    message: OutboundMessage,
    ctx: ChannelContext,
  ): Promise<Extract<EffectOutcome, { state: "accepted" | "refused" }>>;
  /** Looks for a message whose answer was lost. Absent: only callbacks are evidence. */
  find?(
    lost: LostMessage,
    ctx: ChannelContext,
  ): Promise<Extract<EffectOutcome, { state: "accepted" }> | null>;
}

/**
 * What a vendor lets one number send. After `burst` at once it is `perSecond`: in any second at most the sum of both. A
 * number may have a `perSecond` of its own. `pair` is the limit towards one recipient.
 */
export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
  readonly pair?: { readonly everySeconds: number; readonly burst: number };
}

export interface LostMessage {
  readonly effectId: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly sentAfter: Date;
  /** The vendor's references of other messages to the same person: none of these is the lost one. */
  readonly known: ReadonlySet<string>;
}

export function defineChannel(definition: ChannelDefinition): ChannelDefinition {
  return definition;
}

// ------------------------------------------------------------------------------------------------ triggers and webhooks

/**
 * What starts a flow. It only declares: the plugin's webhooks (or the API) turn requests into deliveries for it.
 */
export interface TriggerDefinition {
  readonly type: string;
  readonly version: number;
  readonly title: Text;
  readonly help: Text;
  readonly family: Family;
  readonly icon: string;
  readonly params: TObject;
  /** Schema of `trigger.*`. Its only port is `next`. */
  readonly gives: TSchema;
  /** `reply`: the request waits for what the flow answers. `ack`: it is answered as soon as it is stored. */
  readonly answers: "reply" | "ack";
  readonly migrate?: Readonly<Record<number, (params: JsonObject) => JsonObject>>;
  readonly example: { readonly title: Text; readonly params: JsonObject };
}

export function defineTrigger(definition: TriggerDefinition): TriggerDefinition {
  return definition;
}

/** A request as it came, before anybody believes it. */
export interface WebhookRequest {
  readonly method: string;
  /** The public URL the caller used, query included: PUBLIC_URL + path. */
  readonly url: string;
  /** Values of `:names` in the webhook's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
  /** Set for form bodies; a repeated name gives an array. */
  readonly form: Readonly<Record<string, string | readonly string[]>> | null;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a request means. One webhook call may carry many. */
export type Delivery =
  /** Starts the flow bound to one of our numbers; first offered to an open wait with `resumeKey`, where given. */
  | {
      readonly kind: "start";
      readonly trigger: string;
      /** Our number that was called or written to. */
      readonly to: string;
      readonly channel: ChannelKind;
      /** The vendor's account or number id, for routing and for the log. */
      readonly providerId: string | null;
      readonly dedupeKey: string;
      readonly input: JsonObject;
      readonly contact: ContactHint;
      readonly resume?: { readonly key: string; readonly event: string; readonly output: JsonObject };
      /** The message to keep in the conversation, for inbound messages. */
      readonly message?: InboundMessage;
      /** The call to keep on record, for inbound calls. */
      readonly call?: { readonly sid: string; readonly from: string };
    }
  /** Wakes the wait with this key. */
  | {
      readonly kind: "resume";
      readonly key: string;
      readonly event: string;
      readonly output: JsonObject;
      readonly dedupeKey: string;
      /** Real use of the step's effect, e.g. minutes of a dial. */
      readonly usage?: { readonly part: string; readonly amount: number };
    }
  /** A vendor's report about an effect of ours. */
  | {
      readonly kind: "status";
      readonly effectId: string | null;
      readonly ref: string;
      readonly status: DeliveryStatus;
      readonly vendorCode?: string;
      readonly vendorMessage?: string;
      readonly refusal?: Refusal;
      readonly dedupeKey: string;
    }
  /** A call of ours ended or changed. */
  | {
      readonly kind: "call-status";
      readonly sid: string;
      readonly status: string;
      readonly durationSeconds: number | null;
      readonly dedupeKey: string;
    };

export interface ContactHint {
  /** E.164, or null for a hidden number. */
  readonly phone: string | null;
  /** The vendor's own id of the person where there is one (a business-scoped user id). */
  readonly channelUserId?: string;
  readonly name?: string;
}

export interface InboundMessage {
  readonly ref: string;
  readonly body: string;
  readonly media: readonly string[];
  readonly sentAt: string | null;
}

export interface WebhookServices {
  /**
   * Secrets that may have signed a request for this vendor account: the tenant's own and the operator's, newest first.
   * Empty when the account is not ours.
   */
  secretsOf(credential: string, account: string | null): Promise<readonly JsonObject[]>;
  /** True when `statusUrl` of this effect was signed by us. */
  isOurEffect(effectId: string, signature: string): boolean;
}

/** The answer a flow gave to a request that waits. */
export interface FlowReply {
  readonly parts: readonly Json[];
  /** `open`: the run waits for more; `ended`; `failed`: say so politely. */
  readonly state: "open" | "ended" | "failed";
  readonly locale: string;
}

export interface WebhookDefinition {
  /** Path under `/hooks/`, with `:names`: `twilio/status/:effectId`. */
  readonly path: string;
  readonly methods: readonly ("GET" | "POST")[];
  /** Who may have sent it. Anything but `{ ok: true }` stores nothing. `handshake` answers at once. */
  verify(
    request: WebhookRequest,
    services: WebhookServices,
  ): Promise<{ readonly ok: true } | { readonly ok: false } | { readonly handshake: HttpAnswer }>;
  /** Pure. @throws AppError BODY_MALFORMED when it is not what the vendor sends */
  parse(request: WebhookRequest): readonly Delivery[];
  /** What the vendor hears once everything is stored, when no flow answers. */
  readonly ack: HttpAnswer;
  /** Turns a flow's reply into the vendor's language. Absent: always `ack`. */
  answer?(reply: FlowReply): HttpAnswer;
  /** Keeps the caller in line while the flow is still busy; `url` fetches the answer. Needed with `answer`. */
  hold?(url: string): HttpAnswer;
  /** No flow for this number. Absent: `ack`. */
  unmatched?(locale: string): HttpAnswer;
}

export function defineWebhook(definition: WebhookDefinition): WebhookDefinition {
  return definition;
}

// ------------------------------------------------------------------------------------------------ credentials, emulators, plugins

export interface CredentialDefinition {
  /** `plugin.credential`, e.g. `twilio.account`. */
  readonly id: string;
  readonly title: Text;
  /** Secret fields carry `x-secret: true`. */
  readonly fields: TObject;
  /** Which field names the vendor's account, for routing: `accountSid`. Kept readable beside the sealed fields. */
  readonly accountField?: string;
  /** Says in words whether the vendor takes it. */
  test(
    fields: JsonObject,
    ctx: { readonly fetch: GuardedFetch },
  ): Promise<{ readonly ok: boolean; readonly message: string }>;
}

export function defineCredential(definition: CredentialDefinition): CredentialDefinition {
  return definition;
}

export interface EmulatorOptions {
  /** Where the engine listens; the emulator calls its webhooks there. May be set later with `pointAt`. */
  readonly publicUrl?: string;
  /** Accounts it knows: the vendor's credential fields. */
  readonly accounts: readonly JsonObject[];
  /** A file the ledger is kept in, so that it outlives the process. Absent: memory only. */
  readonly ledgerFile?: string;
  /** 0 = any free port. */
  readonly port?: number;
  /** Milliseconds between the statuses of a message and between the steps of a call; default 25. */
  readonly paceMs?: number;
}

/** A local server that speaks the vendor's wire protocol, with a ledger of everything it accepted. */
export interface Emulator {
  readonly url: string;
  /** Everything accepted, oldest first. The oracle of all tests. */
  ledger(): readonly LedgerEntry[];
  pointAt(publicUrl: string): void;
  /** Resolves when no callback or call is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface LedgerEntry {
  /** `message`, `call`, `lookup` … */
  readonly kind: string;
  /** The vendor's id: `SM…`, `CA…`, `wamid.…`. */
  readonly ref: string;
  readonly at: string;
  readonly channel?: ChannelKind;
  readonly from?: string;
  readonly to?: string;
  readonly body?: string;
  readonly status?: string;
  readonly details?: JsonObject;
}

export interface PluginDefinition {
  /** One word in kebab-case; the first half of every type it brings. */
  readonly id: string;
  readonly title: Text;
  // biome-ignore lint/suspicious/noExplicitAny: the list holds nodes of many params; each was checked where it was defined.
  readonly nodes?: readonly NodeDefinition<any, any>[];
  readonly triggers?: readonly TriggerDefinition[];
  readonly channels?: readonly ChannelDefinition[];
  readonly credentials?: readonly CredentialDefinition[];
  readonly webhooks?: readonly WebhookDefinition[];
  readonly emulator?: (options: EmulatorOptions) => Promise<Emulator>;
}

export function definePlugin(definition: PluginDefinition): PluginDefinition {
  return definition;
}
