/**
 * Sends one message over the first channel that takes it.
 *
 *   D1 channels are tried in the author's order, each as an effect of its own named after the channel, so a repeated step
 *      finds what it already sent instead of sending again
 *   D2 a channel that refuses, or reports a failure, gives way to the next; the reason is kept in `attempts`
 *   D3 a message that was accepted but not confirmed in time gives way only where the author wants that, and still counts
 *      as sent when no other channel carried it: it may yet arrive
 *   D4 a message of which nobody knows whether it left is never followed by a second one
 *   D5 over WhatsApp, what the tenant wants tried again is sent again after its delay, as an effect of its own, before it
 *      gives way; its rule also says to which channel
 */
import { DateTime } from "luxon";
import {
  AppError,
  again,
  type DeliveryStatus,
  type EffectOutcome,
  type JsonObject,
  type MessageDraft,
  type NodeContext,
  next,
  type RetryRule,
  retryRuleFor,
  retryWaitMs,
  sizeWarning,
} from "../../engine/plugin-api.ts";
import type { Attempt, DeliveryParams, TextChannel } from "./delivery-schema.ts";

const DEFAULT_CHANNELS: readonly TextChannel[] = ["whatsapp", "sms"];
const DEFAULT_CONFIRM_MS = 5000;

/** What the message says; the rest of a draft comes from the parameters. */
export type Content = Pick<MessageDraft, "text" | "media" | "template">;

type Accepted = Extract<EffectOutcome, { state: "accepted" }>;

/** How one channel came out. `unconfirmed` and `failed` go on to the next channel. */
type Verdict =
  | { readonly kind: "sent" | "unconfirmed"; readonly outcome: Accepted }
  | {
      readonly kind: "pending";
      readonly until: Date;
      readonly keys: readonly string[];
      readonly memory?: JsonObject;
    }
  | { readonly kind: "quiet_hours"; readonly until: string }
  /** `tried`: it got as far as the vendor. */
  | { readonly kind: "failed"; readonly attempt: Attempt; readonly tried: boolean };

/** How one channel came out at last. `goOn` is what the tenant wants after a failure. */
type Settled = {
  readonly verdict: Verdict;
  readonly goOn: RetryRule["fallThrough"];
  readonly failures: readonly Attempt[];
};

interface Sent {
  readonly channel: TextChannel;
  readonly outcome: Accepted;
}

/**
 * Leaves by `sent`, `undeliverable`, `opted_out`, `quiet_hours` or `insufficient_credits`, or sleeps until the vendor
 * reports.
 * @throws AppError EFFECT_IN_DOUBT when it stays unknown whether a message left
 */
export async function deliver(ctx: NodeContext, params: DeliveryParams, content: Content) {
  const text = content.template?.text ?? content.text ?? "";
  const channels = [...new Set(params.channels ?? DEFAULT_CHANNELS)];
  const to = recipientOf(ctx, params.to);
  if (to === null)
    return next("undeliverable", {
      text,
      attempts: channels.map((channel) => attempt(channel, "refused", "no_recipient")),
    });

  const draft = draftOf(ctx, params, content, to);
  const attempts: Attempt[] = [];
  const open = [...channels];
  let unconfirmed: Sent | null = null;
  for (let channel = open.shift(); channel !== undefined; channel = open.shift()) {
    const { verdict, goOn, failures } = await settleChannel(ctx, params, channel, draft);
    attempts.push(...failures);
    switch (verdict.kind) {
      case "sent":
        attempts.push(attempt(channel, "accepted"));
        return leaveSent(ctx, { channel, outcome: verdict.outcome }, { attempts, draft, params });
      case "pending":
        return again(verdict.until, verdict.keys, verdict.memory);
      case "quiet_hours":
        if (params.whenQuiet === "wait") return again(new Date(verdict.until), []);
        return next("quiet_hours", { text, attempts, until: verdict.until });
      case "unconfirmed":
        attempts.push(attempt(channel, "unconfirmed"));
        unconfirmed ??= { channel, outcome: verdict.outcome };
        break;
      case "failed":
        attempts.push(verdict.attempt);
        if (goOn === "none") open.length = 0;
        if (goOn === "sms" && channel !== "sms" && !channels.includes("sms")) open.unshift("sms");
    }
  }
  if (unconfirmed !== null) return leaveSent(ctx, unconfirmed, { attempts, draft, params });
  return next(failurePort(attempts), { text, attempts });
}

