import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startRealtime } from "../../../../plugins/agent/emulator/voice/realtime.ts";
import { realtimeCarrier } from "../../../../plugins/agent/voice/realtime/carrier.ts";
import { until } from "../../../support/until.ts";
import { type Bench, startBench } from "../../twilio/emulator-webhook-server.ts";
import { type HandClock, handClock } from "../../twilio/hand-clock.ts";
import { type SocketApp, startSocketApp } from "../../twilio/socket-app.ts";
import { hotelPolicy } from "../turn/conversation.ts";
import { carried, closes, WAIT } from "./phone-stream.ts";

const GREETING = "Hotel Sol, buenas tardes.";

let bench: Bench;
let app: SocketApp;
let clock: HandClock;
beforeEach(async () => {
  clock = handClock();
  [bench, app] = await Promise.all([startBench({ clock }), startSocketApp()]);
});
afterEach(async () => {
  await bench.close();
  await app.close();
});

test("a phone of the emulated Twilio talks with a model that hears and speaks, and is passed on", async () => {
  const realtime = await startRealtime("sk-live");
  closes(realtime.close);
  const account = {
    apiKey: "sk-live",
    baseUrl: `https://${realtime.host}/v1`,
    model: "gpt-realtime-2.1",
    ca: realtime.ca,
  };
  const session = {
    instructions: "Eres la recepción. Hoy es 2026-11-28, sábado.",
    tools: [],
    language: "es-MX",
    voice: "marin",
    detection: { kind: "server", silenceMs: 500, threshold: 0.5 },
    transcription: "gpt-realtime-whisper",
    maxTokens: 400,
  } as const;
  const policy = {
    ...hotelPolicy(),
    language: "es-MX",
    greeting: GREETING,
    silenceMs: 7_000,
    filler: null,
    session,
  };
  const nobody = () => {
    throw new Error("nobody is to take over");
  };
  bench.hooks.on(
    "/doc",
    `<Response><Connect><Stream url="${app.url}/voice/media"/></Connect><Say>Sigue</Say></Response>`,
  );
  const url = `${bench.hooks.url}/doc`;
  const from = "+573001112233";
  const call = bench.emulator.ring({ from, to: "+576011112222", url, statusUrl: `${bench.hooks.url}/st` });
  const { socket } = await app.caller();
  const left = carried(socket, {
    engines: ["realtime"],
    carriers: { realtime: realtimeCarrier(policy, account), pipeline: nobody },
    runTool: async () => ({ text: "{}" }),
    log: () => undefined,
  });
  const talk = await until("the talk", () => bench.emulator.conversation(call.sid) ?? null);
  const hears = (words: string) =>
    vi.waitFor(() => {
      clock.pass(100);
      expect(talk.heard.join(" ")).toContain(words);
    }, WAIT);
  await hears("buenas tardes.");
  talk.says("Quiero una habitación");
  await hears("¿Para qué fecha?");
  talk.says("Quiero hablar con una persona");
  await hears("Le paso con una persona del equipo.");
  const over = left.then((exit) => exit.reason);
  await vi.waitFor(() => {
    clock.pass(100);
    expect(bench.emulator.conversation(call.sid)).toBeUndefined();
  }, WAIT);
  expect(await over).toBe("asked_for_person");
});
