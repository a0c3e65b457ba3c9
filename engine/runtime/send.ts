import { withNumbers } from "../core/choices.ts";
import type { JsonObject } from "../core/json.ts";
import { asLocale } from "../core/locale.ts";
import { isUserId } from "../core/written-phone.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type {
  ChannelContext,
  ChannelDefinition,
  ChannelKind,
  CheckedMessage,
  EffectOutcome,
  MessageDraft,
  MessageSize,
} from "../plugin-api.ts";
import { openAsk } from "../store/asks.ts";
import { closeWindow } from "../store/contacts.ts";
import { refsTo } from "../store/effects.ts";
import type { EffectRow, PaceRow } from "../store/runs.ts";
import { type CheckedDraft, checkedDraft, refusedBy } from "./checked-draft.ts";
import { chooseSender, type Sender } from "./choose-sender.ts";
import { firstVisit } from "./conversations-view.ts";
import type { TenantDirectory } from "./directory.ts";
import { type Intent, performOnce, type Step } from "./effects.ts";
import { type Order, performMany } from "./perform-many.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";
import { type Examined, examine } from "./send-policy.ts";
import { cacheOf } from "./tenant-cache.ts";
import { blockOf, givenAway, heeding } from "./vendor-says.ts";

/** Runs that send what somebody wrote by hand or over the API, and not what a flow says. */
const AUTHOR_OF: Readonly<Record<string, "api" | "agent">> = {
  "api.message": "api",
  "inbox.answer": "agent",
};
// A run that answers what somebody asked for (`wishes.ts`) has this trigger, which no flow can name.
export const WISH_TRIGGER = "engine.wish";
// Longer than this nobody on the line should wait for a slot.
const CALLER_WAITS_MS = 5_000;
// A number with a rate of its own may send so large a part of a second's messages at once.
const BURST_PART = 7;

/**
 * One message over one channel, as one effect. What `send-policy.ts` says is kept here, below the nodes, so that no flow can
 * get around it.
 * @throws AppError SENDER_MISSING when the tenant has no number for the channel
 */
export async function sendMessage(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  message: {
    readonly part: string;
    readonly channel: ChannelKind;
    readonly draft: MessageDraft;
    readonly now: Date;
  },
): Promise<EffectOutcome> {
  const { part, channel, now } = message;
  const line = await lineOf(runtime, segment, step, channel, message.draft);
  const addressed = await addressedOf(runtime, segment, line, message);
  const [held] = await heldBack(runtime, segment, line, { channel, now, messages: [addressed] });
  if (held) return held;
  if (message.draft.ask !== undefined && !segment.effects.has(part))
    await askOver(runtime, segment, step, line, { channel, draft: addressed.draft });
  const free = await givenAway(runtime, line, [addressed.draft], now);
  const isFree = free.has(addressed.draft);
  const { intent, act } = orderOf(runtime, segment, line, { ...addressed, channel, isFree });
  return performOnce(runtime, segment, step, part, intent, act);
}

/** [Q2] The question is on record before it leaves: whatever is answered finds its run, however early. */
async function askOver(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  { sender }: Line,
  { channel, draft }: { readonly channel: ChannelKind; readonly draft: MessageDraft },
): Promise<void> {
  await openAsk(runtime.db, {
    tenant: segment.run.tenantId,
    id: draft.ask ?? "",
    runId: segment.run.id,
    stepKey: firstVisit(segment, step.stepKey),
    channel,
    number: sender.e164,
    contact: draft.to,
    choices: draft.choices?.list ?? [],
  });
}

/**
 * Many messages over one channel, all from the sender of the first. What its policy forbids is answered without an effect.
 * @throws AppError SENDER_MISSING when the tenant has no number for the channel
 */
export async function sendMany(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  many: {
    readonly channel: ChannelKind;
    readonly messages: readonly { readonly part: string; readonly draft: MessageDraft }[];
    readonly now: Date;
    readonly random: () => number;
  },
): Promise<ReadonlyMap<string, EffectOutcome>> {
  const { channel, messages, now, random } = many;
  const [first] = messages;
  if (!first) return new Map();
  const line = await lineOf(runtime, segment, step, channel, first.draft);
  const answered = new Map<string, EffectOutcome>();
  const orders: Order[] = [];
  const addressed = await Promise.all(
    messages.map((message) => addressedOf(runtime, segment, line, { ...message, now })),
  );
  const held = await heldBack(runtime, segment, line, { channel, now, messages: addressed });
  const drafts = addressed.filter((_, index) => !held[index]).map(({ draft }) => draft);
  const free = await givenAway(runtime, line, drafts, now);
  for (const [index, message] of addressed.entries()) {
    const why = held[index];
    if (why) {
      answered.set(message.part, why);
      continue;
    }
    const { intent, act } = orderOf(runtime, segment, line, {
      ...message,
      channel,
      isFree: free.has(message.draft),
    });
    orders.push({ part: message.part, act, intent: ofMany(intent) });
  }
  return new Map([...answered, ...(await performMany(runtime, segment, step, orders, random))]);
}

