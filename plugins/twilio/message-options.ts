/**
 * What only Twilio's Messages API has, as `twilio.send-message` hands it to the channels, and which parameters Twilio takes
 * together. The codes are those Twilio itself would answer with, so nothing is sent to hear them.
 */
import type { MessageDraft, SenderView } from "../../engine/plugin-api.ts";

export interface TwilioOptions {
  readonly messagingServiceSid?: string;
  /** Of a pool's senders this one, or the number for SMS where RCS does not reach. */
  readonly from?: string;
  readonly fallbackFrom?: string;
  readonly contentSid?: string;
  readonly contentVariables?: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly sendAt?: string;
  readonly validityPeriod?: number;
  readonly smartEncoded?: boolean;
  readonly shortenUrls?: boolean;
  readonly sendAsMms?: boolean;
  readonly persistentAction?: readonly string[];
  readonly contentRetention?: "retain" | "discard";
  readonly addressRetention?: "retain" | "obfuscate";
  readonly riskCheck?: "enable" | "disable";
  readonly provideFeedback?: boolean;
  readonly trafficType?: "free";
  readonly messageIntent?: string;
}

/** The service a message goes through: what it names, else its number where that is one, else the account's where it has none. */
export function serviceOf(
  message: MessageDraft,
  from: SenderView,
  ofAccount: string | undefined,
): string | null {
  const named = optionsOf(message).messagingServiceSid;
  if (named !== undefined) return named;
  if (from.providerId?.startsWith("MG")) return from.providerId;
  return from.e164 === "" ? (ofAccount ?? null) : null;
}

export function optionsOf({ vendor }: MessageDraft): TwilioOptions {
  // Only `twilio.send-message` writes them, from parameters its schema has checked.
  return vendor?.provider === "twilio" ? (vendor.options as TwilioOptions) : {};
}

/** As the SDK names them; sender and text are the channel's business. */
export function vendorParameters(message: MessageDraft) {
  const options = optionsOf(message);
  const {
    messagingServiceSid: _service,
    from: _from,
    contentVariables,
    sendAt,
    persistentAction,
    ...rest
  } = options;
  return {
    ...rest,
    ...(contentVariables === undefined ? {} : { contentVariables: JSON.stringify(contentVariables) }),
    ...(persistentAction === undefined ? {} : { persistentAction: [...persistentAction] }),
    ...(sendAt === undefined ? {} : { sendAt: new Date(sendAt), scheduleType: "fixed" as const }),
  };
}

export interface Complaint {
  readonly code: string;
  readonly en: string;
  readonly es: string;
}

export interface Order extends TwilioOptions {
  readonly channel: "sms" | "whatsapp";
  readonly body: string;
  readonly mediaUrls: readonly string[];
}

const MAX_BODY = 1600;
const MAX_MEDIA = 10;
const MINUTE_MS = 60_000;
const EARLIEST_MS = 15 * MINUTE_MS;
const LATEST_MS = 35 * 24 * 60 * MINUTE_MS;

/** What Twilio would say against parameters that do not go together; null: nothing. */
export function complaintAbout(order: Order, now: Date): Complaint | null {
  return aboutContent(order) ?? aboutSchedule(order, now) ?? aboutSender(order);
}

function aboutContent({
  body,
  mediaUrls,
  contentSid,
  contentVariables,
  channel,
  persistentAction,
}: Order): Complaint | null {
  if (contentVariables !== undefined && contentSid === undefined)
    return complaint(
      "21654",
      "Variables need a content SID.",
      "Las variables necesitan un SID de contenido.",
    );
  if (contentSid !== undefined && (body !== "" || mediaUrls.length > 0))
    return complaint(
      "content_and_body",
      "A content SID stands alone: no text and no files beside it, as Twilio would leave them out.",
      "Un SID de contenido va solo: sin texto ni archivos, porque Twilio los omitiría.",
    );
  if (body === "" && mediaUrls.length === 0 && contentSid === undefined)
    return complaint(
      "21619",
      "Give a text, a file or a content SID.",
      "Indique un texto, un archivo o un SID de contenido.",
    );
  if (body.length > MAX_BODY)
    return complaint(
      "21617",
      `The text has ${body.length} characters; ${MAX_BODY} are allowed.`,
      `El texto tiene ${body.length} caracteres; se admiten ${MAX_BODY}.`,
    );
  if (mediaUrls.length > MAX_MEDIA)
    return complaint("21623", "Ten files at most.", "Diez archivos como máximo.");
  if (persistentAction !== undefined && channel !== "whatsapp")
    return complaint(
      "location_on_sms",
      "A location goes over WhatsApp only.",
      "Una ubicación solo va por WhatsApp.",
    );
  return null;
}

function aboutSchedule({ sendAt, messagingServiceSid }: Order, now: Date): Complaint | null {
  if (sendAt === undefined) return null;
  if (messagingServiceSid === undefined)
    return complaint(
      "35118",
      "To be sent later it needs a messaging service. Without one, use `sendAt` of messaging.send.",
      "Para enviarse más tarde necesita un servicio de mensajería. Sin él, use `sendAt` de messaging.send.",
    );
  const waitMs = Date.parse(sendAt) - now.getTime();
  if (waitMs >= EARLIEST_MS && waitMs <= LATEST_MS) return null;
  return complaint(
    "35114",
    `It is to be sent at ${sendAt}; Twilio takes 15 minutes to 35 days from now.`,
    `Debe enviarse a las ${sendAt}; Twilio admite entre 15 minutos y 35 días desde ahora.`,
  );
}

function aboutSender({ shortenUrls, fallbackFrom, messagingServiceSid }: Order): Complaint | null {
  if (messagingServiceSid !== undefined) return null;
  if (shortenUrls)
    return complaint(
      "shorten_without_service",
      "Twilio shortens links of a messaging service only.",
      "Twilio solo acorta enlaces de un servicio de mensajería.",
    );
  if (fallbackFrom !== undefined)
    return complaint(
      "fallback_without_service",
      "A number to fall back on needs a messaging service.",
      "El número alternativo necesita un servicio de mensajería.",
    );
  return null;
}

function complaint(code: string, en: string, es: string): Complaint {
  return { code, en, es };
}
