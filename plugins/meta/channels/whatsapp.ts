import {
  AppError,
  type ChannelContext,
  defineChannel,
  type JsonObject,
  type OutboundMessage,
  type RenderedTemplate,
} from "../../../engine/plugin-api.ts";
import { saysOfAccount } from "../account-codes.ts";
import { ALLOWANCE } from "../allowance.ts";
import { markRead, type SendOutcome, sendMessage } from "../client.ts";
import { metaAppOf } from "../credentials.ts";
import { interactiveOf, quickReplies } from "../wire/choices.ts";
import { objectOf, textOf } from "../wire/json.ts";
import { isUserId } from "../wire/phone.ts";

/** WhatsApp straight from Meta's Cloud API. A lost answer is settled by the status that echoes the effect id. */
export default defineChannel({
  id: "meta.whatsapp",
  channel: "whatsapp",
  provider: "meta",
  credential: "meta.app",
  meter: "whatsapp",
  windowHours: 24,
  // A number takes 80 messages in a second; one person gets one in 6 seconds, up to 45 of them ahead of time.
  pace: { perSecond: 70, burst: 10, pair: { everySeconds: 6, burst: 45 } },
  units: () => 1,
  allowance: ALLOWANCE,
  saysOfAccount,
  // A template has the buttons it was made with.
  showsChoices: (message) => message.template !== undefined || interactiveOf(message) !== null,
  send,
  async markRead(ref, from, ctx) {
    if (from.providerId !== null)
      await markRead(metaAppOf(ctx.credential), from.providerId, { messageId: ref, typing: false }, ctx);
  },
});

async function send(message: OutboundMessage, ctx: ChannelContext): Promise<SendOutcome> {
  const { providerId, e164 } = message.from;
  if (providerId === null) {
    throw new AppError(
      "SENDER_MISSING",
      `Number ${e164} has no phone_number_id; enter Meta's id of the number.`,
      { number: e164 },
    );
  }
  const content = contentOf(message);
  if ("problem" in content)
    return { state: "refused", reason: "bad_content", vendorCode: "not_sent", message: content.problem };
  const body = {
    recipient_type: "individual",
    ...recipient(message.to),
    ...content.body,
    biz_opaque_callback_data: message.effectId,
  };
  return sendMessage(metaAppOf(ctx.credential), providerId, body, ctx);
}

/** A person is named by phone where it is known, else by the business-scoped user id; never by both. */
function recipient(to: string): JsonObject {
  if (isUserId(to)) return { recipient: to };
  return { to: to.startsWith("+") ? to : `+${to}` };
}

/** The part of the body that depends on the type, or why this message cannot go over WhatsApp at all. */
type Content = { readonly body: JsonObject } | { readonly problem: string };

function contentOf(message: OutboundMessage): Content {
  const { template, native, media = [], text } = message;
  if (native) return { body: native.body };
  if (template) return templateContent(template, message);
  const interactive = interactiveOf(message);
  if (interactive) return { body: { type: "interactive", interactive } };
  if (media.length > 1)
    return { problem: `A WhatsApp message carries one file; this one has ${media.length}.` };
  const [link] = media;
  if (link !== undefined) return { body: mediaBody(link, text) };
  if (text === undefined || text === "")
    return { problem: "The message has no text, no file and no template." };
  return { body: { type: "text", text: { body: text, preview_url: /https?:\/\//.test(text) } } };
}

function templateContent(template: RenderedTemplate, message: OutboundMessage): Content {
  const { name, language, authentication, quickReplies: hasButtons } = objectOf(template.vendors.meta);
  if (typeof name !== "string") {
    return {
      problem: `Template ${template.key} (${template.locale}) has no name at Meta; enter vendors.meta.name.`,
    };
  }
  const missing = template.variables.filter((variable) => !template.values[variable]?.trim());
  if (missing.length > 0)
    return {
      problem: `Template ${template.key} needs a value for ${missing.join(", ")}; Meta takes no empty ones.`,
    };
  const parameters = template.variables.map((variable) => textParameter(template.values[variable] ?? ""));
  const code = textOf(language) ?? template.locale.replace("-", "_");
  const all = [
    ...components(parameters, authentication === true),
    ...(hasButtons === true ? quickReplies(message) : []),
  ];
  return { body: { type: "template", template: { name, language: { code }, components: all } } };
}

/** A template of Meta's category AUTHENTICATION takes its code twice: in the body and for the copy button. */
function components(parameters: readonly JsonObject[], authentication: boolean): JsonObject[] {
  if (parameters.length === 0) return [];
  const body = { type: "body", parameters };
  return authentication
    ? [body, { type: "button", sub_type: "url", index: "0", parameters: parameters.slice(0, 1) }]
    : [body];
}

/** Meta refuses a whole template for a line break, a tab or five spaces inside one value. */
function textParameter(value: string): JsonObject {
  return {
    type: "text",
    text: value
      .trim()
      .replace(/[ \t]*[\r\n\t]+[ \t]*/g, " ")
      .replace(/ {5,}/g, "    "),
  };
}

type MediaType = "image" | "video" | "audio" | "sticker" | "document";

const TYPE_BY_EXTENSION: Readonly<Record<string, MediaType>> = {
  jpg: "image",
  jpeg: "image",
  png: "image",
  mp4: "video",
  "3gp": "video",
  "3gpp": "video",
  aac: "audio",
  amr: "audio",
  m4a: "audio",
  mp3: "audio",
  oga: "audio",
  ogg: "audio",
  opus: "audio",
  webp: "sticker",
};

function mediaBody(link: string, caption: string | undefined): JsonObject {
  const filename = fileNameOf(link);
  const known = TYPE_BY_EXTENSION[filename.split(".").at(-1)?.toLowerCase() ?? ""] ?? "document";
  const captioned = caption !== undefined && caption !== "";
  // Sounds and stickers take no caption; as a document they keep theirs.
  const type = captioned && (known === "audio" || known === "sticker") ? "document" : known;
  const file = {
    link,
    ...(captioned ? { caption } : {}),
    ...(type === "document" && filename !== "" ? { filename } : {}),
  };
  return { type, [type]: file };
}

function fileNameOf(link: string): string {
  if (!URL.canParse(link)) return "";
  const last = new URL(link).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
