import { definePlugin } from "../../engine/plugin-api.ts";
import sms from "./channels/sms.ts";
import whatsapp from "./channels/whatsapp.ts";
import credentials from "./credentials.ts";
import { startTwilioEmulator } from "./emulator/emulator.ts";
import lookup from "./nodes/lookup.ts";
import connectCall from "./nodes/voice/connect-call.ts";
import enqueue from "./nodes/voice/enqueue.ts";
import gather from "./nodes/voice/gather.ts";
import hangup from "./nodes/voice/hangup.ts";
import pay from "./nodes/voice/pay.ts";
import reject from "./nodes/voice/reject.ts";
import say from "./nodes/voice/say.ts";
import sipTrunk from "./sip-trunk.ts";
import incomingCall from "./triggers/incoming-call.ts";
import incomingMessage from "./triggers/incoming-message.ts";
import messageStatus from "./webhooks/message-status.ts";
import messages from "./webhooks/messages.ts";
import voice from "./webhooks/voice.ts";
import voiceAccept from "./webhooks/voice-accept.ts";
import voiceLeg from "./webhooks/voice-leg.ts";
import voiceQueueKey from "./webhooks/voice-queue-key.ts";
import voiceQueueWait from "./webhooks/voice-queue-wait.ts";
import voiceStatus from "./webhooks/voice-status.ts";
import voiceStep from "./webhooks/voice-step.ts";
import voiceWaitMusic from "./webhooks/voice-wait-music.ts";
import voiceWhisper from "./webhooks/voice-whisper.ts";

export default definePlugin({
  id: "twilio",
  title: { en: "Twilio", es: "Twilio" },
  nodes: [say, gather, connectCall, enqueue, pay, hangup, reject, lookup],
  triggers: [incomingCall, incomingMessage],
  channels: [sms, whatsapp],
  credentials: [credentials, sipTrunk],
  webhooks: [
    voice,
    voiceStep,
    voiceStatus,
    voiceWhisper,
    voiceAccept,
    voiceLeg,
    voiceQueueWait,
    voiceQueueKey,
    voiceWaitMusic,
    messages,
    messageStatus,
  ],
  emulator: startTwilioEmulator,
});
