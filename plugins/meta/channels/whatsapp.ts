import {
  AppError,
  type ChannelContext,
  type CheckedMessage,
  defineChannel,
  type JsonObject,
  type Objection,
  type OutboundFile,
  type OutboundMessage,
  type RenderedTemplate,
  type SenderView,
} from "../../../engine/plugin-api.ts";
import { saysOfAccount } from "../account-codes.ts";
import { ALLOWANCE } from "../allowance.ts";
import { markRead, type SendOutcome, sendMessage } from "../client.ts";
import { metaAppOf } from "../credentials.ts";
import type { MetaApp } from "../graph.ts";
import { codeParameters, type ParameterFormat, sentComponents } from "../templates/components.ts";
import { uploadedId } from "../upload.ts";
import { interactiveOf, quickReplies, showsInteractive, tapPayload } from "../wire/choices.ts";
import { fileParameter, type NamedFile } from "../wire/file-parameter.ts";
import { objectOf, textOf } from "../wire/json.ts";
import { isUserId } from "../wire/phone.ts";

const MB = 1_000_000;

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
  media: {
    maxFiles: 1,
    kinds: [
      { kind: "image", types: ["image/jpeg", "image/png"], maxBytes: 5 * MB },
      { kind: "video", types: ["video/mp4", "video/3gpp"], maxBytes: 16 * MB },
      {
        kind: "audio",
        types: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
        maxBytes: 16 * MB,
      },
      { kind: "sticker", types: ["image/webp"], maxBytes: 500_000 },
      { kind: "document", types: ["*"], maxBytes: 100 * MB },
    ],
  },
  units: () => 1,
  userIds: true,
  allowance: ALLOWANCE,
  saysOfAccount,
  objection,
  // A template has the buttons it was approved with; lines of ours would not be in it.
  showsChoices: (message) => message.template !== undefined || showsInteractive(message),
  send,
  markRead: (ref, from, ctx) => mark({ messageId: ref, typing: false }, from, ctx),
  showTyping: (ref, from, ctx) => mark({ messageId: ref, typing: true }, from, ctx),
});

async function mark(
  what: Parameters<typeof markRead>[2],
  { providerId }: SenderView,
  ctx: ChannelContext,
): Promise<void> {
  if (providerId !== null) await markRead(metaAppOf(ctx.credential), providerId, what, ctx);
}

async function send(message: OutboundMessage, ctx: ChannelContext): Promise<SendOutcome> {
  const { providerId, e164 } = message.from;
  if (providerId === null) {
    throw new AppError(
      "SENDER_MISSING",
      `Number ${e164} has no phone_number_id; enter Meta's id of the number.`,
      { number: e164 },
    );
  }
  const problem = objection(message);
  if (problem)
    return { state: "refused", reason: "bad_content", vendorCode: problem.code, message: problem.message };
  const app = metaAppOf(ctx.credential);
  const files = await namedFiles(app, providerId, message, ctx);
  if ("state" in files) return files;
  const body = {
    recipient_type: "individual",
    ...recipient(message.to),
    ...contentOf(message, files),
    biz_opaque_callback_data: message.effectId,
  };
  return sendMessage(app, providerId, body, ctx);
}

/** A person is named by phone where it is known, else by the business-scoped user id; never by both. */
function recipient(to: string): JsonObject {
  if (isUserId(to)) return { recipient: to };
  return { to: to.startsWith("+") ? to : `+${to}` };
}

/** Why this message cannot go over WhatsApp at all. */
function objection({ template, native, files, text }: CheckedMessage): Objection | null {
  if (native) return null;
  if (template) return templateObjection(template);
  if (files.length === 0 && (text === undefined || text === ""))
    return { code: "not_sent", message: "The message has no text, no file and no template." };
  return null;
}

function templateObjection(template: RenderedTemplate): Objection | null {
  const { name } = objectOf(template.vendors.meta);
  if (typeof name !== "string") {
    return {
      code: "not_sent",
      message: `Template ${template.key} (${template.locale}) has no name at Meta; submit it.`,
    };
  }
  const missing = template.variables.filter((variable) => !template.values[variable]?.trim());
  if (missing.length === 0) return null;
  return {
    code: "not_sent",
    message: `Template ${template.key} needs a value for ${missing.join(", ")}; Meta takes no empty ones.`,
  };
}

