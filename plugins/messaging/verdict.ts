/** How a message came out over one channel, in the words of `attempts`. */
import {
  AppError,
  type DeliveryStatus,
  type EffectOutcome,
  type JsonObject,
  type NodeContext,
} from "../../engine/plugin-api.ts";
import type { Attempt, DeliveryParams, TextChannel } from "./delivery-schema.ts";

const DEFAULT_CONFIRM_MS = 5000;

export type Accepted = Extract<EffectOutcome, { state: "accepted" }>;

/** How one channel came out. `unconfirmed` and `failed` go on to the next channel. */
export type Verdict =
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

/** What the outcome of an effect means for the channel. @throws AppError EFFECT_IN_DOUBT when nobody knows whether it left */
export function judge(
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

const UNWANTED: readonly (string | null)[] = ["opted_out", "no_consent"];

/** Credits come first, because somebody can act on them; opted out only when the person wants it nowhere. */
export function failurePort(
  attempts: readonly Attempt[],
): "insufficient_credits" | "opted_out" | "undeliverable" {
  if (attempts.some(({ result }) => result === "insufficient_credits")) return "insufficient_credits";
  return attempts.every(({ reason }) => UNWANTED.includes(reason)) ? "opted_out" : "undeliverable";
}

export function attempt(
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

/** Why the vendor could not deliver what it had accepted. */
function failedAttempt(channel: TextChannel, outcome: Accepted): Attempt {
  const failure = (outcome.data?.failure ?? {}) as { readonly reason?: string; readonly vendorCode?: string };
  return attempt(channel, "failed", failure.reason ?? "not_delivered", failure.vendorCode || null);
}
