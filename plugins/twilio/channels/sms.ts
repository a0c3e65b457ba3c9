import { defineChannel } from "../../../engine/plugin-api.ts";
import { toTwilioAccount } from "../account.ts";
import { serviceOf, vendorParameters } from "../message-options.ts";
import { measure, segmentsOf, textOf } from "../segments.ts";
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
  measure,
  units: (message) => segmentsOf(textOf(message)),
  sentFrom: (message, from) => serviceOf(message, from, undefined) ?? from.e164,
  async send(message, ctx) {
    const { messagingServiceSid } = toTwilioAccount(ctx.credential);
    const service = serviceOf(message, message.from, messagingServiceSid);
    const sender = service === null ? { from: message.from.e164 } : { messagingServiceSid: service };
    const media = message.files.length > 0 ? { mediaUrl: message.files.map(({ url }) => url) } : {};
    const body = textOf(message);
    const request = {
      to: message.to,
      ...sender,
      ...(body === "" ? {} : { body }),
      ...media,
      ...vendorParameters(message),
      statusCallback: message.statusUrl,
    };
    return createMessage(request, ctx);
  },
  find: (lost, ctx) => findMessage(lost, "", ctx),
});
