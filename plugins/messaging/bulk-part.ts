/**
 * Sends one part of a bulk over the channels in their order.
 *
 *   B3 each recipient and channel is an effect of its own; none fails for another
 *   B4 whom a channel does not reach, or refuses, goes to the next channel in the same part; who opted out, or of whom
 *      nobody knows whether the message left, does not
 *   B5 a part is as large as its slowest channel sends in a second and a half, fifty at most
 */
import {
  AppError,
  type EffectOutcome,
  isUserId,
  type Json,
  type JsonObject,
  type MessageDraft,
  type NodeContext,
} from "../../engine/plugin-api.ts";
import type { Recipient } from "./bulk-list.ts";
import type { Verdict } from "./bulk-progress.ts";
import { type Content, draftOf } from "./delivery.ts";
import type { DeliveryParams, TextChannel } from "./delivery-schema.ts";
import { chooseTemplate } from "./template.ts";
import { linkOptions, trackLinks } from "./tracked-links.ts";

export type BulkParams = Pick<
  DeliveryParams,
  "purpose" | "onDoubt" | "fromNumber" | "trackLinks" | "linkDays" | "smartEncoding"
> & {
  readonly channels?: readonly TextChannel[];
  readonly text?: string;
  readonly template?: {
    readonly key: string;
    readonly locale?: string;
    readonly values?: Readonly<Record<string, string | number>>;
    readonly variables?: Readonly<Record<string, string | number>>;
  };
};

export interface PartResult {
  /** By phone. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Channels that were asked to carry something. */
  readonly used: readonly TextChannel[];
}

interface Addressed {
  readonly phone: string;
  readonly draft: MessageDraft;
}

const DEFAULT_CHANNELS: readonly TextChannel[] = ["whatsapp", "sms"];

export function channelsOf({ channels = DEFAULT_CHANNELS }: BulkParams): readonly TextChannel[] {
  return [...new Set(channels)];
}

/** @throws AppError SENDER_MISSING when there is no number for any of the channels */
export async function sendPart(
  ctx: NodeContext,
  params: BulkParams,
  recipients: readonly Recipient[],
): Promise<PartResult> {
  const verdicts = new Map<string, Verdict>();
  const used: TextChannel[] = [];
  let missing: unknown = null;
  let open = await addressAll(ctx, params, recipients, verdicts);
  for (const channel of channelsOf(params)) {
    if (open.length === 0) break;
    try {
      const outcomes = await sendOver(ctx, channel, open);
      used.push(channel);
      open = open.filter(({ phone }) => goesOn(verdicts, phone, outcomes.get(partOf(channel, phone))));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "SENDER_MISSING") throw error;
      missing = error;
    }
  }
  if (used.length === 0 && missing !== null) throw missing;
  return { verdicts, used };
}

/** Drafts for all; one whose text cannot be made has failed. */
async function addressAll(
  ctx: NodeContext,
  params: BulkParams,
  recipients: readonly Recipient[],
  verdicts: Map<string, Verdict>,
): Promise<readonly Addressed[]> {
  const addressed: Addressed[] = [];
  for (const recipient of recipients) {
    try {
      addressed.push({ phone: recipient.phone, draft: await draftFor(ctx, params, recipient) });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "TEMPLATE_INVALID") throw error;
      verdicts.set(recipient.phone, { kind: "failed", reason: "template_invalid" });
    }
  }
  return addressed;
}

/** @throws AppError TEMPLATE_INVALID, TEMPLATE_MISSING, PARAMS_INVALID */
export async function draftFor(
  ctx: NodeContext,
  params: BulkParams,
  recipient: Recipient,
): Promise<MessageDraft> {
  return draftOf(ctx, params, await contentFor(ctx, params, recipient.fields), recipient.phone);
}

