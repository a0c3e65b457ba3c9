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
  // As MMS, where the country has it.
  media: {
    maxFiles: 10,
    kinds: [
      { kind: "image", types: ["image/jpeg", "image/png", "image/gif"], maxBytes: 5 * 1024 * 1024 },
      { kind: "document", types: ["*"], maxBytes: 500 * 1024 },
    ],
  },
  units: (message) => Math.max(1, new SegmentedMessage(textOf(message)).segmentsCount),
  async send(message, ctx) {
    const { messagingServiceSid } = toTwilioAccount(ctx.credential);
    const media = message.files.length > 0 ? { mediaUrl: message.files.map(({ url }) => url) } : {};
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
