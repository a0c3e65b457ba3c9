/** What is metered. Each tenant has an account per meter. */
export type Meter = "sms" | "whatsapp" | "voice" | "lookup" | "verify" | "ai";

export type ChannelKind = "sms" | "whatsapp" | "voice";
