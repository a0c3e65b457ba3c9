import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { phoneAt } from "../../../engine/demo/phone-at.ts";
import { createEar, type PhoneEvent, SOUND_FRAME_BYTES, soundOf } from "../../../engine/plugin-api.ts";
import { startTwilioEmulator, type TwilioEmulator } from "../../../plugins/twilio/emulator/emulator.ts";
import type { Conversation } from "../../../plugins/twilio/emulator/sockets/conversation.ts";
import { until } from "../../support/until.ts";
import { ACCOUNT, startWebhookServer, type WebhookServer } from "./emulator-webhook-server.ts";
import { type HandClock, handClock } from "./hand-clock.ts";
import { type Caller, type SocketApp, startSocketApp } from "./socket-app.ts";

let hooks: WebhookServer;
let app: SocketApp;
let emulator: TwilioEmulator;
let clock: HandClock;
let events: PhoneEvent[];

const [FROM, TO] = ["+573001112233", "+576011112222"];
const REPLY = "Tengo una habitación doble para usted.";

beforeEach(async () => {
  [clock, events] = [handClock(), []];
  [hooks, app] = await Promise.all([startWebhookServer(), startSocketApp()]);
});
afterEach(async () => {
  await emulator.close();
  await Promise.all([hooks.close(), app.close()]);
});

async function start(isPlayed: boolean): Promise<void> {
  const person = {
    hears: (event: PhoneEvent) => void events.push(event),
    speakingMs: 1,
    waitingMs: 1,
    reach: () => "everything" as const,
  };
  emulator = await startTwilioEmulator({
    accounts: [ACCOUNT],
    publicUrl: hooks.url,
    paceMs: 0,
    clock,
    ...(isPlayed ? { person } : {}),
  });
  const relay = `<ConversationRelay url="${app.url}/relay" dtmfDetection="true" language="es-CO"/>`;
  hooks.on("/hooks/twilio/voice", `<Response><Connect>${relay}</Connect></Response>`);
}

async function talkOn(sid: string): Promise<{ caller: Caller; talk: Conversation }> {
  const caller = await app.caller();
  await caller.next("setup");
  return { caller, talk: await until("the talk", () => emulator.conversation(sid) ?? null) };
}

async function answer(caller: Caller, talk: Conversation): Promise<void> {
  const frames = () => talk.frames.filter(({ dir }) => dir === "out").length;
  const before = frames();
  const tokens = REPLY.split(/(?<=\s)/);
  for (const token of tokens) caller.send({ type: "text", token, last: false });
  caller.send({ type: "text", token: "", last: true });
  await until("the reply", () => frames() === before + tokens.length + 1);
}

describe("a phone that somebody plays", () => {
  test("shows what the agent says as it comes, and takes words, keys and the end at any time", async () => {
    await start(true);
    const { phone } = emulator;
    const callId = phone?.call?.({ from: FROM, to: TO, place: {} }) ?? "";
    const { caller, talk } = await talkOn(callId);
    await answer(caller, talk);
    clock.pass(1_000);
    expect(phone?.act({ kind: "say", text: "¡Espere!" })).toBe(true);
    expect(await caller.next("interrupt")).toMatchObject({ utteranceUntilInterrupt: "Tengo una" });
    // What is typed was said when it is sent.
    expect(await caller.next("prompt")).toEqual({
      type: "prompt",
      voicePrompt: "¡Espere!",
      lang: "es-CO",
      last: true,
    });
    expect(phone?.act({ kind: "digits", digits: "2" })).toBe(true);
    expect(await caller.next("dtmf")).toMatchObject({ digit: "2" });
    expect(phone?.act({ kind: "record", text: "Mensaje", seconds: 3 })).toBe(false);
    expect(phone?.act({ kind: "hangup" })).toBe(true);
    expect(await caller.closed).toMatchObject({ code: 1000 });
    await emulator.idle();
    const utterance = `${talk.sid}:0`;
    expect(events.filter(({ kind }) => kind === "caption" || kind === "listening")).toMatchObject([
      { speaker: "flow", text: "Tengo ", utterance },
      { speaker: "flow", text: "Tengo una ", utterance },
      { speaker: "person", text: "¡Espere!" },
      { speaker: "flow", text: "Tengo una", utterance },
      { kind: "listening", wants: ["speech", "digits"], open: true },
    ]);
    expect(events.at(-1)).toMatchObject({ kind: "call", state: "completed" });
  });
});

describe("a phone at the keyboard", () => {
  test("prints each sentence when it was heard, says and presses what is typed, and hangs up", async () => {
    await start(false);
    const [keyboard, printed] = [new PassThrough(), [] as string[]];
    const hand = phoneAt(keyboard, (line) => void printed.push(line.trim()));
    const url = `${hooks.url}/hooks/twilio/voice`;
    const call = emulator.ring({ from: FROM, to: TO, url, statusUrl: `${hooks.url}/st`, script: { hand } });
    const { caller, talk } = await talkOn(call.sid);
    await answer(caller, talk);
    clock.pass(5_000);
    keyboard.write("Con balcón\n\n");
    await until("the words", () => {
      clock.pass(500);
      return caller.frames.some(({ type }) => type === "prompt");
    });
    await answer(caller, talk);
    clock.pass(1_000);
    keyboard.write("2#\n");
    expect(await caller.next("interrupt")).toMatchObject({ utteranceUntilInterrupt: "Tengo una" });
    expect([await caller.next("dtmf"), await caller.next("dtmf")]).toMatchObject([
      { digit: "2" },
      { digit: "#" },
    ]);
    keyboard.write("/colgar\n");
    expect(await call.done).toMatchObject({ status: "completed", gathered: ["Con balcón", "2#"] });
    expect(printed).toEqual([`agent      "${REPLY}"`, 'agent      "Tengo una" —']);
  });

  test("the end of the keyboard is the end of the call", async () => {
    await start(false);
    const keyboard = new PassThrough();
    const script = { hand: phoneAt(keyboard, () => undefined) };
    const call = emulator.ring({ from: FROM, to: TO, url: `${hooks.url}/hooks/twilio/voice`, script });
    await talkOn(call.sid);
    keyboard.end();
    expect((await call.done).status).toBe("completed");
  });
});

describe("speech without a voice", () => {
  test.each([1, 7, 159, SOUND_FRAME_BYTES, 1_000])("is made out however it was sliced: %i bytes", (size) => {
    const text = "¿Señora Núñez? 🛎️ Tres y ½.";
    const sound = soundOf(text);
    const ear = createEar();
    let heard = "";
    for (let at = 0; at < sound.length; at += size) heard += ear.hear(sound.subarray(at, at + size));
    expect([heard, sound.length % SOUND_FRAME_BYTES]).toEqual([text, 0]);
  });

  test("what was cut off is not heard, other sound says nothing", () => {
    const ear = createEar();
    expect(ear.hear(soundOf("Tengo una").subarray(0, 520 * 5))).toBe("Tengo");
    expect(ear.hear(soundOf("Sí"))).toBe("Sí");
    expect(createEar().hear(Buffer.alloc(8_000, 0x00))).toBe("");
  });
});
