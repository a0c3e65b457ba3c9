import { localMoment } from "../core/local-moment.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type {
  ChannelContext,
  ChannelDefinition,
  ChannelKind,
  EffectOutcome,
  MessageDraft,
  SenderView,
} from "../plugin-api.ts";
import { recipientOf } from "../store/contacts.ts";
import { refsTo } from "../store/effects.ts";
import type { TenantRow } from "../store/routing.ts";
import type { EffectRow, PaceRow } from "../store/runs.ts";
import type { TenantDirectory } from "./directory.ts";
import { performOnce, type Step } from "./effects.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

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
  const known = segment.effects.get(part);
  if (!known || known.state === "planned" || known.state === "retrying") {
    const policy = await againstPolicy(runtime, directory.tenant, adapter, { ...message, from: sender.e164 });
    if (policy && known) segment.recordOutcome({ id: known.id, state: "refused", outcome: { ...policy } });
    if (policy) return policy;
  }
  const credential = await runtime.secrets.open(tenantId, adapter.credential);
  const { fetch, log } = runtime;
  const context: ChannelContext = { signal: step.signal, fetch, log, credential, attempt: 0 };
  const units = adapter.units(draft);
  const body = draft.template?.text ?? draft.text ?? "";
  return performOnce(
    runtime,
    segment,
    step,
    part,
    {
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
      ...finderOf(runtime, tenantId, adapter, context),
    },
    (ticket) =>
      adapter.send(
        { ...draft, from: sender.view, effectId: ticket.effectId, statusUrl: ticket.statusUrl },
        { ...context, signal: ticket.signal, attempt: ticket.attempt },
      ),
  );
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