/** Null where it is time to send; else the step sleeps until it is. */
export function notYet(ctx: NodeContext, { sendAt }: Pick<DeliveryParams, "sendAt">) {
  const said = sendAt?.trim() ?? "";
  if (said === "") return null;
  const at = momentOf(said, ctx.timezone);
  if (at === null) {
    const message = `${ctx.nodeId}: "sendAt" is "${said}"; expected a date and time such as 2026-11-21T09:00 or 2026-11-21T14:00:00Z`;
    throw new AppError("PARAMS_INVALID", message, { nodeId: ctx.nodeId, sendAt: said });
  }
  return at > ctx.now ? again(at, []) : null;
}

/** [D5] Sends over one channel until it is taken, or not to be tried again. */
async function settleChannel(
  ctx: NodeContext,
  params: DeliveryParams,
  channel: TextChannel,
  draft: MessageDraft,
): Promise<Settled> {
  const failures: Attempt[] = [];
  for (let time = 1; ; time++) {
    const verdict = await tryChannel(ctx, params, { channel, part: partOf(channel, time), draft });
    if (verdict.kind !== "failed" || channel !== "whatsapp") return { verdict, goOn: "next", failures };
    const rule = retryRuleFor(ctx.policy.whatsappRetries, verdict.attempt);
    if (!verdict.tried || time > rule.times) return { verdict, goOn: rule.fallThrough, failures };
    const pause = pauseBefore(ctx, partOf(channel, time + 1), retryWaitMs(rule, time));
    if (pause !== null) return { verdict: pause, goOn: "next", failures };
    failures.push(verdict.attempt);
  }
}

/** The moment of the next try is kept when its wait begins; null: it has come. */
function pauseBefore(ctx: NodeContext, part: string, waitMs: number): Verdict | null {
  const kept = ctx.children.memory ?? {};
  const known = kept[part];
  const until = typeof known === "string" ? new Date(known) : new Date(ctx.now.getTime() + waitMs);
  if (until <= ctx.now) return null;
  return { kind: "pending", until, keys: [], memory: { ...kept, [part]: until.toISOString() } };
}

/** The first try is named after its channel alone. */
function partOf(channel: TextChannel, time: number): string {
  return time === 1 ? channel : `${channel} ${time}`;
}

async function tryChannel(
  ctx: NodeContext,
  params: DeliveryParams,
  {
    channel,
    part,
    draft,
  }: { readonly channel: TextChannel; readonly part: string; readonly draft: MessageDraft },
): Promise<Verdict> {
  try {
    return judge(ctx, params, channel, await ctx.send(part, channel, draft));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "SENDER_MISSING") throw error;
    return { kind: "failed", attempt: attempt(channel, "no_sender", "no_sender", error.code), tried: false };
  }
}

function judge(
  ctx: NodeContext,
  params: DeliveryParams,
  channel: TextChannel,
  outcome: EffectOutcome,
): Verdict {
  switch (outcome.state) {
    case "accepted":
      return judgeAccepted(ctx, params, channel, outcome);
    case "refused":
      return {
        kind: "failed",
        attempt: refusedAttempt(channel, outcome),
        tried: outcome.effectId !== undefined,
      };
    case "insufficient_credits":
      return {
        kind: "failed",
        attempt: attempt(channel, "insufficient_credits", outcome.meter),
        tried: false,
      };
    case "quiet_hours":
      return { kind: "quiet_hours", until: outcome.until };
    case "unresolved": {
      const message = `${ctx.nodeId}: nobody knows whether the ${channel} message left; expected an answer or a report of the vendor`;
      throw new AppError("EFFECT_IN_DOUBT", message, { channel, effectId: outcome.effectId });
    }
  }
}

function judgeAccepted(
  ctx: NodeContext,
  params: DeliveryParams,
  channel: TextChannel,
  outcome: Accepted,
): Verdict {
  if (outcome.status === "failed")
    return { kind: "failed", attempt: failedAttempt(channel, outcome), tried: true };
  if (isConfirmed(outcome.status, params.confirm ?? "accepted")) return { kind: "sent", outcome };
  const acceptedAt = outcome.reportedAt === undefined ? ctx.now : new Date(outcome.reportedAt);
  const until = new Date(acceptedAt.getTime() + (params.confirmWithinMs ?? DEFAULT_CONFIRM_MS));
  if (ctx.now < until) {
    return {
      kind: "pending",
      until,
      keys: outcome.effectId === undefined ? [] : [`effect:${outcome.effectId}`],
    };
  }
  return { kind: params.onSilence === "next_channel" ? "unconfirmed" : "sent", outcome };
}

