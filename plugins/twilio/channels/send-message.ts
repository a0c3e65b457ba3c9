import {
  AppError,
  type ChannelContext,
  type EffectOutcome,
  type LostMessage,
} from "../../../engine/plugin-api.ts";
import { toTwilioAccount } from "../account.ts";
import { classifyTwilioError, type RefusedOutcome, readError } from "../classify-error.ts";
import { twilioClient } from "../client.ts";
import { deliveryStatusOf } from "../message-status.ts";

type Client = Awaited<ReturnType<typeof twilioClient>>;
type MessageRequest = Parameters<Client["messages"]["create"]>[0];
type Accepted = Extract<EffectOutcome, { state: "accepted" }>;

const MAX_SEARCHED = 100;

/**
 * Creates one message.
 * @throws AppError VENDOR_UNAVAILABLE, VENDOR_RATE_LIMITED or VENDOR_REFUSED when surely nothing was sent, EFFECT_IN_DOUBT when unknown
 */
export async function createMessage(
  request: MessageRequest,
  ctx: ChannelContext,
): Promise<Accepted | RefusedOutcome> {
  const client = await twilioClient(toTwilioAccount(ctx.credential));
  try {
    const message = await client.messages.create(request);
    if (!message.sid)
      throw new AppError("EFFECT_IN_DOUBT", "Twilio's answer names no message; it may have been sent.");
    return { state: "accepted", ref: message.sid, status: deliveryStatusOf(message.status) ?? "queued" };
  } catch (error) {
    const outcome = classifyTwilioError(error, "create");
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }
}

/**
 * Looks among Twilio's own messages for one whose answer was lost: same people, same words, not older, and not known as
 * another of ours. The oldest is it; later ones were sent after it. @throws AppError when Twilio cannot be asked
 */
export async function findMessage(
  lost: LostMessage,
  prefix: string,
  ctx: ChannelContext,
): Promise<Accepted | null> {
  const client = await twilioClient(toTwilioAccount(ctx.credential));
  try {
    const messages = await client.messages.list({
      to: prefix + lost.to,
      // One that went through a service was given its number by Twilio.
      ...(lost.from.startsWith("MG") ? {} : { from: prefix + lost.from }),
      dateSentAfter: wholeSecond(lost.sentAfter),
      limit: MAX_SEARCHED,
    });
    const found = messages
      .filter(({ sid, body }) => words(body ?? "") === words(lost.body) && !lost.known.has(sid))
      .at(-1);
    if (found === undefined) return null;
    return { state: "accepted", ref: found.sid, status: deliveryStatusOf(found.status) ?? "queued" };
  } catch (error) {
    throw readError(error);
  }
}

/** The words of a template come back filled in; what stands between them may not. */
function words(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Twilio's dates have no fractions: a message sent in the same second must not look older. */
function wholeSecond(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 1000) * 1000);
}
