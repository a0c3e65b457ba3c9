import { localMoment } from "../core/local-moment.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type {
  ChannelContext,
  ChannelDefinition,
  ChannelKind,
  CheckedMessage,
  EffectOutcome,
  MessageDraft,
  Objection,
  SenderView,
} from "../plugin-api.ts";
import { recipientOf } from "../store/contacts.ts";
import { refsTo } from "../store/effects.ts";
import { readCached, writeCached } from "../store/lookup-cache.ts";
import type { TenantRow } from "../store/routing.ts";
import type { EffectRow, PaceRow } from "../store/runs.ts";
import type { TenantDirectory } from "./directory.ts";
import { type Intent, performOnce, type Step } from "./effects.ts";
import { filesOf } from "./outbound-files.ts";
import { type Order, performMany } from "./perform-many.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";
import { isObjection, templateOnLine } from "./template-line.ts";

const HOUR_MS = 3_600_000;
// Longer than this nobody on the line should wait for a slot.
const CALLER_WAITS_MS = 5_000;
// A number with a rate of its own may send so large a part of a second's messages at once.
const BURST_PART = 7;

/**
 * One message over one channel, as one effect. Consent, quiet hours and the 24-hour window are kept here, below the
 * nodes, so that no flow can get around them.
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
  const { part, channel, draft } = message;
  const line = await lineOf(runtime, segment, step, channel, draft);
  const order = await orderOf(runtime, segment, line, message);
  if ("state" in order) return order;
  return performOnce(runtime, segment, step, part, order.intent, order.act);
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
  const prepared = await Promise.all(
    messages.map((message) => orderOf(runtime, segment, line, { ...message, channel, now })),
  );
  for (const [index, order] of prepared.entries()) {
    const part = messages[index]?.part ?? "";
    if ("state" in order) answered.set(part, order);
    else orders.push({ part, act: order.act, intent: ofMany(order.intent) });
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

/** Nobody on the line waits for one of many. */
function ofMany({ pace, ...intent }: Intent): Intent {
  if (!pace) return { ...intent, ofMany: true };
  const { maxWaitMs, ...slots } = pace;
  return { ...intent, ofMany: true, pace: slots };
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
  const sender = chooseSender(directory, segment, channel, draft);
  const adapter = runtime.registry.channel(sender.provider, channel);
  if (!adapter)
    throw new AppError(
      "SENDER_MISSING",
      `The number ${sender.e164} is with "${sender.provider}", which has no ${channel} channel installed.`,
      { channel },
    );
  const credential = await runtime.secrets.open(tenantId, adapter.credential);
  const { fetch, log } = runtime;
  const cache = cacheOf(runtime, tenantId);
  const context = { signal: step.signal, fetch, log, credential, attempt: 0, cache };
  return { directory, sender, adapter, context };
}

function cacheOf({ db }: Runtime, tenantId: string): ChannelContext["cache"] {
  return {
    get: (kind, key) => readCached(db, tenantId, kind, key),
    put: (kind, key, value, ttlMs) => writeCached(db, tenantId, { kind, key, value, ttlMs }),
  };
}

