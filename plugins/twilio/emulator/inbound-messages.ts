import type { LedgerEntry } from "../../../engine/plugin-api.ts";
import { formatAddress } from "./addresses.ts";
import { withCode } from "./code-book.ts";
import type { EmulatedFile } from "./emulated-file.ts";
import { type Form, formText } from "./form.ts";
import { type InboundRoute, routeOf } from "./inbound-route.ts";
import { keepMedia } from "./media.ts";
import { refuseMessage } from "./message-checks.ts";
import { countSegments, type MessageDetails } from "./message-record.ts";
import { acceptMessage } from "./messages.ts";
import { countryOf } from "./numbers.ts";
import { numberOf } from "./owned-numbers.ts";
import { hearSandbox, SANDBOX_NUMBER, sandboxOf } from "./sandbox.ts";
import { newSid } from "./sids.ts";
import { parseTwiml, type TwimlElement } from "./twiml-document.ts";
import { type WebhookAnswer, webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

export interface InboundMessageOptions {
  /** The person, E.164. */
  readonly from: string;
  /** Our number, E.164. */
  readonly to: string;
  /** `{code}` stands for the code Verify sent this person last. */
  readonly body: string;
  /** Default `sms`. */
  readonly channel?: "sms" | "whatsapp";
  /** Files that are somewhere else. */
  readonly mediaUrls?: readonly string[];
  /** Files, kept by this emulator and given out as Twilio does. */
  readonly files?: readonly EmulatedFile[];
  /** The id of the button that was tapped; `body` is its text. WhatsApp only. */
  readonly buttonPayload?: string;
  /** The id of the row of a list that was tapped; `body` is its title. WhatsApp only. */
  readonly listId?: string;
  /** Sid of the message it answers; tells of a tap which message the button was on. WhatsApp only. */
  readonly repliesTo?: string;
  /** The person's WhatsApp name. */
  readonly profileName?: string;
  /** Default: the account that has the number, else the first one. */
  readonly accountSid?: string;
  /** Where the number is configured to post. Default: its service's or its own address, else the engine's messages webhook. */
  readonly url?: string;
}

export interface InboundMessageResult {
  readonly sid: string;
  /** What the webhook said; status 0 when it could not be reached, or was not asked. */
  readonly answer: { readonly status: number; readonly body: string };
  /** What Twilio's WhatsApp sandbox said itself: to those who join, leave, or are not in it. */
  readonly sandbox?: string;
}

const MAX_DOCUMENTS = 10;

/**
 * A person writes to one of our numbers: posts the signed webhook and sends every `<Message>` of the answer back.
 * @throws AppError CONFIG_INVALID when nobody said where the engine is
 */
export async function receiveMessage(
  world: World,
  written: InboundMessageOptions,
): Promise<InboundMessageResult> {
  const options = { ...written, body: withCode(world, written.from, written.body) };
  const said = isToSandbox(options) ? hearSandbox(world, options.from, options.body) : null;
  const account = world.accounts.get(ownerOf(world, options));
  const { accountSid } = account;
  const ref = newSid((options.mediaUrls ?? options.files ?? []).length > 0 ? "MM" : "SM");
  const sent = withFiles(world, accountSid, ref, options);
  const entry = world.ledger.add(inboundEntry(world, accountSid, ref, sent));
  if (said !== null) return { sid: ref, answer: UNHEARD, sandbox: said };
  const optOut = entry.channel === "sms" ? world.optOuts.note(options.from, options.to, options.body) : null;
  const route = routeOf(world, options);
  if (route.url === null || account.status !== "active") return { sid: ref, answer: UNHEARD };
  const params = {
    ...inboundParams(entry.ref, sent),
    ...(route.serviceSid === null ? {} : { MessagingServiceSid: route.serviceSid }),
    ...(optOut === null ? {} : { OptOutType: optOut }),
  };
  const answer = await ask(world, accountSid, route, params);
  await playReplies(world, { accountSid, params, answer });
  return { sid: entry.ref, answer: { status: answer.status, body: answer.body } };
}

/** No webhook was asked. */
const UNHEARD = { status: 0, body: "" };

function isToSandbox({ channel, to }: InboundMessageOptions): boolean {
  return channel === "whatsapp" && to === SANDBOX_NUMBER;
}

function ownerOf(world: World, options: InboundMessageOptions): string | undefined {
  if (options.accountSid !== undefined) return options.accountSid;
  return isToSandbox(options) ? sandboxOf(world, options.from) : numberOf(world, options.to)?.accountSid;
}

/** Asks the webhook, and the one behind it where that fails. */
async function ask(
  world: World,
  accountSid: string,
  route: InboundRoute,
  params: Form,
): Promise<WebhookAnswer> {
  const { url, method, fallback } = route;
  const answer = await world.webhooks.send(webhookCall(accountSid, url ?? "", method, params));
  if (answer.errorCode === undefined || fallback === null) return answer;
  const more = { ErrorCode: String(answer.errorCode), ErrorUrl: url ?? "" };
  return world.webhooks.send(webhookCall(accountSid, fallback.url, fallback.method, { ...params, ...more }));
}

/** The message with an address for each of its files. */
function withFiles(
  world: World,
  accountSid: string,
  ref: string,
  options: InboundMessageOptions,
): InboundMessageOptions {
  const { files = [], mediaUrls = [] } = options;
  return {
    ...options,
    mediaUrls: [...mediaUrls, ...files.map((file) => keepMedia(world, accountSid, ref, file))],
  };
}

function inboundEntry(
  world: World,
  accountSid: string,
  ref: string,
  options: InboundMessageOptions,
): LedgerEntry {
  const { from, to, body, channel = "sms", mediaUrls = [] } = options;
  const at = world.now().toISOString();
  const details: MessageDetails = {
    accountSid,
    direction: "inbound",
    messagingServiceSid: null,
    numSegments: countSegments(channel, body),
    mediaUrls,
    contentSid: null,
    contentVariables: null,
    statusCallback: null,
    errorCode: null,
    updatedAt: at,
    sentAt: at,
    sendAt: null,
    ahead: [],
    manner: "normal",
    deleted: false,
  };
  return { kind: "inbound-message", ref, at, channel, from, to, body, status: "received", details };
}

function inboundParams(sid: string, options: InboundMessageOptions): Form {
  const { from, to, body, channel = "sms", mediaUrls = [] } = options;
  return {
    MessageSid: sid,
    SmsSid: sid,
    SmsMessageSid: sid,
    From: formatAddress(channel, from),
    To: formatAddress(channel, to),
    Body: body,
    NumMedia: String(mediaUrls.length),
    NumSegments: String(countSegments(channel, body)),
    ReferralNumMedia: "0",
    SmsStatus: "received",
    ...Object.fromEntries(mediaUrls.flatMap((url, index) => mediaParams(url, index, options))),
    ...(channel === "whatsapp" ? whatsAppParams(options) : geoParams(from, to)),
  };
}

function mediaParams(
  url: string,
  index: number,
  { mediaUrls = [], files = [] }: InboundMessageOptions,
): [string, string][] {
  const own = files[index - (mediaUrls.length - files.length)];
  return [
    [`MediaUrl${index}`, url],
    [`MediaContentType${index}`, own?.type ?? contentTypeOf(url)],
  ];
}

function contentTypeOf(url: string): string {
  const extension = /\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase() ?? "";
  return CONTENT_TYPES[extension] ?? "application/octet-stream";
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  pdf: "application/pdf",
  mp4: "video/mp4",
  ogg: "audio/ogg",
  mp3: "audio/mpeg",
};

function geoParams(from: string, to: string): Form {
  const places = (side: string, number: string): Form => ({
    [`${side}City`]: "",
    [`${side}State`]: "",
    [`${side}Zip`]: "",
    [`${side}Country`]: countryOf(number),
  });
  return { ...places("From", from), ...places("To", to) };
}

function whatsAppParams(options: InboundMessageOptions): Form {
  const { from, to, body, mediaUrls = [], buttonPayload, listId, repliesTo, profileName } = options;
  const button = { ButtonText: body, ButtonPayload: buttonPayload ?? "", ButtonType: "REPLY" };
  const context = {
    OriginalRepliedMessageSender: formatAddress("whatsapp", to),
    OriginalRepliedMessageSid: repliesTo ?? "",
  };
  const media = contentTypeOf(mediaUrls[0] ?? "").split("/")[0] ?? "";
  const plainType = mediaUrls.length === 0 ? "text" : media === "application" ? "document" : media;
  return {
    WaId: from.replace(/^\+/, ""),
    ...(profileName === undefined ? {} : { ProfileName: profileName }),
    ...(buttonPayload === undefined ? {} : button),
    ...(listId === undefined ? {} : { ListId: listId, ListTitle: body }),
    ...(repliesTo === undefined ? {} : context),
    MessageType: listId !== undefined ? "interactive" : buttonPayload === undefined ? plainType : "button",
  };
}

interface Conversation {
  readonly accountSid: string;
  /** Parameters of the webhook. */
  readonly params: Form;
  readonly answer: WebhookAnswer;
}

async function playReplies(world: World, conversation: Conversation): Promise<void> {
  let { answer } = conversation;
  for (let documents = 0; documents < MAX_DOCUMENTS && answer.errorCode === undefined; documents++) {
    const redirect = replyToOne(world, conversation, answer);
    if (!redirect || !URL.canParse(redirect.text, answer.url)) return;
    const url = new URL(redirect.text, answer.url).href;
    const method = redirect.attributes.method ?? "POST";
    answer = await world.webhooks.send(
      webhookCall(conversation.accountSid, url, method, conversation.params),
    );
  }
}

/** Sends the messages of one document; gives back its redirect, if any. */
function replyToOne(world: World, conversation: Conversation, answer: WebhookAnswer): TwimlElement | null {
  if (answer.body.trim() === "") return null;
  if (answer.contentType.startsWith("text/plain")) {
    reply(world, conversation, { Body: answer.body });
    return null;
  }
  const document = parseTwiml(answer.body);
  if (!document.ok) return null;
  for (const verb of document.verbs) {
    if (verb.name === "Redirect") return verb;
    if (verb.name === "Message") reply(world, conversation, messageForm(verb, answer.url));
  }
  return null;
}

function messageForm(verb: TwimlElement, base: string): Form {
  const texts = (name: string) =>
    verb.children.filter((child) => child.name === name).map((child) => child.text);
  const media = texts("Media").map((url) => (URL.canParse(url, base) ? new URL(url, base).href : url));
  const { to, from, statusCallback } = verb.attributes;
  return {
    Body: verb.children.length > 0 ? texts("Body").join("") : verb.text,
    ...(media.length > 0 ? { MediaUrl: media } : {}),
    ...(to ? { To: to } : {}),
    ...(from ? { From: from } : {}),
    ...(statusCallback && URL.canParse(statusCallback, base)
      ? { StatusCallback: new URL(statusCallback, base).href }
      : {}),
  };
}

function reply(world: World, { accountSid, params }: Conversation, form: Form): void {
  const parties = { To: formText(params, "From") ?? "", From: formText(params, "To") ?? "" };
  const complete = { ...parties, ...form };
  // A reply the API would refuse is only an error in Twilio's log: nobody waits for an answer.
  if (refuseMessage(world, complete)) return;
  acceptMessage(world, { accountSid, form: complete, manner: "normal", direction: "outbound-reply" });
}