/** How many messages like this one its sender lets go a second; null: as many as it is given. */
export async function messagesPerSecond(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  { channel, draft }: { readonly channel: ChannelKind; readonly draft: MessageDraft },
): Promise<number | null> {
  const { adapter, sender } = await lineOf(runtime, segment, step, channel, draft);
  if (!adapter.pace) return null;
  return (sender.perSecond ?? adapter.pace.perSecond) / adapter.units(draft);
}

/** How large a message is to its carrier; null where its channel does not say. */
export async function messageSize(
  runtime: Runtime,
  segment: Segment,
  { channel, draft }: { readonly channel: ChannelKind; readonly draft: MessageDraft },
): Promise<MessageSize | null> {
  const directory = await runtime.directory.of(segment.run.tenantId);
  const { provider } = chooseSender(directory, segment, channel, draft);
  const adapter = runtime.registry.channel(provider, channel);
  return adapter?.measure?.(asShown(adapter, { ...draft, files: [], headerFile: null })) ?? null;
}

/** Nobody on the line waits for one of many. */
function ofMany({ pace, ...intent }: Intent): Intent {
  if (!pace) return { ...intent, ofMany: true };
  const { maxWaitMs, ...slots } = pace;
  return { ...intent, ofMany: true, pace: slots };
}

/** Providers of the tenant's numbers that reach people by the vendor's id alone. Where none does, the policy says so. */
function knowingUserIds(
  { registry }: Runtime,
  { numbers }: TenantDirectory,
  channel: ChannelKind,
): { readonly providers?: readonly string[] } {
  const all = [...new Set(numbers.map(({ provider }) => provider))];
  const providers = all.filter((provider) => registry.channel(provider, channel)?.userIds === true);
  return providers.length === 0 ? {} : { providers };
}

/** Who sends, over whose channel, and with which credential. */
interface Line {
  readonly directory: TenantDirectory;
  readonly sender: Sender;
  readonly adapter: ChannelDefinition;
  readonly context: ChannelContext;
}

async function lineOf(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  channel: ChannelKind,
  draft: MessageDraft,
): Promise<Line> {
  const { tenantId } = segment.run;
  const directory = await runtime.directory.of(tenantId);
  const sender = chooseSender(directory, segment, channel, {
    ...draft,
    ...(isUserId(draft.to) ? knowingUserIds(runtime, directory, channel) : {}),
  });
  const adapter = runtime.registry.channel(sender.provider, channel);
  if (!adapter)
    throw new AppError(
      "SENDER_MISSING",
      `The number ${sender.e164} is with "${sender.provider}", which has no ${channel} channel installed.`,
      { channel },
    );
  const credential = await runtime.secrets.open(tenantId, adapter.credential);
  const { fetch, log } = runtime;
  const cache = cacheOf(runtime.db, tenantId);
  const context = { signal: step.signal, fetch, log, credential, attempt: 0, cache };
  return { directory, sender, adapter, context };
}

interface Addressed extends CheckedDraft {
  readonly part: string;
}

async function addressedOf(
  runtime: Runtime,
  segment: Segment,
  { adapter }: Line,
  { part, draft, now }: { readonly part: string; readonly draft: MessageDraft; readonly now: Date },
): Promise<Addressed> {
  return { part, ...(await checkedDraft(runtime, { tenantId: segment.run.tenantId, adapter, draft, now })) };
}

/**
 * What keeps each of the messages from being sent now; null: nothing. Looked at before an effect is there, and again when
 * one that waited leaves [E9].
 */
async function heldBack(
  runtime: Runtime,
  segment: Segment,
  { directory, sender, adapter }: Line,
  many: { readonly channel: ChannelKind; readonly now: Date; readonly messages: readonly Addressed[] },
): Promise<readonly (EffectOutcome | null)[]> {
  const { channel, now, messages } = many;
  const held = new Map<string, EffectOutcome | null>();
  const leaving = messages.filter(({ part, draft }) => {
    if (!isToLeave(segment, part)) return false;
    const block = blockOf(sender, draft, now);
    if (block) held.set(part, block);
    return block === null;
  });
  const examined: Examined = {
    directory,
    adapter,
    channel,
    from: sender.e164,
    drafts: leaving.map(({ draft }) => draft),
    now,
    locale: asLocale(segment.graph.flow.settings.locale ?? directory.tenant.locale),
    answers: segment.run.triggerType === WISH_TRIGGER ? segment.run.contactPhone : null,
  };
  const found = await examine(runtime, examined);
  for (const [index, { part, objection }] of leaving.entries())
    held.set(part, found[index] ?? (objection && refusedBy(objection)));
  for (const [part, policy] of held) {
    const known = segment.effects.get(part);
    if (policy && known) segment.recordOutcome({ id: known.id, state: "refused", outcome: { ...policy } });
  }
  return messages.map(({ part }) => held.get(part) ?? null);
}

