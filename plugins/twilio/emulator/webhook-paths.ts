/** Where the numbers of the emulated accounts are configured to call, below the engine's public URL. */
export const WEBHOOK_PATHS = {
  voice: "/hooks/twilio/voice",
  voiceStatus: "/hooks/twilio/voice/status",
  messages: "/hooks/twilio/messages",
} as const;
