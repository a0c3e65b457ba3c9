/** What may stand in TwiML for calls: attributes and children of each element, as Twilio's own SDK knows them. */
export interface ElementRule {
  readonly attributes: ReadonlySet<string>;
  readonly children: ReadonlySet<string>;
  /** It may hold words. */
  readonly text: boolean;
}

/** The rule of an element; undefined for one that Twilio does not know. */
export function ruleOf(name: string): ElementRule | undefined {
  return RULES.get(name);
}

/** All element names, for whoever mistyped one. */
export function elementNames(): readonly string[] {
  return [...RULES.keys()];
}

const RECORDING =
  "recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod recordingConfigurationId";
const STATUS = "statusCallback statusCallbackEvent statusCallbackMethod";
const DETECTION =
  "machineDetection machineDetectionTimeout machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout amdStatusCallback amdStatusCallbackMethod";
const SSML = "break emphasis lang p phoneme prosody s say-as sub w";
const PROMPTS = "Say Play Pause";
const TEXT = true;

/** One line per element: attributes, children, whether it holds text. */
const TABLE: Readonly<Record<string, readonly [attributes: string, children?: string, text?: boolean]>> = {
  Response: [
    "",
    "Connect Dial Echo Enqueue Gather Hangup Leave Pause Pay Play Prompt Queue Record Redirect Refer Reject Say Sms Start Stop",
  ],
  // Verbs
  Say: ["voice language loop", SSML, TEXT],
  Play: ["loop digits", "", TEXT],
  Pause: ["length"],
  Gather: [
    "action method input timeout numDigits finishOnKey speechTimeout speechModel language hints profanityFilter enhanced actionOnEmptyResult partialResultCallback partialResultCallbackMethod bargeIn maxSpeechTime debug",
    PROMPTS,
  ],
  Record: [
    `action method timeout finishOnKey maxLength playBeep trim transcribe transcribeCallback ${RECORDING}`,
  ],
  Dial: [
    `action method timeout timeLimit callerId hangupOnStar answerOnBridge ringTone record trim recordingTrack ${RECORDING} sequential referUrl referMethod callReason events passports`,
    "Application Client Conference Number Queue Sim Sip WhatsApp",
    TEXT,
  ],
  Connect: [
    "action method",
    "AiSession Conversation ConversationRelay ConversationRelaySession Room Stream VirtualAgent",
  ],
  Enqueue: ["action method waitUrl waitUrlMethod workflowSid maxQueueSize", "Task", TEXT],
  Leave: [""],
  Echo: [""],
  Hangup: ["", "Parameter"],
  Redirect: ["method", "", TEXT],
  Reject: ["reason", "Parameter"],
  Refer: ["action method", "Sip ReferSip"],
  Sms: ["to from action method statusCallback", "", TEXT],
  Start: ["action method", "Recording Siprec Stream Transcription"],
  Stop: ["action method", "Siprec Stream Transcription"],
  Prompt: ["for errorType cardType attempt requireMatchingInputs", PROMPTS],
  Pay: [
    "action input paymentMethod bankAccountType statusCallback statusCallbackMethod timeout maxAttempts securityCode postalCode minPostalCodeLength paymentConnector tokenType chargeAmount currency description language validCardTypes",
    "Prompt Parameter",
  ],
  // Nouns
  Number: [`sendDigits url method byoc ${STATUS} ${DETECTION}`, "", TEXT],
  Client: [`url method ${STATUS}`, "Identity Parameter", TEXT],
  Sip: [`username password url method ${STATUS} ${DETECTION}`, "Uri Headers", TEXT],
  Conference: [
    `muted beep startConferenceOnEnter endConferenceOnExit participantLabel coach waitUrl waitMethod maxParticipants record trim region jitterBufferSize ${STATUS} ${RECORDING} eventCallbackUrl`,
    "",
    TEXT,
  ],
  Queue: ["url method reservationSid postWorkActivitySid", "", TEXT],
  Application: [`url method ${STATUS} customerId copyParentTo`, "ApplicationSid Parameter", TEXT],
  WhatsApp: [`url method ${STATUS}`, "", TEXT],
  Sim: ["", "", TEXT],
  Identity: ["", "", TEXT],
  ApplicationSid: ["", "", TEXT],
  Uri: ["username password priority weight", "", TEXT],
  Headers: ["", "Header"],
  Header: ["name value"],
  ReferSip: ["", "", TEXT],
  Task: ["priority timeout", "", TEXT],
  Stream: [
    "url name track connectorName statusCallback statusCallbackMethod audioFormat sampleRate",
    "Parameter",
  ],
  Siprec: ["name connectorName track statusCallback statusCallbackMethod", "Parameter"],
  Recording: [`channels track trim ${RECORDING}`],
  Transcription: [
    "name track languageCode transcriptionEngine speechModel partialResults profanityFilter enableAutomaticPunctuation hints inboundTrackLabel outboundTrackLabel intelligenceService statusCallbackUrl statusCallbackMethod",
    "Config Parameter",
  ],
  VirtualAgent: [
    "connectorName language sentimentAnalysis statusCallback statusCallbackMethod",
    "Config Parameter",
  ],
  Conversation: [
    "serviceInstanceSid inboundAutocreation inboundTimeout routingAssignmentTimeout url method record trim statusCallback statusCallbackEvent statusCallbackMethod recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod",
  ],
  Room: ["participantIdentity", "Parameter", TEXT],
  AiSession: ["aiConnector aiSessionConfiguration", "Parameter", TEXT],
  ConversationRelaySession: ["connector sessionConfiguration", "Parameter", TEXT],
  ConversationRelay: ["*", "Language Parameter"],
  Language: ["*"],
  Parameter: ["name value"],
  Config: ["name value"],
  // SSML, inside Say and itself
  break: ["strength time"],
  emphasis: ["level", SSML, TEXT],
  lang: ["xml:lang", SSML, TEXT],
  p: ["", SSML, TEXT],
  phoneme: ["alphabet ph", "", TEXT],
  prosody: ["volume rate pitch", SSML, TEXT],
  s: ["", SSML, TEXT],
  "say-as": ["interpret-as format", "", TEXT],
  sub: ["alias", "", TEXT],
  w: ["role", SSML, TEXT],
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(" ").filter((word) => word !== ""));

const RULES: ReadonlyMap<string, ElementRule> = new Map(
  Object.entries(TABLE).map(([name, [attributes, children = "", text = false]]) => [
    name,
    { attributes: words(attributes), children: words(children), text },
  ]),
);