/** The effect a message is, or what keeps it from being sent now. */
async function orderOf(
  runtime: Runtime,
  segment: Segment,
  { directory, sender, adapter, context }: Line,
  message: {
    readonly part: string;
    readonly channel: ChannelKind;
    readonly draft: MessageDraft;
    readonly now: Date;
  },
): Promise<EffectOutcome | Omit<Order, "part">> {
  const { part, channel } = message;
  const checked = await checkedMessage(runtime, segment.run.tenantId, adapter, message);
  const known = segment.effects.get(part);
  if (!known || known.state === "planned" || known.state === "retrying") {
    const against = isMessage(checked)
      ? await againstPolicy(runtime, directory.tenant, adapter, { ...message, from: sender.e164 })
      : refusedBy(checked);
    if (against && known) segment.recordOutcome({ id: known.id, state: "refused", outcome: { ...against } });
    if (against) return against;
  }
  // What has left stays what it was, whatever its template or file is by now.
  const draft = isMessage(checked) ? checked : { ...message.draft, files: [], headerFile: null };
  const units = adapter.units(draft);
  const body = draft.template?.text ?? draft.text ?? "";
  return {
    intent: {
      kind: "message",
      provider: sender.provider,
      channel,
      to: draft.to,
      from: sender.e164,
      body,
      charge: { meter: adapter.meter, amount: units },
      ...(draft.onDoubt ? { onDoubt: draft.onDoubt } : {}),
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
    act: (ticket) =>
      adapter.send(
        { ...draft, from: sender.view, effectId: ticket.effectId, statusUrl: ticket.statusUrl },
        { ...context, signal: ticket.signal, attempt: ticket.attempt },
      ),
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

/** [L3] [L4] [L10] The message in the words of this line and with what is known of its files, or what stands against it. */
async function checkedMessage(
  runtime: Runtime,
  tenantId: string,
  adapter: ChannelDefinition,
  { draft, now }: { readonly draft: MessageDraft; readonly now: Date },
): Promise<CheckedMessage | Objection> {
  const template = draft.template && templateOnLine(draft.template, adapter);
  if (template && isObjection(template)) return template;
  const worded: MessageDraft = template ? { ...draft, template } : draft;
  const files = await filesOf(runtime, { tenantId, adapter, draft: worded, now });
  if ("code" in files) return files;
  const checked = { ...worded, ...files };
  return adapter.objection?.(checked) ?? checked;
}

function isMessage(checked: CheckedMessage | Objection): checked is CheckedMessage {
  return "files" in checked;
}

function refusedBy({ code, message }: Objection): EffectOutcome {
  return { state: "refused", reason: "bad_content", vendorCode: code, message };
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

interface Sender {
  readonly view: SenderView;
  readonly numberId: string;
  readonly e164: string;
  readonly provider: string;
  /** A rate of its own; null: its channel's. */
  readonly perSecond: number | null;
}

/** The number that was asked for, else the one of the store, else the one the run came in by, else the first that can. */
function chooseSender(
  directory: TenantDirectory,
  segment: Segment,
  channel: ChannelKind,
  draft: MessageDraft,
): Sender {
  const able = directory.numbers.filter((number) => number[channel]);
  const row =
    able.find((number) => number.id === draft.fromNumberId) ??
    (draft.storeId === undefined ? undefined : able.find((number) => number.store_id === draft.storeId)) ??
    able.find((number) => number.id === segment.run.numberId) ??
    // A number of the tenant itself before one that speaks for another shop.
    able.find((number) => number.store_id === null) ??
    able[0];
  if (!row || (draft.fromNumberId !== undefined && row.id !== draft.fromNumberId)) {
    throw new AppError(
      "SENDER_MISSING",
      `No number of this tenant can send over ${channel}${draft.fromNumberId ? ` with id ${draft.fromNumberId}` : ""}; assign one under numbers.`,
      { channel },
    );
  }
  const { e164, provider } = row;
  const view = { numberId: row.id, e164, provider, providerId: row.provider_id };
  return { view, numberId: row.id, e164, provider, perSecond: row.pace_per_second };
}

async function againstPolicy(
  runtime: Runtime,
  tenant: TenantRow,
  adapter: ChannelDefinition,
  message: {
    readonly channel: ChannelKind;
    readonly draft: MessageDraft;
    readonly now: Date;
    readonly from: string;
  },
): Promise<EffectOutcome | null> {
  const { channel, draft, now } = message;
  const recipient = await recipientOf(runtime.db, tenant.id, draft.to, channel, message.from);
  if (recipient.optedOut) {
    return {
      state: "refused",
      reason: "opted_out",
      vendorCode: "",
      message: `${draft.to} asked not to be written to over ${channel}.`,
    };
  }
  const quietUntil = draft.purpose === "service" ? null : endOfQuietHours(tenant, now);
  if (quietUntil) return { state: "quiet_hours", until: quietUntil };
  if (
    adapter.windowHours !== undefined &&
    !draft.template &&
    !isWindowOpen(recipient.lastInboundAt, adapter.windowHours, now)
  ) {
    return {
      state: "refused",
      reason: "outside_window",
      vendorCode: "",
      message: `${draft.to} has not written within ${adapter.windowHours} hours; only a template can be sent.`,
    };
  }
  return null;
}

function isWindowOpen(lastInboundAt: string | null, hours: number, now: Date): boolean {
  return lastInboundAt !== null && now.getTime() - Date.parse(lastInboundAt) < hours * HOUR_MS;
}

/** `HH:MM` when quiet hours end, in the tenant's zone, or null outside them. They may span midnight. */
function endOfQuietHours(tenant: TenantRow, now: Date): string | null {
  const quiet = tenant.settings.quietHours as { readonly from?: string; readonly to?: string } | undefined;
  if (!quiet?.from || !quiet.to) return null;
  const { time } = localMoment(now, tenant.timezone);
  const inside =
    quiet.from <= quiet.to ? time >= quiet.from && time < quiet.to : time >= quiet.from || time < quiet.to;
  return inside ? quiet.to : null;
}
