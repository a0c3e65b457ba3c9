import type { TwimlElement } from "./twiml-document.ts";
import { isPossible } from "./twiml-values.ts";

interface Rule {
  readonly attributes: readonly string[];
  /** Elements that may stand inside; absent: not looked at. */
  readonly children?: readonly string[];
}

const RECORDING_CALLBACK =
  "recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod recordingConfigurationId";
const STATUS_CALLBACK = "statusCallback statusCallbackEvent statusCallbackMethod";
const DETECTION =
  "machineDetection machineDetectionTimeout machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout amdStatusCallback amdStatusCallbackMethod";
const NOUNS = "Application Client Conference Number Queue Sim Sip WhatsApp";

/** Attributes and nesting of the verbs and nouns the virtual phone plays. */
const RULES: Readonly<Record<string, Rule>> = {
  Say: rule("voice language loop", "break emphasis lang p phoneme prosody s say-as sub w"),
  Play: rule("loop digits", ""),
  Pause: rule("length", ""),
  Gather: rule(
    "action method input timeout numDigits finishOnKey speechTimeout speechModel language hints profanityFilter enhanced actionOnEmptyResult partialResultCallback partialResultCallbackMethod bargeIn maxSpeechTime debug",
    "Say Play Pause",
  ),
  Record: rule(
    `action method timeout finishOnKey maxLength playBeep trim transcribe transcribeCallback ${RECORDING_CALLBACK}`,
    "",
  ),
  Dial: rule(
    `action method timeout timeLimit callerId hangupOnStar answerOnBridge ringTone record trim recordingTrack ${RECORDING_CALLBACK} sequential referUrl referMethod callReason events passports`,
    NOUNS,
  ),
  Connect: rule(
    "action method",
    "AiSession Conversation ConversationRelay ConversationRelaySession Room Stream VirtualAgent",
  ),
  ConversationRelay: rule(
    "url welcomeGreeting welcomeGreetingInterruptible language ttsLanguage transcriptionLanguage ttsProvider voice transcriptionProvider speechModel eotThreshold partialPrompts speechTimeout interruptible interruptSensitivity preemptible dtmfDetection reportInputDuringAgentSpeech ignoreBackchannel hints profanityFilter deepgramSmartFormat elevenlabsTextNormalization backgroundNoiseReduction debug events intelligenceService conversationConfiguration conversationId applicationReconnect echoPromptFiltering",
    "Language Parameter",
  ),
  Language: rule("code ttsProvider voice transcriptionProvider speechModel", ""),
  Redirect: rule("method", ""),
  Reject: rule("reason", "Parameter"),
  Hangup: rule("", "Parameter"),
  Number: rule(`sendDigits url method byoc ${STATUS_CALLBACK} ${DETECTION}`, ""),
  Client: rule(`url method ${STATUS_CALLBACK}`, "Identity Parameter"),
  Sip: rule(`username password url method ${STATUS_CALLBACK} ${DETECTION}`, "Uri Headers"),
  Conference: rule(
    `muted beep startConferenceOnEnter endConferenceOnExit participantLabel coach waitUrl waitMethod maxParticipants record trim region jitterBufferSize ${STATUS_CALLBACK} ${RECORDING_CALLBACK} eventCallbackUrl`,
    "",
  ),
  Enqueue: rule("action method waitUrl waitUrlMethod workflowSid maxQueueSize", "Task"),
  Task: rule("priority timeout", ""),
  Leave: rule("", ""),
  Pay: rule(
    "action input paymentMethod bankAccountType statusCallback statusCallbackMethod timeout maxAttempts securityCode postalCode minPostalCodeLength paymentConnector tokenType chargeAmount currency description language validCardTypes",
    "Prompt Parameter",
  ),
  Prompt: rule("for errorType cardType attempt requireMatchingInputs", "Say Play Pause"),
  Headers: rule("", "Header"),
  Header: rule("name value", ""),
  Queue: rule("url method reservationSid postWorkActivitySid", ""),
  Application: rule(`url method ${STATUS_CALLBACK} customerId copyParentTo`, "ApplicationSid Parameter"),
  WhatsApp: rule(`url method ${STATUS_CALLBACK}`, ""),
  Sim: rule("", ""),
  Start: rule("action method", "Recording Siprec Stream Transcription"),
  Stop: rule("action method", "Siprec Stream Transcription"),
  Stream: rule(
    "url name track connectorName statusCallback statusCallbackMethod audioFormat sampleRate",
    "Parameter",
  ),
  Siprec: rule("name connectorName track statusCallback statusCallbackMethod", "Parameter"),
  Transcription: rule(
    "name track languageCode transcriptionEngine speechModel partialResults profanityFilter enableAutomaticPunctuation hints inboundTrackLabel outboundTrackLabel intelligenceService statusCallbackUrl statusCallbackMethod",
    "Config Parameter",
  ),
  Config: rule("name value", ""),
  Recording: rule(`channels track trim ${RECORDING_CALLBACK}`, ""),
  Parameter: rule("name value", ""),
};

/** Verbs Twilio knows but this phone cannot play. */
export const UNPLAYED_VERBS: readonly string[] = "Echo Refer Sms Queue".split(" ");

/** What Twilio would warn about in this verb and the elements inside it. */
export function schemaWarnings(element: TwimlElement): string[] {
  const rule = RULES[element.name];
  if (!rule) return [];
  const attributes = Object.keys(element.attributes)
    .filter((name) => !rule.attributes.includes(name))
    .map((name) => `<${element.name}> has an unknown attribute ${name}`);
  const values = Object.entries(element.attributes)
    .filter(([name, value]) => !isPossible(element.name, name, value))
    .map(([name, value]) => `<${element.name}> has an invalid ${name}: "${value}"`);
  const children = element.children.flatMap((child) =>
    rule.children === undefined || rule.children.includes(child.name)
      ? schemaWarnings(child)
      : [`<${child.name}> is not allowed inside <${element.name}>`],
  );
  return [...attributes, ...values, ...children];
}

function rule(attributes: string, children?: string): Rule {
  const words = (text: string) => text.split(" ").filter((word) => word !== "");
  return { attributes: words(attributes), ...(children === undefined ? {} : { children: words(children) }) };
}
