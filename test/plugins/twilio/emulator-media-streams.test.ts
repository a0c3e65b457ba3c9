import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEar, soundOf } from "../../../engine/plugin-api.ts";
import type { PhoneCall, PhoneScript } from "../../../plugins/twilio/emulator/phone.ts";
import { until } from "../../support/until.ts";
import { ACCOUNT, type Bench, startBench } from "./emulator-webhook-server.ts";
import { type HandClock, handClock } from "./hand-clock.ts";
import { type Caller, type Frame, type SocketApp, startSocketApp } from "./socket-app.ts";

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

const PATH = "/voice/media";
const TO = "+576011112222";

function ring(attributes = "", script: PhoneScript = {}, verb = `<Say>Sigue</Say>`): PhoneCall {
  bench.hooks.on(
    "/doc",
    `<Response><Connect><Stream url="${app.url}${PATH}" ${attributes}><Parameter name="token" value="t1"/></Stream></Connect>${verb}</Response>`,
  );
  const url = `${bench.hooks.url}/doc`;
  return bench.emulator.ring({
    from: "+573001112233",
    to: TO,
    url,
    statusUrl: `${bench.hooks.url}/st`,
    script,
  });
}

async function begun(call: PhoneCall) {
  const caller = await app.caller();
  const start = await caller.next("start");
  const sid = String(start.streamSid);
  const talk = await until("the talk", () => bench.emulator.conversation(call.sid) ?? null);
  const say = (...pieces: (Buffer | string)[]) =>
    caller.send(
      ...pieces.map((piece) =>
        typeof piece === "string"
          ? { event: "mark", streamSid: sid, mark: { name: piece } }
          : { event: "media", streamSid: sid, media: { payload: piece.toString("base64") } },
      ),
    );
  return { caller, sid, talk, start, say };
}

/** The frames of the application that the emulator has taken. */
const taken = (talk: { readonly frames: readonly { readonly dir: string }[] }, count: number) =>
  until(`${count} frames`, () => talk.frames.filter(({ dir }) => dir === "out").length >= count);

const soundIn = (frame: Frame) => Buffer.from(String((frame.media as { payload: string }).payload), "base64");

describe("a bidirectional stream", () => {
  test("is opened with a signature and tells of the call, in numbered strings", async () => {
    const call = ring();
    const { caller, sid, start } = await begun(call);
    const { headers } = caller.request;
    const signature = String(headers["x-twilio-signature"]);
    expect(twilio.validateRequest(ACCOUNT.authToken, signature, `${app.url}${PATH}`, {})).toBe(true);
    expect(headers["user-agent"]).toBe("TwilioProxy/1.1");
    expect(caller.frames[0]).toEqual({ event: "connected", protocol: "Call", version: "1.0.0" });
    expect(start).toEqual({
      event: "start",
      sequenceNumber: "1",
      streamSid: sid,
      start: {
        accountSid: ACCOUNT.accountSid,
        streamSid: sid,
        callSid: call.sid,
        tracks: ["inbound"],
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
        customParameters: { token: "t1" },
      },
    });
    expect(sid).toMatch(/^MZ/);
  });

  test("sends 20 ms of sound every 20 ms, silence where nobody speaks, and what the caller says", async () => {
    const { caller, talk } = await begun(ring());
    clock.pass(40);
    const [first, second] = [await caller.next("media"), await caller.next("media")];
    expect(first).toMatchObject({
      sequenceNumber: "2",
      media: { track: "inbound", chunk: "1", timestamp: "20" },
    });
    expect(second).toMatchObject({ sequenceNumber: "3", media: { chunk: "2", timestamp: "40" } });
    expect(soundIn(first)).toEqual(Buffer.alloc(160, 0xff));
    talk.says("¿Hay mesa?");
    clock.pass(1_000);
    const ear = createEar();
    let heard = "";
    while (heard !== "¿Hay mesa?") heard += ear.hear(soundIn(await caller.next("media")));
    talk.presses("1#");
    expect(await caller.next("dtmf")).toMatchObject({ dtmf: { track: "inbound_track", digit: "1" } });
    expect(await caller.next("dtmf")).toMatchObject({ dtmf: { digit: "#" } });
  });

  test("returns each mark when what came before it was played; clear returns those that are left", async () => {
    const { caller, sid, talk, say } = await begun(ring());
    say(Buffer.alloc(8_000, 0x20), "a", Buffer.alloc(16_000, 0x20), "b");
    await taken(talk, 4);
    clock.pass(980);
    expect(caller.frames.some(({ event }) => event === "mark")).toBe(false);
    clock.pass(40);
    expect(await caller.next("mark")).toMatchObject({ mark: { name: "a" } });
    clock.pass(580);
    caller.send({ event: "clear", streamSid: sid });
    expect(await caller.next("mark")).toMatchObject({ mark: { name: "b" } });
    expect(talk).toMatchObject({ kind: "media" });
    caller.socket.close(1000);
    await bench.emulator.idle();
    const entry = bench.emulator.ledger().find(({ ref }) => ref === sid);
    expect(entry).toMatchObject({ status: "stopped", details: { playedMs: 1_600, clearedMs: 1_400 } });
  });

  test("a mark with nothing before it comes back at once", async () => {
    const { caller, talk, say } = await begun(ring());
    say("solo");
    await taken(talk, 1);
    clock.pass(20);
    expect(await caller.next("mark")).toMatchObject({ mark: { name: "solo" } });
  });

  test("the caller hears what is played, until it is cleared, and the document goes on after it", async () => {
    const call = ring();
    const { caller, sid, talk, say } = await begun(call);
    say(soundOf("Buenas tardes."));
    await taken(talk, 1);
    clock.pass(1_000);
    say(soundOf("Le cuento que hoy no abrimos."));
    await taken(talk, 2);
    clock.pass(650);
    caller.send({ event: "clear", streamSid: sid });
    await taken(talk, 3);
    expect(talk.heard).toEqual(["Buenas tardes.", "Le cuento"]);
    caller.socket.close(1000);
    expect(await call.done).toMatchObject({ spoken: ["Buenas tardes.", "Le cuento", "Sigue"], errors: [] });
  });

  test("the caller hangs up: stop, then the socket is closed", async () => {
    const call = ring();
    const { caller, sid, talk } = await begun(call);
    talk.hangsUp();
    expect(await caller.next("stop")).toMatchObject({
      streamSid: sid,
      stop: { accountSid: ACCOUNT.accountSid, callSid: call.sid },
    });
    expect(await caller.closed).toMatchObject({ code: 1000 });
    expect(await call.done).toMatchObject({ status: "completed", spoken: [] });
  });

  test("a script is played by what was heard", async () => {
    const call = ring("", {
      talk: [
        { hears: "ayudo" },
        { says: "Una mesa" },
        { interrupts: "¡Espere!", after: "son las" },
        { hangsUp: true },
      ],
    });
    const { caller, talk, say } = await begun(call);
    say(soundOf("¿En qué le ayudo?"));
    await taken(talk, 1);
    clock.pass(1_500);
    say(soundOf("Ya son las nueve y media."));
    await taken(talk, 2);
    clock.pass(3_000);
    await caller.next("stop");
    expect((await call.done).gathered).toEqual(["Una mesa", "¡Espere!"]);
  });
});

