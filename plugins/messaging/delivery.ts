/**
 * Sends one message over the first channel that takes it.
 *
 *   D1 channels are tried in the author's order, each as an effect of its own named after the channel, so a repeated step
 *      finds what it already sent instead of sending again
 *   D2 a channel that refuses, or reports a failure, gives way to the next; the reason is kept in `attempts`
 *   D3 a message that was accepted but not confirmed in time gives way only where the author wants that, and still counts
 *      as sent when no other channel carried it: it may yet arrive
 *   D4 a message of which nobody knows whether it left is never followed by a second one
 */
import {
  AppError,
  again,
  type DeliveryStatus,
  type EffectOutcome,
  type MessageDraft,
  type NodeContext,
  next,
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
  | { readonly kind: "pending"; readonly until: Date; readonly keys: readonly string[] }
  | { readonly kind: "quiet_hours"; readonly until: string }
  | { readonly kind: "failed"; readonly attempt: Attempt };

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
  let unconfirmed: Sent | null = null;
  for (const channel of channels) {
    const verdict = await tryChannel(ctx, params, channel, draft);
    switch (verdict.kind) {
      case "sent":
        attempts.push(attempt(channel, "accepted"));
        return leaveSent({ channel, outcome: verdict.outcome }, attempts, text);
      case "pending":
        return again(verdict.until, verdict.keys);
      case "quiet_hours":
        return next("quiet_hours", { text, attempts, until: verdict.until });
      case "unconfirmed":
        attempts.push(attempt(channel, "unconfirmed"));
        unconfirmed ??= { channel, outcome: verdict.outcome };
        break;
      case "failed":
        attempts.push(verdict.attempt);
    }
  }
  if (unconfirmed !== null) return leaveSent(unconfirmed, attempts, text);
  return next(failurePort(attempts), { text, attempts });
}

async function tryChannel(
  ctx: NodeContext,
  params: DeliveryParams,
  channel: TextChannel,
  draft: MessageDraft,
): Promise<Verdict> {
  try {
    return judge(ctx, params, channel, await ctx.send(channel, channel, draft));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "SENDER_MISSING") throw error;
    return { kind: "failed", attempt: attempt(channel, "no_sender", "no_sender", error.code) };
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
      return { kind: "failed", attempt: refusedAttempt(channel, outcome) };
    case "insufficient_credits":
      return { kind: "failed", attempt: attempt(channel, "insufficient_credits", outcome.meter) };
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
  if (outcome.status === "failed") return { kind: "failed", attempt: failedAttempt(channel, outcome) };
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

function leaveSent({ channel, outcome }: Sent, attempts: Attempt[], text: string) {
  const { ref, status, effectId } = outcome;
  return next("sent", { channel, messageId: effectId ?? null, ref, status, text, attempts });
}

/** Credits come first, because somebody can act on them; opted out only when that was the reason everywhere. */
function failurePort(attempts: readonly Attempt[]): "insufficient_credits" | "opted_out" | "undeliverable" {
  if (attempts.some(({ result }) => result === "insufficient_credits")) return "insufficient_credits";
  return attempts.every(({ reason }) => reason === "opted_out") ? "opted_out" : "undeliverable";
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
  const line = attempt(channel, "refused", reason, vendorCode);
  // What is wrong with the content somebody can put right: said in words.
  return reason === "bad_content" ? { ...line, detail: message } : line;
}

/** Why the vendor could not deliver what it had accepted. */
function failedAttempt(channel: TextChannel, outcome: Accepted): Attempt {
  const failure = (outcome.data?.failure ?? {}) as { readonly reason?: string; readonly vendorCode?: string };
  return attempt(channel, "failed", failure.reason ?? "not_delivered", failure.vendorCode || null);
}

/** The number chosen, else the contact's; null for a hidden number. */
function recipientOf(ctx: NodeContext, chosen: string | undefined): string | null {
  const phone = chosen?.trim() || ctx.contact.phone;
  return typeof phone === "string" && phone !== "" ? phone : null;
}

/** What the parameters say about a message, whoever gets it. */
export function draftOf(
  ctx: NodeContext,
  params: Pick<DeliveryParams, "purpose" | "onDoubt" | "fromNumber">,
  content: Content,
  to: string,
): MessageDraft {
  return {
    to,
    ...content,
    purpose: params.purpose ?? "service",
    ...(params.onDoubt === "resend" ? { onDoubt: params.onDoubt } : {}),
    ...(params.fromNumber ? { fromNumberId: params.fromNumber } : {}),
    ...(ctx.store === null ? {} : { storeId: ctx.store.id }),
  };
}