interface NamedFiles {
  readonly file: NamedFile | null;
  readonly header: NamedFile | null;
}

async function namedFiles(
  app: MetaApp,
  phoneNumberId: string,
  { files: [file], headerFile }: OutboundMessage,
  ctx: ChannelContext,
): Promise<NamedFiles | SendOutcome> {
  try {
    const named = async (given: OutboundFile | null | undefined) =>
      given ? nameOf(app, phoneNumberId, given, ctx) : null;
    return { file: await named(file), header: await named(headerFile) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "VENDOR_REFUSED") throw error;
    const vendorCode = String(error.details.vendorCode ?? "media");
    return { state: "refused", reason: "bad_content", vendorCode, message: error.message };
  }
}

async function nameOf(
  app: MetaApp,
  phoneNumberId: string,
  file: OutboundFile,
  ctx: ChannelContext,
): Promise<NamedFile> {
  const { stored } = file;
  return stored ? { id: await uploadedId(app, phoneNumberId, { ...file, stored }, ctx) } : { link: file.url };
}

/** The part of the body that depends on the type. */
function contentOf(message: OutboundMessage, { file, header }: NamedFiles): JsonObject {
  const { template, native, text = "", files } = message;
  if (native) return native.body;
  if (template) return templateBody(template, message, headerParameter(message, header));
  const [given] = files;
  const interactive = interactiveOf(message, file && given ? fileParameter(given, file) : null);
  if (interactive) return { type: "interactive", interactive };
  if (file && given) return mediaBody(given, file, text);
  return { type: "text", text: { body: text, preview_url: /https?:\/\//.test(text) } };
}

function templateBody(
  template: RenderedTemplate,
  message: OutboundMessage,
  header: JsonObject | null,
): JsonObject {
  const { name, language, format } = objectOf(template.vendors.meta);
  const code = textOf(language) ?? template.locale.replace("-", "_");
  const components =
    format === "NAMED" || format === "POSITIONAL"
      ? sentComponents({
          ...template,
          format: format satisfies ParameterFormat,
          header,
          token: message.effectId,
          payloadOf: tapPayload(message),
        })
      : byHand(template, message);
  return { type: "template", template: { name: name ?? "", language: { code }, components } };
}

/** A template whose name at Meta was entered by hand: its variables by position, and whether it has quick replies. */
function byHand(template: RenderedTemplate, message: OutboundMessage): JsonObject[] {
  const { quickReplies: hasButtons } = objectOf(template.vendors.meta);
  return [...bodyOnly(template), ...(hasButtons === true ? quickReplies(message) : [])];
}

function bodyOnly(template: RenderedTemplate): JsonObject[] {
  const { authentication } = objectOf(template.vendors.meta);
  const texts = template.variables.map((variable) => template.values[variable] ?? "");
  if (texts.length === 0) return [];
  if (authentication === true) return codeParameters(texts[0] ?? "");
  return [{ type: "body", parameters: texts.map((text) => ({ type: "text", text })) }];
}

function headerParameter(
  { template, headerFile }: OutboundMessage,
  named: NamedFile | null,
): JsonObject | null {
  const location = template?.header?.location;
  if (template?.content.header?.type === "location" && location)
    return { type: "location", location: { ...location } };
  return headerFile && named ? fileParameter(headerFile, named) : null;
}

function mediaBody(file: OutboundFile, named: NamedFile, caption: string): JsonObject {
  // Sounds and stickers take no caption; as a document they keep theirs.
  const type = caption !== "" && (file.kind === "audio" || file.kind === "sticker") ? "document" : file.kind;
  return {
    type,
    [type]: {
      ...named,
      ...(caption === "" ? {} : { caption }),
      ...(type === "document" && file.name !== null ? { filename: file.name } : {}),
    },
  };
}
