import type {
  ChannelContext,
  GuardedFetch,
  JsonObject,
  OutboundMessage,
} from "../../../../engine/plugin-api.ts";
import { foreignFile, memoryCache } from "../../channel-parts.ts";

export const APP = {
  accessToken: "EAAtoken",
  appId: "42",
  appSecret: "test_app_secret",
  verifyToken: "let me in",
};

export const EFFECT_ID = "eff_0199a1b2c3d4e5f60718293a4b5c6d7e";

/** A text to Lucía from our number; what is given replaces the rest. */
export function outbound(given: Partial<OutboundMessage> = {}): OutboundMessage {
  return {
    to: "+34600111222",
    purpose: "service",
    from: { numberId: "num_1", e164: "+15550001111", provider: "meta", providerId: "100000000000001" },
    effectId: EFFECT_ID,
    statusUrl: "https://example.test/hooks/none",
    files: (given.media ?? []).map(foreignFile),
    headerFile: null,
    ...("template" in given || "media" in given ? {} : { text: "Hola" }),
    ...given,
  };
}

export function channelContext(
  fetch: GuardedFetch,
  baseUrl: string,
  credential: JsonObject = APP,
): ChannelContext {
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const { signal } = new AbortController();
  const cache = memoryCache();
  return { signal, fetch, log: silent, credential: { ...credential, baseUrl }, attempt: 0, cache };
}

/** A reservation template with two variables. */
export function template(
  values: Record<string, string>,
  meta: JsonObject = { name: "booking_ready", language: "es" },
) {
  return {
    key: "booking-ready",
    locale: "es-MX",
    text: "Hola Lucía, su mesa es a las 21:00",
    content: { body: "Hola {{ name }}, su mesa es a las {{ time }}" },
    values,
    variables: ["name", "time"],
    vendors: { meta },
  };
}
