import type { ChannelKind } from "../../../engine/plugin-api.ts";

/** `whatsapp:+34…` in two parts. Other prefixes (`client:`, `sip:`) stay part of the number. */
export interface Address {
  readonly channel: Extract<ChannelKind, "sms" | "whatsapp">;
  readonly number: string;
}

const WHATSAPP = "whatsapp:";

export function parseAddress(text: string): Address {
  const isWhatsApp = text.toLowerCase().startsWith(WHATSAPP);
  return isWhatsApp
    ? { channel: "whatsapp", number: text.slice(WHATSAPP.length) }
    : { channel: "sms", number: text };
}

/** The number as Twilio writes it on this channel. */
export function formatAddress(channel: ChannelKind | undefined, number: string): string {
  return channel === "whatsapp" ? WHATSAPP + number : number;
}