describe("what goes wrong with a stream", () => {
  test.each([
    ["{", 31950],
    [JSON.stringify({ event: "media", streamSid: "MZ0", media: { payload: "AA==" } }), 31951],
    [JSON.stringify({ event: "salute", streamSid: "<sid>" }), 31951],
    [JSON.stringify({ event: "media", streamSid: "<sid>", media: { payload: "¿?" } }), 31950],
    [JSON.stringify({ event: "mark", streamSid: "<sid>", mark: {} }), 31951],
  ])("%s is refused with %i, and the stream goes on", async (frame, code) => {
    const call = ring();
    const { caller, sid, talk } = await begun(call);
    caller.send(frame.replace("<sid>", sid));
    await taken(talk, 1);
    clock.pass(20);
    await caller.next("media");
    talk.hangsUp();
    expect((await call.done).errors.map((error) => error.code)).toEqual([code]);
  });

  test.each([
    ['track="both_tracks"', 31941],
    ['url="https://a.test"', 31922],
  ])("%s is not played: %i", async (attributes, code) => {
    const document = `<Response><Connect><Stream ${attributes.includes("url") ? "" : `url="${app.url}"`} ${attributes}/></Connect><Say>Sigue</Say></Response>`;
    bench.hooks.on("/doc", document);
    const url = `${bench.hooks.url}/doc`;
    const { errors, spoken } = await bench.emulator.ring({ from: "+573001112233", to: TO, url }).done;
    expect([errors.map((error) => error.code), spoken]).toEqual([[code], ["Sigue"]]);
  });

  test("an upgrade that is refused, or reaches nobody", async () => {
    app.refuseWith(403);
    expect((await ring().done).errors.map(({ code }) => code)).toEqual([31920]);
    bench.emulator.socketFaults.next({ path: /media/ }, { kind: "unreachable" });
    expect((await ring().done).errors.map(({ code }) => code)).toEqual([31902]);
  });

  test("a socket that is cut", async () => {
    bench.emulator.socketFaults.next({ to: TO }, { kind: "drop", afterFrames: 1 });
    const call = ring();
    const { say } = await begun(call);
    say("una");
    expect(await call.done).toMatchObject({ errors: [{ code: 31921 }], spoken: ["Sigue"] });
  });

  test("a second socket for the same stream brings the same beginning", async () => {
    bench.emulator.socketFaults.next({}, { kind: "twice" });
    const call = ring();
    const [first, second]: Caller[] = [await app.caller(), await app.caller()];
    expect(await second?.next("start")).toEqual(await first?.next("start"));
    const talk = await until("the talk", () => bench.emulator.conversation(call.sid) ?? null);
    talk.hangsUp();
    await call.done;
  });
});
