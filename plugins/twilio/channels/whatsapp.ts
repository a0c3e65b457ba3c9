import {
  type CheckedMessage,
  defineChannel,
  type JsonObject,
  type Objection,
  type OutboundMessage,
  type RenderedTemplate,
} from "../../../engine/plugin-api.ts";
import { optionsOf, vendorParameters } from "../message-options.ts";
import { createMessage, findMessage } from "./send-message.ts";

const PREFIX = "whatsapp:";
const WINDOW_HOURS = 24;
const MAX_BYTES = 16 * 1024 * 1024;
const IMAGE_BYTES = 5 * 1024 * 1024;

export default defineChannel({
  id: "twilio.whatsapp",
  channel: "whatsapp",
  provider: "twilio",
  credential: "twilio.account",
  meter: "whatsapp",
  windowHours: WINDOW_HOURS,
  // A sender takes 80 messages in a second.
  pace: { perSecond: 70, burst: 10 },
  media: {
    maxFiles: 1,
    kinds: [
      { kind: "image", types: ["image/jpeg", "image/png"], maxBytes: IMAGE_BYTES },
      { kind: "video", types: ["video/mp4", "video/3gpp"], maxBytes: MAX_BYTES },
      {
        kind: "audio",
        types: ["audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr"],
        maxBytes: MAX_BYTES,
      },
      { kind: "sticker", types: ["image/webp"], maxBytes: 500 * 1024 },
      { kind: "document", types: ["*"], maxBytes: MAX_BYTES },
    ],
  },
  units: () => 1,
  objection: (message) =>
    message.template === undefined ? null : templateObjection(message, message.template),
  // Buttons and lists are part of a content; free text has none.
  showsChoices: ({ template }) => template !== undefined,
  sentFrom: (message, from) => optionsOf(message).messagingServiceSid ?? from.e164,
  async send(message, ctx) {
    const objection = message.template === undefined ? null : templateObjection(message, message.template);
    if (objection) {
      const { code, message: why } = objection;
      return { state: "refused", reason: "bad_content", vendorCode: code, message: why };
    }
    const service = optionsOf(message).messagingServiceSid;
    const sender =
      service === undefined ? { from: PREFIX + message.from.e164 } : { messagingServiceSid: service };
    const addresses = { to: PREFIX + message.to, ...sender };
    const options = vendorParameters(message);
    return createMessage(
      { ...addresses, ...contentOf(message), ...options, statusCallback: message.statusUrl },
      ctx,
    );
  },
  find: (lost, ctx) => findMessage(lost, PREFIX, ctx),
});

function contentOf(message: OutboundMessage) {
  if (message.template !== undefined) return templateContent(message, message.template);
  return {
    ...(message.text ? { body: message.text } : {}),
    ...(message.files.length > 0 ? { mediaUrl: message.files.map(({ url }) => url) } : {}),
  };
}

function templateContent(message: CheckedMessage, template: RenderedTemplate) {
  const variables: Record<string, string> = Object.fromEntries(
    template.variables.map((name, index) => [String(index + 1), template.values[name] ?? ""] as const),
  );
  const header = headerVariable(message, namesOf(template));
  if (header) variables[header.name] = header.value;
  const contentVariables = Object.keys(variables).length > 0 ? JSON.stringify(variables) : null;
  return {
    contentSid: String(namesOf(template).contentSid),
    ...(contentVariables === null ? {} : { contentVariables }),
  };
}

/** As free text it would only fail later, outside the 24-hour window; refused now, the next channel gets its turn. */
function templateObjection(message: CheckedMessage, template: RenderedTemplate): Objection | null {
  const { contentSid, headerBase, sampleUrl } = namesOf(template);
  if (typeof contentSid !== "string" || contentSid === "") {
    return {
      code: "no_content_sid",
      message: `Template ${template.key} (${template.locale}) has no content SID at Twilio; submit it.`,
    };
  }
  const url = message.headerFile?.url;
  if (url === undefined || typeof sampleUrl !== "string") return null;
  if (typeof headerBase === "string" ? url.startsWith(headerBase) : url === sampleUrl) return null;
  return {
    code: "header_fixed",
    message: `The header of template ${template.key} takes ${typeof headerBase === "string" ? "files stored here (POST /api/v1/media)" : `only ${sampleUrl}`} at Twilio; got ${url}.`,
  };
}

function headerVariable({ headerFile }: CheckedMessage, { headerBase, headerVariable: name }: JsonObject) {
  if (headerFile === null || typeof headerBase !== "string" || typeof name !== "string") return null;
  return { name, value: headerFile.url.slice(headerBase.length) };
}

function namesOf({ vendors }: RenderedTemplate): JsonObject {
  const { twilio } = vendors;
  // An array is an object, too; nobody writes one there.
  return typeof twilio === "object" && twilio !== null ? (twilio as JsonObject) : {};
}
