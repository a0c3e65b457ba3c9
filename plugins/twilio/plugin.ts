import { definePlugin } from "../../engine/plugin-api.ts";
import sms from "./channels/sms.ts";
import whatsapp from "./channels/whatsapp.ts";
import credentials from "./credentials.ts";
import { startTwilioEmulator } from "./emulator/emulator.ts";
import { simulatedAccount } from "./emulator/simulated-account.ts";
import media from "./media.ts";
import lookup from "./nodes/lookup.ts";
import sendMessage from "./nodes/send-message.ts";
import verify from "./nodes/verify.ts";
import verifyCheck from "./nodes/verify-check.ts";
import verifyStart from "./nodes/verify-start.ts";
import connectCall from "./nodes/voice/connect-call.ts";
import enqueue from "./nodes/voice/enqueue.ts";
import gather from "./nodes/voice/gather.ts";
import hangup from "./nodes/voice/hangup.ts";
import makeCall from "./nodes/voice/make-call.ts";
import pay from "./nodes/voice/pay.ts";
import recordCall from "./nodes/voice/record-call.ts";
import reject from "./nodes/voice/reject.ts";
import say from "./nodes/voice/say.ts";
import stream from "./nodes/voice/stream.ts";
import twiml from "./nodes/voice/twiml.ts";
import updateCall from "./nodes/voice/update-call.ts";
import voicemail from "./nodes/voice/voicemail.ts";
import sipTrunk from "./sip-trunk.ts";
import socketSigner from "./socket-signer.ts";
import templates from "./templates/adapter.ts";
import incomingCall from "./triggers/incoming-call.ts";
import incomingMessage from "./triggers/incoming-message.ts";
import verifier from "./verifier.ts";
import anyMessageStatus from "./webhooks/any-message-status.ts";
import messageStatus from "./webhooks/message-status.ts";
import messages from "./webhooks/messages.ts";
import voice from "./webhooks/voice.ts";
import voiceAccept from "./webhooks/voice-accept.ts";
import voiceGreeting from "./webhooks/voice-greeting.ts";
import voiceLeg from "./webhooks/voice-leg.ts";
import voiceLiveTranscript from "./webhooks/voice-live-transcript.ts";
import voiceMachine from "./webhooks/voice-machine.ts";
import voiceOutbound from "./webhooks/voice-outbound.ts";
import voiceQueueKey from "./webhooks/voice-queue-key.ts";
import voiceQueueWait from "./webhooks/voice-queue-wait.ts";
import voiceRecorded from "./webhooks/voice-recorded.ts";
import voiceReturn from "./webhooks/voice-return.ts";
import voiceStatus from "./webhooks/voice-status.ts";
import voiceStep from "./webhooks/voice-step.ts";
import voiceTranscript from "./webhooks/voice-transcript.ts";
import voiceWaitMusic from "./webhooks/voice-wait-music.ts";
import voiceWhisper from "./webhooks/voice-whisper.ts";

export default definePlugin({
  id: "twilio",
  title: { en: "Twilio", es: "Twilio" },
  nodes: [
    say,
    gather,
    connectCall,
    enqueue,
    pay,
    makeCall,
    voicemail,
    recordCall,
    updateCall,
    twiml,
    stream,
    hangup,
    reject,
    lookup,
    verifyStart,
    verifyCheck,
    verify,
    sendMessage,
  ],
  triggers: [incomingCall, incomingMessage],
  channels: [sms, whatsapp],
  verifiers: [verifier],
  credentials: [credentials, sipTrunk],
  webhooks: [
    voice,
    voiceStep,
    voiceOutbound,
    voiceGreeting,
    voiceMachine,
    voiceRecorded,
    voiceTranscript,
    voiceLiveTranscript,
    voiceReturn,
    voiceStatus,
    voiceWhisper,
    voiceAccept,
    voiceLeg,
    voiceQueueWait,
    voiceQueueKey,
    voiceWaitMusic,
    messages,
    messageStatus,
    anyMessageStatus,
  ],
  templates,
  socketSigner,
  media,
  emulator: startTwilioEmulator,
  simulation: simulatedAccount,
});
