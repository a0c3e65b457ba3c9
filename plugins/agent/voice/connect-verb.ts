import type { JsonObject, NodeContext } from "../../../engine/plugin-api.ts";
import type { VoiceParams } from "./voice-params.ts";

/** Whose relay it is: the plugin that answers the call, and where it tells the end. */
export const CARRIER = { provider: "twilio", action: "twilio/voice/step" } as const;

export interface Connecting {
  readonly url: string;
  readonly token: string;
  readonly greeting: string;
  readonly language: string;
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

/** The call is given to the relay; when that ends, the flow goes on by the verb's action. */
export function connectVerb(ctx: NodeContext, params: VoiceParams, connecting: Connecting): JsonObject {
  const languages = params.languages.map(({ code, ...more }) => part("Language", { code, ...more }));
  const token = part("Parameter", { name: "token", value: connecting.token });
  const relay = {
    ...part("ConversationRelay", relayAttributes(ctx, params, connecting)),
    children: [...languages, token],
  };
  return { ...part("Connect", { action: ctx.urls.step(CARRIER.action), method: "POST" }), children: [relay] };
}

function relayAttributes(
  ctx: NodeContext,
  params: VoiceParams,
  { url, greeting, language }: Connecting,
): Values {
  return {
    url,
    welcomeGreeting: greeting || undefined,
    welcomeGreetingInterruptible: params.greetingInterruptible,
    language,
    ttsLanguage: params.ttsLanguage || undefined,
    transcriptionLanguage: params.transcriptionLanguage || undefined,
    ttsProvider: params.ttsProvider,
    voice: params.voice || ctx.agent.settings.voice || undefined,
    elevenlabsTextNormalization: params.elevenlabsTextNormalization,
    transcriptionProvider: params.transcriptionProvider,
    speechModel: params.speechModel || undefined,
    speechTimeout: params.speechTimeoutMs,
    eotThreshold: params.eotThreshold,
    interruptible: params.interruptible,
    interruptSensitivity: params.interruptSensitivity,
    ignoreBackchannel: params.ignoreBackchannel || undefined,
    reportInputDuringAgentSpeech: params.reportInputDuringAgentSpeech,
    preemptible: params.preemptible,
    hints: params.hints || undefined,
    deepgramSmartFormat: params.deepgramSmartFormat,
    profanityFilter: params.profanityFilter,
    echoPromptFiltering: params.echoPromptFiltering,
    intelligenceService: params.intelligenceService || undefined,
    conversationConfiguration: params.conversationConfiguration || undefined,
    conversationId: params.conversationId || undefined,
    // Key 0 always reaches a person; silence is counted from the end of what is said; a connection that breaks comes back.
    dtmfDetection: true,
    events: "speaker-events",
    applicationReconnect: true,
  };
}

function part(verb: string, attrs: Values): JsonObject {
  const given = Object.entries(attrs).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
  );
  return { verb, attrs: Object.fromEntries(given) };
}
