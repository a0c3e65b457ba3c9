import { definePlugin } from "../../engine/plugin-api.ts";
import sms from "./channels/sms.ts";
import whatsapp from "./channels/whatsapp.ts";
import credentials from "./credentials.ts";
import { startTwilioEmulator } from "./emulator/emulator.ts";
import media from "./media.ts";
import lookup from "./nodes/lookup.ts";
import connectCall from "./nodes/voice/connect-call.ts";
import gather from "./nodes/voice/gather.ts";
import hangup from "./nodes/voice/hangup.ts";
import reject from "./nodes/voice/reject.ts";
import say from "./nodes/voice/say.ts";
import templates from "./templates/adapter.ts";
import incomingCall from "./triggers/incoming-call.ts";
import incomingMessage from "./triggers/incoming-message.ts";
import messageStatus from "./webhooks/message-status.ts";
import messages from "./webhooks/messages.ts";
import voice from "./webhooks/voice.ts";
import voiceStatus from "./webhooks/voice-status.ts";
import voiceStep from "./webhooks/voice-step.ts";
import voiceWhisper from "./webhooks/voice-whisper.ts";

export default definePlugin({
  id: "twilio",
  title: { en: "Twilio", es: "Twilio" },
  nodes: [say, gather, connectCall, hangup, reject, lookup],
  triggers: [incomingCall, incomingMessage],
  channels: [sms, whatsapp],
  credentials: [credentials],
  webhooks: [voice, voiceStep, voiceStatus, voiceWhisper, messages, messageStatus],
  templates,
  media,
  emulator: startTwilioEmulator,
});