async function contentFor(ctx: NodeContext, params: BulkParams, fields: JsonObject): Promise<Content> {
  const { text = "", template } = params;
  const fill = (source: string) => ctx.render(source, { recipient: fields });
  // A link of each person's own, so that it is known who opened it.
  const links = linkOptions(ctx, { ...params, to: String(fields.phone) });
  if (template !== undefined) {
    const { key, locale, values: common = {}, variables = {} } = template;
    const named = Object.entries(variables).map(([name, value]) => [name, fill(String(value))]);
    const own = { ...wordsIn(fields), ...Object.fromEntries(named), ...wordsIn(fields.variables) };
    const values = { ...common, ...own };
    return {
      template: await chooseTemplate(ctx, {
        template: key,
        ...(locale ? { locale } : {}),
        variables: values,
        spareValues: "ignored",
        links,
      }),
    };
  }
  const filled = fill(text);
  if (filled.trim() !== "") return { text: links ? await trackLinks(ctx, filled, links) : filled };
  throw new AppError("TEMPLATE_INVALID", `${ctx.nodeId}: the text is empty for ${String(fields.phone)}.`, {
    nodeId: ctx.nodeId,
  });
}

/** What is text or a number in an entry, or in its `variables`, which stand before all else. Data is no template. */
function wordsIn(fields: Json | undefined): Record<string, string> {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return {};
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => typeof value === "string" || typeof value === "number")
      .map(([name, value]) => [name, String(value)]),
  );
}

function partOf(channel: TextChannel, phone: string): string {
  return `${channel} ${phone}`;
}

/** All of one call leave from one number, and not every number reaches somebody without a phone. */
async function sendOver(ctx: NodeContext, channel: TextChannel, open: readonly Addressed[]) {
  const outcomes = new Map<string, EffectOutcome>();
  for (const hidden of [false, true]) {
    const those = open.filter(({ phone }) => isUserId(phone) === hidden);
    if (those.length === 0) continue;
    const messages = those.map(({ phone, draft }) => ({ part: partOf(channel, phone), draft }));
    for (const [part, outcome] of await ctx.sendMany(channel, messages)) outcomes.set(part, outcome);
  }
  return outcomes;
}

/** [B4] Keeps how it came out; true where the next channel is to be tried. */
function goesOn(verdicts: Map<string, Verdict>, phone: string, outcome: EffectOutcome | undefined): boolean {
  const verdict = outcome === undefined ? ({ kind: "unknown" } as const) : verdictOf(outcome);
  const before = verdicts.get(phone);
  const wasHeld = before?.kind === "held" && verdict.kind === "failed";
  if (!wasHeld) verdicts.set(phone, verdict);
  if (verdict.kind === "held") return verdict.by === "insufficient_credits";
  return verdict.kind === "failed" && verdict.reason !== "opted_out";
}

function verdictOf(outcome: EffectOutcome): Verdict {
  switch (outcome.state) {
    case "accepted":
      return outcome.status === "failed"
        ? { kind: "failed", reason: failureOf(outcome.data) }
        : { kind: "sent" };
    case "refused":
      return { kind: "failed", reason: outcome.reason };
    case "unresolved":
      return { kind: "unknown" };
    case "insufficient_credits":
      return { kind: "held", by: "insufficient_credits" };
    case "quiet_hours":
      return { kind: "held", by: "quiet_hours", until: outcome.until };
  }
}

/** Why the vendor could not deliver what it had accepted. */
function failureOf(data: JsonObject | undefined): string {
  const failure = data?.failure as { readonly reason?: string } | undefined;
  return failure?.reason ?? "not_delivered";
}

const PART_SECONDS = 1.5;
const MAX_PART = 50;

/** [B5] How many recipients the next part has; `like` is the first of them. */
export async function partSize(
  ctx: NodeContext,
  channels: readonly TextChannel[],
  like: MessageDraft | null,
): Promise<number> {
  let size = MAX_PART;
  for (const channel of like ? channels : []) {
    const perSecond = like && (await rateOf(ctx, channel, like));
    if (perSecond !== null) size = Math.min(size, Math.floor(perSecond * PART_SECONDS));
  }
  return Math.max(1, size);
}

async function rateOf(ctx: NodeContext, channel: TextChannel, draft: MessageDraft): Promise<number | null> {
  try {
    return await ctx.messagesPerSecond(channel, draft);
  } catch (error) {
    if (error instanceof AppError && error.code === "SENDER_MISSING") return null;
    throw error;
  }
}
