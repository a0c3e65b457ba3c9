import { SegmentedMessage } from "sms-segments-calculator";
import { defineChannel, type MessageDraft, type OutboundMessage } from "../../../engine/plugin-api.ts";
import { toTwilioAccount } from "../account.ts";
import { createMessage, findMessage } from "./send-message.ts";

export default defineChannel({
  id: "twilio.sms",
  channel: "sms",
  provider: "twilio",
  credential: "twilio.account",
  meter: "sms",
  // A long code sends one segment a second; what comes faster waits at Twilio, up to hours. Ten ahead stay there.
  pace: { perSecond: 1, burst: 10 },
  units: (message) => Math.max(1, new SegmentedMessage(textOf(message)).segmentsCount),
  async send(message, ctx) {
    const { messagingServiceSid } = toTwilioAccount(ctx.credential);
    const media = message.media?.length ? { mediaUrl: [...message.media] } : {};
    const sender = senderOf(message, messagingServiceSid);
    const request = {
      to: message.to,
      ...sender,
      body: textOf(message),
      ...media,
      statusCallback: message.statusUrl,
    };
    return createMessage(request, ctx);
  },
  find: (lost, ctx) => findMessage(lost, "", ctx),
});

function textOf(message: MessageDraft): string {
  return message.text ?? message.template?.text ?? "";
}

/** The number itself; a messaging service where the sender is one, or has no number. */
function senderOf({ from }: OutboundMessage, serviceSid: string | undefined) {
  if (from.providerId?.startsWith("MG")) return { messagingServiceSid: from.providerId };
  if (from.e164 === "" && serviceSid !== undefined) return { messagingServiceSid: serviceSid };
  return { from: from.e164 };
}