function isToLeave(segment: Segment, part: string): boolean {
  const known = segment.effects.get(part);
  return !known || known.state === "planned" || known.state === "retrying";
}

/** The effect a message is. */
function orderOf(
  runtime: Runtime,
  segment: Segment,
  { sender, adapter, context }: Line,
  message: Addressed & { readonly channel: ChannelKind; readonly isFree: boolean },
): Omit<Order, "part"> {
  const { channel, isFree } = message;
  const draft = asShown(adapter, message.draft);
  const units = draft.native?.units ?? adapter.units(draft);
  const written = draft.template?.text ?? draft.native?.text ?? draft.text ?? "";
  // What is kept must be what was sent: a message whose answer was lost is looked for by its words.
  const body = draft.smartEncoding && adapter.measure ? adapter.measure(draft).text : written;
  return {
    intent: {
      kind: "message",
      provider: sender.provider,
      channel,
      to: draft.to,
      from: adapter.sentFrom?.(draft, sender.view) ?? sender.e164,
      body,
      charge: { meter: adapter.meter, amount: isFree ? 0 : units },
      ...(draft.onDoubt ? { onDoubt: draft.onDoubt } : {}),
      details: detailsOf(segment, draft),
      ...paceOf(adapter, segment, { units, perSecond: sender.perSecond }),
      message: {
        id: newId("message"),
        numberId: sender.numberId,
        media: draft.media ?? [],
        templateKey: draft.template?.key ?? null,
        storeId: draft.storeId ?? null,
        simulated: runtime.settings.simulatedProviders.includes(sender.provider),
      },
      ...finderOf(runtime, segment.run.tenantId, adapter, context),
    },
    async act(ticket) {
      const from = { ...sender.view, channel, tenant: segment.run.tenantId };
      const outcome = await heeding(runtime, from, () =>
        adapter.send(
          { ...draft, from: sender.view, effectId: ticket.effectId, statusUrl: ticket.statusUrl },
          { ...context, signal: ticket.signal, attempt: ticket.attempt },
        ),
      );
      if (outcome.state === "refused" && outcome.reason === "outside_window")
        await closeWindow(runtime.db, segment.run.tenantId, {
          person: draft.to,
          channel,
          number: sender.e164,
        });
      return outcome;
    },
  };
}

/** [Q1] Choices that the channel cannot show become numbered lines of the text. */
function asShown(adapter: ChannelDefinition, draft: CheckedMessage): CheckedMessage {
  const { choices, ...plain } = draft;
  if (!choices || adapter.showsChoices?.(draft)) return draft;
  const { text, template } = plain;
  if (template)
    return { ...plain, template: { ...template, text: withNumbers(template.text, choices.list) } };
  return { ...plain, text: withNumbers(text ?? "", choices.list) };
}

/** What the record keeps beside the message: what it is about, what it asks, and who wrote it. */
function detailsOf({ run, state }: Segment, { reference, ask }: MessageDraft): JsonObject {
  const author = AUTHOR_OF[run.triggerType];
  const by = state.trigger.by;
  return {
    ...(reference ? { module: reference.module, recordId: reference.recordId } : {}),
    ...(ask === undefined ? {} : { ask }),
    ...(author === undefined ? {} : { author }),
    ...(author !== undefined && typeof by === "string" ? { authorId: by } : {}),
  };
}

/** What the vendor lets this number send; a number may have a rate of its own. */
function paceOf(
  { pace }: ChannelDefinition,
  segment: Segment,
  { units, perSecond }: { readonly units: number; readonly perSecond: number | null },
): { pace?: PaceRow } {
  if (!pace) return {};
  const onLine = segment.state.exchange !== null;
  const own =
    perSecond === null ? {} : { perSecond, burst: Math.max(pace.burst, Math.ceil(perSecond / BURST_PART)) };
  return { pace: { ...pace, ...own, units, ...(onLine ? { maxWaitMs: CALLER_WAITS_MS } : {}) } };
}

function finderOf(runtime: Runtime, tenantId: string, adapter: ChannelDefinition, context: ChannelContext) {
  const { find } = adapter;
  if (!find) return {};
  return {
    find: async (lost: EffectRow) =>
      find(
        {
          effectId: lost.id,
          to: lost.to ?? "",
          from: lost.from ?? "",
          body: lost.body ?? "",
          // Of several tries any may be the one that arrived.
          sentAfter: new Date(lost.resends > 0 ? lost.firstAt : lost.sentAt),
          known: new Set(await refsTo(runtime.db, tenantId, lost)),
        },
        { ...context, signal: AbortSignal.timeout(10_000) },
      ),
  };
}