const REACHED: Readonly<Record<"accepted" | "sent" | "delivered", readonly DeliveryStatus[]>> = {
  accepted: ["queued", "sent", "delivered", "read"],
  sent: ["sent", "delivered", "read"],
  delivered: ["delivered", "read"],
};

function isConfirmed(status: DeliveryStatus, wanted: keyof typeof REACHED): boolean {
  return REACHED[wanted].includes(status);
}

async function leaveSent(
  ctx: NodeContext,
  { channel, outcome }: Sent,
  how: { readonly attempts: Attempt[]; readonly draft: MessageDraft; readonly params: DeliveryParams },
) {
  const { attempts, draft, params } = how;
  const { ref, status, effectId } = outcome;
  const text = draft.template?.text ?? draft.text ?? "";
  const size = channel === "sms" ? await ctx.messageSize(channel, draft) : null;
  const warning = size && sizeWarning(size, ctx.locale);
  return next("sent", {
    channel,
    messageId: effectId ?? null,
    ref,
    status,
    text,
    attempts,
    ...(size === null ? {} : { segments: size.segments, encoding: size.encoding }),
    ...(warning === null ? {} : { warning }),
    ...(params.trackLinks ? { linksKey: `click:${ctx.stepKey}` } : {}),
  });
}

const UNWANTED: readonly (string | null)[] = ["opted_out", "no_consent"];

/** Credits come first, because somebody can act on them; opted out only when the person wants it nowhere. */
function failurePort(attempts: readonly Attempt[]): "insufficient_credits" | "opted_out" | "undeliverable" {
  if (attempts.some(({ result }) => result === "insufficient_credits")) return "insufficient_credits";
  return attempts.every(({ reason }) => UNWANTED.includes(reason)) ? "opted_out" : "undeliverable";
}

function attempt(
  channel: TextChannel,
  result: Attempt["result"],
  reason: string | null = null,
  code: string | null = null,
): Attempt {
  return { channel, result, reason, code };
}

function refusedAttempt(
  channel: TextChannel,
  { reason, vendorCode, message }: Extract<EffectOutcome, { state: "refused" }>,
): Attempt {
  return { ...attempt(channel, "refused", reason, vendorCode || null), ...(message ? { message } : {}) };
}

/** A time without a date would be read against the machine's clock, which a recomputed step may not use. */
function momentOf(text: string, timezone: string): Date | null {
  const moment = /^\d{4}/.test(text) ? DateTime.fromISO(text, { zone: timezone }) : null;
  return moment?.isValid ? moment.toJSDate() : null;
}

/** Why the vendor could not deliver what it had accepted. */
function failedAttempt(channel: TextChannel, outcome: Accepted): Attempt {
  const failure = (outcome.data?.failure ?? {}) as { readonly reason?: string; readonly vendorCode?: string };
  return attempt(channel, "failed", failure.reason ?? "not_delivered", failure.vendorCode || null);
}

/** The number chosen, else the contact's; null for a hidden number. */
export function recipientOf(ctx: NodeContext, chosen: string | undefined): string | null {
  const phone = chosen?.trim() || ctx.contact.phone;
  return typeof phone === "string" && phone !== "" ? phone : null;
}

/** What the parameters say about a message, whoever gets it. */
export function draftOf(
  ctx: NodeContext,
  params: Pick<DeliveryParams, "purpose" | "onDoubt" | "fromNumber" | "smartEncoding">,
  content: Content,
  to: string,
): MessageDraft {
  return {
    to,
    ...content,
    purpose: params.purpose ?? "service",
    ...(params.smartEncoding ? { smartEncoding: true } : {}),
    ...(params.onDoubt === "resend" ? { onDoubt: params.onDoubt } : {}),
    ...(params.fromNumber ? { fromNumberId: params.fromNumber } : {}),
    ...(ctx.store === null ? {} : { storeId: ctx.store.id }),
  };
}
