import { defineChannel, type OutboundMessage, type RenderedTemplate } from "../../../engine/plugin-api.ts";
import { optionsOf, vendorParameters } from "../message-options.ts";
import { createMessage, findMessage } from "./send-message.ts";

const PREFIX = "whatsapp:";
const WINDOW_HOURS = 24;

export default defineChannel({
  id: "twilio.whatsapp",
  channel: "whatsapp",
  provider: "twilio",
  credential: "twilio.account",
  meter: "whatsapp",
  windowHours: WINDOW_HOURS,
  // A sender takes 80 messages in a second.
  pace: { perSecond: 70, burst: 10 },
  units: () => 1,
  // Buttons and lists are part of a content; free text has none.
  showsChoices: ({ template }) => template !== undefined && contentSidOf(template) !== null,
  sentFrom: (message, from) => optionsOf(message).messagingServiceSid ?? from.e164,
  async send(message, ctx) {
    const content = contentOf(message);
    if ("missing" in content) {
      return {
        state: "refused",
        reason: "bad_content",
        vendorCode: "no_content_sid",
        message: content.missing,
      };
    }
    const service = optionsOf(message).messagingServiceSid;
    const sender =
      service === undefined ? { from: PREFIX + message.from.e164 } : { messagingServiceSid: service };
    const addresses = { to: PREFIX + message.to, ...sender };
    const options = vendorParameters(message);
    return createMessage({ ...addresses, ...content, ...options, statusCallback: message.statusUrl }, ctx);
  },
  find: (lost, ctx) => findMessage(lost, PREFIX, ctx),
});

function contentOf(message: OutboundMessage) {
  if (message.template !== undefined) return templateContent(message.template);
  return {
    ...(message.text ? { body: message.text } : {}),
    ...(message.media?.length ? { mediaUrl: [...message.media] } : {}),
  };
}

/** As free text it would only fail later, outside the 24-hour window; refused now, the next channel gets its turn. */
function templateContent(template: RenderedTemplate) {
  const contentSid = contentSidOf(template);
  if (contentSid === null) {
    return {
      missing: `Template ${template.key} (${template.locale}) has no content SID at Twilio (vendors.twilio.contentSid).`,
    };
  }
  const values = template.variables.map(
    (name, index) => [String(index + 1), template.values[name] ?? ""] as const,
  );
  return {
    contentSid,
    ...(values.length > 0 ? { contentVariables: JSON.stringify(Object.fromEntries(values)) } : {}),
  };
}

function contentSidOf({ vendors }: RenderedTemplate): string | null {
  const twilio = vendors.twilio;
  const sid = typeof twilio === "object" && twilio !== null ? Reflect.get(twilio, "contentSid") : null;
  return typeof sid === "string" && sid !== "" ? sid : null;
}
