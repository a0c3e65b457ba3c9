import { afterAll, afterEach, beforeAll } from "vitest";
import type { ChannelContext, JsonObject } from "../../../engine/plugin-api.ts";
import { startTwilioEmulator, type TwilioEmulator } from "../../../plugins/twilio/emulator/emulator.ts";
import { memoryCache } from "../channel-parts.ts";

export const ACCOUNT = {
  accountSid: "AC00000000000000000000000000000001",
  authToken: "the-auth-token",
  apiKeySid: "SK00000000000000000000000000000001",
  apiKeySecret: "the-key-secret",
};

/** Starts one emulator for a test file, without faults between tests. */
export function emulated(): {
  emulator(): TwilioEmulator;
  credential(): JsonObject;
  context(): ChannelContext;
} {
  let running: TwilioEmulator | null = null;
  const emulator = () => {
    if (running === null)
      throw new Error("The emulator is not running; call emulated() at the top of the file.");
    return running;
  };
  beforeAll(async () => {
    running = await startTwilioEmulator({ accounts: [ACCOUNT], paceMs: 0 });
  });
  afterEach(() => emulator().faults.clear());
  afterAll(() => emulator().close());
  const credential = () => ({ ...ACCOUNT, baseUrl: emulator().url });
  return { emulator, credential, context: () => channelContext(credential()) };
}

function channelContext(credential: JsonObject): ChannelContext {
  const log = { info() {}, warn() {}, error() {} };
  const fetch = () => Promise.reject(new Error("Channels of Twilio use its SDK, not fetch."));
  const cache = memoryCache();
  return { credential, log, fetch, attempt: 0, signal: new AbortController().signal, cache };
}
