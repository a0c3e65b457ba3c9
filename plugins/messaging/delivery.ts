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
  type MessageDraft,
  type NodeContext,
  next,
  type RetryRule,
  retryRuleFor,
  retryWaitMs,
  sizeWarning,
} from "../../engine/plugin-api.ts";
import type { Attempt, DeliveryParams, TextChannel } from "./delivery-schema.ts";
import { type Accepted, attempt, failurePort, judge, type Verdict } from "./verdict.ts";

const DEFAULT_CHANNELS: readonly TextChannel[] = ["whatsapp", "sms"];

/** What the message says; the rest of a draft comes from the parameters. */
export type Content = Pick<MessageDraft, "text" | "media" | "template" | "choices" | "ask">;

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

/** A message that some channel carried. */
export interface Carried extends Sent {
  readonly attempts: readonly Attempt[];
  readonly draft: MessageDraft;
}

/** What became of a message: carried, or how the step goes on without it. */
export type Carriage =
  | { readonly kind: "carried"; readonly carried: Carried }
  | { readonly kind: "left"; readonly result: NotCarried };

type NotCarried = ReturnType<typeof sleepUntil | typeof leaveUnsent | typeof inQuietHours>;

/**
 * Leaves by `sent`, `undeliverable`, `opted_out`, `quiet_hours` or `insufficient_credits`, or sleeps until the vendor
 * reports.
 * @throws AppError EFFECT_IN_DOUBT when it stays unknown whether a message left
 */
export async function deliver(ctx: NodeContext, params: DeliveryParams, content: Content) {
  const carriage = await carry(ctx, params, content);
  if (carriage.kind === "left") return carriage.result;
  return next("sent", await sentOutput(ctx, params, carriage.carried));
}

/**
 * Sends over the first channel that takes it. `listen` are keys by which the step also hears while it waits for a report.
 * @throws AppError EFFECT_IN_DOUBT when it stays unknown whether a message left
 */
export async function carry(
  ctx: NodeContext,
  params: DeliveryParams,
  content: Content,
  listen: readonly string[] = [],
): Promise<Carriage> {
  const text = content.template?.text ?? content.text ?? "";
  const channels = [...new Set(params.channels ?? DEFAULT_CHANNELS)];
  const to = recipientOf(ctx, params.to);
  if (to === null) {
    const attempts = channels.map((channel) => attempt(channel, "refused", "no_recipient"));
    return { kind: "left", result: leaveUnsent("undeliverable", attempts, text) };
  }
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
        return { kind: "carried", carried: { channel, outcome: verdict.outcome, attempts, draft } };
      case "pending":
        return { kind: "left", result: sleepUntil(verdict, listen) };
      case "quiet_hours":
        return { kind: "left", result: inQuietHours(params, verdict, { text, attempts, listen }) };
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
  if (unconfirmed !== null) return { kind: "carried", carried: { ...unconfirmed, attempts, draft } };
  return { kind: "left", result: leaveUnsent(failurePort(attempts), attempts, text) };
}

/** Whoever listens is woken by what is heard there, too, and told what it was. */
function sleepUntil(
  { until, keys, memory }: Pick<Extract<Verdict, { kind: "pending" }>, "until" | "keys" | "memory">,
  listen: readonly string[],
) {
  const more = { hears: listen.length > 0, ...(memory ? { memory } : {}) };
  return again(until, [...keys, ...listen], more);
}

function leaveUnsent(port: ReturnType<typeof failurePort>, attempts: Attempt[], text: string) {
  switch (port) {
    case "undeliverable":
      return next(port, { text, attempts });
    case "opted_out":
      return next(port, { text, attempts });
    case "insufficient_credits":
      return next(port, { text, attempts });
  }
}

function inQuietHours(
  { whenQuiet }: DeliveryParams,
  { until }: Extract<Verdict, { kind: "quiet_hours" }>,
  {
    text,
    attempts,
    listen,
  }: { readonly text: string; readonly attempts: Attempt[]; readonly listen: readonly string[] },
) {
  if (whenQuiet === "wait") return sleepUntil({ until: new Date(until), keys: [] }, listen);
  return next("quiet_hours", { text, attempts, until });
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

/** What later steps know of a message that was carried. */
export async function sentOutput(
  ctx: NodeContext,
  { trackLinks }: Pick<DeliveryParams, "trackLinks">,
  { channel, outcome, attempts, draft }: Carried,
) {
  const { ref, status, effectId } = outcome;
  const size = channel === "sms" ? await ctx.messageSize(channel, draft) : null;
  const warning = size && sizeWarning(size, ctx.locale);
  return {
    channel,
    messageId: effectId ?? null,
    ref,
    status,
    text: draft.template?.text ?? draft.text ?? "",
    attempts: [...attempts],
    ...(size === null ? {} : { segments: size.segments, encoding: size.encoding }),
    ...(warning === null ? {} : { warning }),
    ...(trackLinks ? { linksKey: `click:${ctx.stepKey}` } : {}),
  };
}

/** A time without a date would be read against the machine's clock, which a recomputed step may not use. */
function momentOf(text: string, timezone: string): Date | null {
  const moment = /^\d{4}/.test(text) ? DateTime.fromISO(text, { zone: timezone }) : null;
  return moment?.isValid ? moment.toJSDate() : null;
}

/** Who was named, else the contact: by phone, or by the vendor's id of somebody who hides it. Null for a hidden number. */
export function recipientOf(ctx: NodeContext, chosen: string | undefined): string | null {
  const to = chosen?.trim() || ctx.contact.phone || ctx.contact.userId;
  return typeof to === "string" && to !== "" ? to : null;
}

/** What the parameters say about a message, whoever gets it. */
export function draftOf(
  ctx: NodeContext,
  params: Pick<DeliveryParams, "purpose" | "onDoubt" | "fromNumber" | "smartEncoding" | "reference">,
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
    ...referenceOf(params.reference),
    ...(ctx.store === null ? {} : { storeId: ctx.store.id }),
  };
}

/** Both, or neither: templates may have come out empty, or had no value. */
function referenceOf({ module = "", recordId = "" }: NonNullable<DeliveryParams["reference"]> = {}) {
  return module.trim() === "" || recordId.trim() === "" ? {} : { reference: { module, recordId } };
}
