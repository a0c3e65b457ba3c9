import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PhoneCall, PhoneScript } from "../../../plugins/twilio/emulator/phone.ts";
import type { Conversation } from "../../../plugins/twilio/emulator/sockets/conversation.ts";
import { until } from "../../support/until.ts";
import { ACCOUNT, type Bench, startBench } from "./emulator-webhook-server.ts";
import { type HandClock, handClock } from "./hand-clock.ts";
import { type Caller, type SocketApp, startSocketApp } from "./socket-app.ts";

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

const [FROM, TO, PATH] = ["+573001112233", "+576011112222", "/voice/relay"];
const LONG = "Hola, tengo una respuesta bastante larga para usted.";

function ring(attributes = "", script: PhoneScript = {}, children = ""): PhoneCall {
  bench.hooks.on(
    "/doc",
    `<Response><Connect action="/fin"><ConversationRelay url="${app.url}${PATH}" ${attributes}>${children}</ConversationRelay></Connect></Response>`,
  );
  bench.hooks.on("/fin", "<Response><Say>Después</Say></Response>");
  const url = `${bench.hooks.url}/doc`;
  return bench.emulator.ring({ from: FROM, to: TO, url, statusUrl: `${bench.hooks.url}/st`, script });
}

async function begun(call: PhoneCall) {
  const caller = await app.caller();
  const setup = await caller.next("setup");
  const talk = await until("the talk", () => bench.emulator.conversation(call.sid) ?? null);
  return { caller, setup, talk };
}

/** The application says this, word by word, and the emulator has taken it. */
async function answer(caller: Caller, talk: Conversation, text: string, extra: object = {}): Promise<void> {
  const before = talk.frames.filter(({ dir }) => dir === "out").length;
  const tokens = text.split(/(?<=\s)/);
  for (const token of tokens) caller.send({ type: "text", token, last: false, ...extra });
  caller.send({ type: "text", token: "", last: true });
  await taken(talk, before + tokens.length + 1);
}

const taken = (talk: Conversation, count: number) =>
  until(`${count} frames`, () => talk.frames.filter(({ dir }) => dir === "out").length >= count);

const toApp = (talk: Conversation) => talk.frames.flatMap(({ dir, frame }) => (dir === "in" ? [frame] : []));
const callback = () => bench.hooks.at("/fin").map(({ params }) => params)[0] ?? {};

/** Milliseconds that saying this takes. */
const msOf = (text: string) => text.length * 65;
const TTS = 150;

describe("a relay", () => {
  test("is opened with a signature and begins with everything about the call", async () => {
    const call = ring("", {}, '<Parameter name="token" value="uno"/>');
    const { caller, setup } = await begun(call);
    const signature = String(caller.request.headers["x-twilio-signature"]);
    expect(twilio.validateRequest(ACCOUNT.authToken, signature, `${app.url}${PATH}`, {})).toBe(true);
    expect(setup).toEqual({
      type: "setup",
      sessionId: expect.stringMatching(/^VX[0-9a-f]{32}$/),
      accountSid: ACCOUNT.accountSid,
      parentCallSid: "",
      callSid: call.sid,
      from: FROM,
      to: TO,
      forwardedFrom: "",
      callType: "PSTN",
      callerName: "",
      direction: "inbound",
      callStatus: "RINGING",
      customParameters: { token: "uno" },
    });
  });

  test("greets, and tells who speaks and what was played where that was asked for", async () => {
    const { caller, talk } = await begun(
      ring('welcomeGreeting="Buenas tardes" events="speaker-events tokens-played"'),
    );
    clock.pass(TTS);
    expect(await caller.next("info")).toMatchObject({ name: "agentSpeaking", value: "on" });
    clock.pass(msOf("Buenas tardes"));
    expect(await caller.next("info")).toMatchObject({ name: "tokensPlayed", value: "Buenas " });
    expect(await caller.next("info")).toMatchObject({ name: "tokensPlayed", value: "tardes" });
    expect(await caller.next("info")).toMatchObject({ name: "agentSpeaking", value: "off" });
    expect(talk.heard).toEqual(["Buenas tardes"]);
  });

  test("gives what the caller says when they have said it, with its parts where asked for", async () => {
    const { caller, talk } = await begun(
      ring('language="es-MX" partialPrompts="true" events="speaker-events" speechTimeout="800"'),
    );
    talk.says("quiero una cita mañana");
    expect(await caller.next("info")).toMatchObject({ name: "clientSpeaking", value: "on" });
    clock.pass(msOf("quiero una cita mañana") + 799);
    expect(await caller.next("prompt")).toMatchObject({ voicePrompt: "quiero una", last: false });
    expect(await caller.next("prompt")).toMatchObject({ voicePrompt: "quiero una cita", last: false });
    expect(toApp(talk)).toHaveLength(4);
    clock.pass(1);
    expect(await caller.next("prompt")).toEqual({
      type: "prompt",
      voicePrompt: "quiero una cita mañana",
      lang: "es-MX",
      last: true,
    });
  });

  test("tokens are played at the speed of speech; a gap is heard, and told, but the reply is one", async () => {
    const { caller, talk } = await begun(ring('events="speaker-events"'));
    await answer(caller, talk, LONG);
    clock.pass(TTS + msOf(LONG) - 1);
    expect(talk.isSpeaking()).toBe(true);
    clock.pass(1);
    expect([talk.heard, talk.isSpeaking()]).toEqual([[LONG], false]);
    caller.send({ type: "text", token: "Un momento. ", last: false });
    await until("the filler", () => !talk.isDone());
    clock.pass(2_000);
    await answer(caller, talk, "Ya está.");
    clock.pass(2_000);
    expect(talk.heard).toEqual([LONG, "Un momento. Ya está."]);
    const infos = toApp(talk).map((frame) => (frame as { value?: string }).value);
    expect(infos.slice(1)).toEqual(["on", "off", "on", "off", "on", "off"]);
  });

  test("the caller interrupts: playing stops, and the application hears how far it came", async () => {
    const { caller, talk } = await begun(ring());
    await answer(caller, talk, LONG);
    clock.pass(TTS + 1_100);
    talk.says("Perdón");
    expect(await caller.next("interrupt")).toEqual({
      type: "interrupt",
      utteranceUntilInterrupt: "Hola, tengo una",
      durationUntilInterruptMs: 1_100,
    });
    expect(talk.isSpeaking()).toBe(false);
    clock.pass(5_000);
    expect(await caller.next("prompt")).toMatchObject({ voicePrompt: "Perdón", last: true });
    expect(talk.heard).toEqual(["Hola, tengo una"]);
  });

  test("before the first sound and after the last there is nothing to interrupt", async () => {
    const { caller, talk } = await begun(ring());
    await answer(caller, talk, LONG);
    clock.pass(TTS + msOf(LONG));
    talk.says("Sí");
    clock.pass(1_000);
    await caller.next("prompt");
    await answer(caller, talk, LONG);
    clock.pass(TTS - 1);
    talk.says("No");
    expect(toApp(talk).map((frame) => (frame as { type: string }).type)).toEqual(["setup", "prompt"]);
    // Whoever is still speaking when the agent begins cuts it off then.
    clock.pass(1_000);
    expect(await caller.next("interrupt")).toMatchObject({ utteranceUntilInterrupt: "Hola," });
    expect(await caller.next("prompt")).toMatchObject({ voicePrompt: "No" });
  });

  test.each([
    ["the call", 'interruptible="none"', {}],
    ["the call, for speech", 'interruptible="dtmf" dtmfDetection="true"', {}],
    ["the token", "", { interruptible: false }],
  ])(
    "%s may forbid it: nothing is told, or only where that was asked for",
    async (_who, attributes, extra) => {
      const { caller, talk } = await begun(ring(attributes));
      await answer(caller, talk, LONG, extra);
      clock.pass(TTS + 500);
      talk.says("Oiga");
      clock.pass(10_000);
      talk.says("Gracias");
      clock.pass(2_000);
      expect(await caller.next("prompt")).toMatchObject({ voicePrompt: "Gracias" });
      expect(talk.heard).toEqual([LONG]);
    },
  );

  test("what may not interrupt is told with reportInputDuringAgentSpeech", async () => {
    const { caller, talk } = await begun(ring('interruptible="none" reportInputDuringAgentSpeech="speech"'));
    await answer(caller, talk, `${LONG} ${LONG}`);
    clock.pass(TTS + 500);
    talk.says("Oiga");
    clock.pass(1_000);
    expect(await caller.next("prompt")).toMatchObject({ voicePrompt: "Oiga" });
    expect(talk.isSpeaking()).toBe(true);
  });

  test("keys are told one by one where they are looked for, and interrupt", async () => {
    const { caller, talk } = await begun(ring('dtmfDetection="true" interruptible="dtmf"'));
    await answer(caller, talk, LONG);
    clock.pass(TTS + 500);
    talk.presses("1#");
    expect(await caller.next("interrupt")).toMatchObject({ utteranceUntilInterrupt: "Hola," });
    expect([await caller.next("dtmf"), await caller.next("dtmf")]).toEqual([
      { type: "dtmf", digit: "1" },
      { type: "dtmf", digit: "#" },
    ]);
  });

  test("keys are not told without dtmfDetection, a backchannel does not interrupt where it is ignored", async () => {
    const { caller, talk } = await begun(ring('ignoreBackchannel="true"'));
    await answer(caller, talk, LONG);
    clock.pass(TTS + 500);
    talk.presses("1");
    talk.says("ajá");
    clock.pass(10_000);
    expect([talk.heard, toApp(talk).length]).toEqual([[LONG], 1]);
    expect(caller.frames).toHaveLength(1);
  });

  test("a newer reply takes the place of a preemptible one, and waits for another", async () => {
    const { caller, talk } = await begun(ring());
    caller.send({ type: "play", source: "https://a.test/espera.mp3", loop: 0, preemptible: true });
    await until("the music", () => !talk.isDone());
    clock.pass(60_000);
    await answer(caller, talk, "Listo.");
    clock.pass(2_000);
    expect(talk.heard).toEqual(["Listo."]);
    await answer(caller, talk, LONG);
    clock.pass(TTS + 100);
    await answer(caller, talk, "Otra cosa.");
    clock.pass(9_000);
    expect(talk.heard).toEqual(["Listo.", `${LONG}Otra cosa.`]);
  });

  test("the language of what is heard is changed, keys are sent, settings are taken", async () => {
    const call = ring('language="es-MX"');
    const { caller, talk } = await begun(call);
    caller.send(
      { type: "language", ttsLanguage: "en-US", transcriptionLanguage: "en-US" },
      { type: "sendDigits", digits: "1w2#" },
      { type: "config", partialPrompts: true },
    );
    await taken(talk, 3);
    talk.says("hello");
    clock.pass(5_000);
    expect(await caller.next("prompt")).toMatchObject({ lang: "en-US" });
    talk.hangsUp();
    expect((await call.done).played).toEqual(["dtmf:1w2#"]);
  });
});

describe("the end of a relay", () => {
  test("by the application: the action gets what it hands over, and its answer is played", async () => {
    const call = ring();
    const { caller, setup, talk } = await begun(call);
    await answer(caller, talk, "Adiós.");
    clock.pass(4_000);
    caller.send({ type: "end", handoffData: '{"port":"done"}' });
    expect(await caller.closed).toMatchObject({ code: 1000 });
    expect(await call.done).toMatchObject({ spoken: ["Adiós.", "Después"], errors: [], durationSeconds: 5 });
    expect(callback()).toMatchObject({
      CallSid: call.sid,
      CallStatus: "in-progress",
      Direction: "inbound",
      SessionId: setup.sessionId,
      SessionStatus: "ended",
      SessionDuration: "4",
      HandoffData: '{"port":"done"}',
    });
    expect(callback()).not.toHaveProperty("ErrorCode");
    const entry = bench.emulator.ledger().find(({ ref }) => ref === setup.sessionId);
    expect(entry).toMatchObject({ kind: "relay", status: "ended", details: { heard: ["Adiós."] } });
    expect((entry?.details?.frames as readonly { dir: string }[] | undefined)?.map(({ dir }) => dir)).toEqual(
      ["in", "out", "out", "out"],
    );
  });

  test("by the caller: completed, and the answer is played to nobody", async () => {
    const call = ring();
    const { caller, talk } = await begun(call);
    talk.hangsUp();
    expect(await caller.closed).toMatchObject({ code: 1000 });
    expect(await call.done).toMatchObject({ status: "completed", spoken: [] });
    expect(callback()).toMatchObject({ SessionStatus: "completed", CallStatus: "completed" });
  });

  test("when the call's time is over", async () => {
    const call = ring("", { hangupAfter: 30 });
    await begun(call);
    clock.pass(30_000);
    expect(await call.done).toMatchObject({ status: "completed", durationSeconds: 30 });
  });

  test("the API sends the call elsewhere: the socket is closed and no action asked", async () => {
    const call = ring();
    const { caller } = await begun(call);
    await bench.client.calls(call.sid).update({ twiml: "<Response><Say>Otra parte</Say></Response>" });
    expect(await caller.closed).toMatchObject({ code: 1000 });
    expect((await call.done).spoken).toEqual(["Otra parte"]);
    expect(bench.hooks.at("/fin")).toEqual([]);
  });

  test.each([
    ["closes", (caller: Caller) => caller.socket.close(1000)],
    ["cuts", (caller: Caller) => caller.socket.terminate()],
  ])("the application %s the socket: failed, 64105", async (_how, break_) => {
    const call = ring();
    const { caller } = await begun(call);
    break_(caller);
    expect(await call.done).toMatchObject({ errors: [{ code: 64105 }], spoken: ["Después"] });
    expect(callback()).toMatchObject({ SessionStatus: "failed", ErrorCode: "64105" });
    expect(callback().ErrorMessage).toMatch(/ended unexpectedly/);
  });

  test("with applicationReconnect it is opened again and brought what happened meanwhile", async () => {
    const call = ring('applicationReconnect="true"');
    const { caller, setup, talk } = await begun(call);
    caller.socket.terminate();
    await caller.closed;
    await until("the loss to be noticed", () => {
      talk.says("sigo aquí");
      clock.pass(400);
      return true;
    });
    clock.pass(3_000);
    const again = await until("a second socket", async () => {
      clock.pass(500);
      return app.requests.length === 2;
    }).then(() => app.caller());
    expect(await again.next("setup")).toEqual(setup);
    again.send({ type: "end" });
    await call.done;
    expect(callback()).toMatchObject({ SessionStatus: "ended" });
  });

  test("nobody there: 64102, and the action is asked", async () => {
    app.refuseWith(401);
    const refused = await ring().done;
    expect(refused).toMatchObject({ errors: [{ code: 64102 }], spoken: ["Después"] });
    expect(callback()).toMatchObject({ SessionStatus: "failed", ErrorCode: "64102", SessionDuration: "0" });
  });

  test("without an action the document goes on", async () => {
    bench.hooks.on(
      "/doc",
      `<Response><Connect><ConversationRelay url="${app.url}"/></Connect><Say>Sigue</Say></Response>`,
    );
    const call = bench.emulator.ring({ from: FROM, to: TO, url: `${bench.hooks.url}/doc` });
    const { caller } = await begun(call);
    caller.send({ type: "end" });
    expect((await call.done).spoken).toEqual(["Sigue"]);
  });
});

describe("what an application does wrong", () => {
  test.each([
    ["no JSON", "Invalid message received"],
    ["[1]", "Invalid message received"],
    ['{"type":"interrupt"}', "Invalid message type: interrupt"],
    ['{"type":"text","token":null}', "Invalid message: token"],
    ['{"type":"text","token":"a","last":"yes"}', "Invalid message: last"],
    ['{"type":"play","source":"a.mp3"}', "Invalid message: source"],
    ['{"type":"play","source":"https://a.test/a.mp3","loop":-1}', "Invalid message: loop"],
    ['{"type":"sendDigits","digits":"1a"}', "Invalid message: digits"],
    ['{"type":"language"}', "Invalid message: ttsLanguage or transcriptionLanguage"],
    ['{"type":"end","handoffData":{"a":1}}', "Invalid message: handoffData"],
  ])("%s is told, and the session goes on", async (frame, description) => {
    const call = ring();
    const { caller } = await begun(call);
    caller.send(frame);
    expect(await caller.next("error")).toEqual({ type: "error", description });
    caller.send({ type: "end" });
    expect((await call.done).errors).toMatchObject([{ code: 64107 }]);
    expect(callback()).toMatchObject({ SessionStatus: "ended" });
  });

  test("ten in a row that cannot be made out end it", async () => {
    const call = ring();
    const { caller, talk } = await begun(call);
    for (let count = 0; count < 9; count++) caller.send("{");
    caller.send({ type: "text", token: "a", last: true });
    await taken(talk, 10);
    for (let count = 0; count < 10; count++) caller.send("{");
    expect(await caller.closed).toEqual({ code: 1007, reason: "Too many consecutive malformed messages" });
    await call.done;
    expect(callback()).toMatchObject({ SessionStatus: "failed", ErrorCode: "64107" });
  });

  test.each([
    ['speechTimeout="599"', 64101],
    ['speechTimeout="5001"', 64101],
    ['eotThreshold="0.4"', 64101],
    ['interruptible="maybe"', 64101],
    ['reportInputDuringAgentSpeech="true"', 64101],
    ['ttsProvider="elevenlabs"', 64101],
    ['transcriptionProvider="Amazon"', 64101],
    ['language="spanish!"', 64101],
    ['events="everything"', 64101],
    ['partialPrompts="yes"', 64101],
    ['ttsProvider="Amazon" voice="en-US-Journey-O"', 64106],
    ['voice="Joanna-Neural"', 64106],
    ['transcriptionProvider="Google" speechModel="nova-3-general"', 64106],
    ['language="multi" ttsProvider="Google"', 64106],
    ['transcriptionLanguage="multi" transcriptionProvider="Google"', 64106],
  ])("%s ends the call with %i", async (attributes, code) => {
    const { errors, status } = await ring(attributes).done;
    expect([errors.map((error) => error.code), status]).toEqual([[code], "failed"]);
    expect(app.requests).toEqual([]);
  });

  test("so do the address and languages of another kind; an unknown attribute is only noted", async () => {
    expect((await ring("", {}, '<Language code="??"/>').done).errors).toMatchObject([{ code: 64101 }]);
    bench.hooks.on(
      "/doc",
      '<Response><Connect><ConversationRelay url="https://a.test"/></Connect></Response>',
    );
    const url = `${bench.hooks.url}/doc`;
    expect((await bench.emulator.ring({ from: FROM, to: TO, url }).done).errors).toMatchObject([
      { code: 64101 },
    ]);
    const call = ring('voz="x"');
    const { talk } = await begun(call);
    talk.hangsUp();
    expect((await call.done).errors).toMatchObject([{ code: 12200 }]);
  });

  test("every attribute and language that is documented is taken", async () => {
    const call = ring(
      'welcomeGreetingInterruptible="false" ttsLanguage="es-MX" transcriptionLanguage="multi" ttsProvider="ElevenLabs" voice="UgBBYS2sOqTuMpoF3BR0-flash_v2_5-1.0_0.5_0.75" transcriptionProvider="Deepgram" speechModel="nova-3-general" eotThreshold="0.9" speechTimeout="auto" interruptSensitivity="low" hints="mesa,cama" profanityFilter="true" deepgramSmartFormat="false" elevenlabsTextNormalization="auto" backgroundNoiseReduction="true" debug="debugging speaker-events" intelligenceService="GA1" conversationConfiguration="c" conversationId="d" echoPromptFiltering="true"',
      {},
      '<Language code="en-US" ttsProvider="Amazon" voice="Joanna-Neural" transcriptionProvider="Google" speechModel="telephony"/>',
    );
    const { talk } = await begun(call);
    talk.hangsUp();
    expect((await call.done).errors).toEqual([]);
  });
});

describe("trouble on order", () => {
  const order = (fault: Parameters<Bench["emulator"]["socketFaults"]["next"]>[1]) =>
    bench.emulator.socketFaults.next({ path: /relay/, to: TO }, fault);

  test("a wrong signature, an address nobody can reach", async () => {
    order({ kind: "bad-signature" });
    const call = ring();
    const { caller, talk } = await begun(call);
    const signature = String(caller.request.headers["x-twilio-signature"]);
    expect(twilio.validateRequest(ACCOUNT.authToken, signature, `${app.url}${PATH}`, {})).toBe(false);
    talk.hangsUp();
    await call.done;
    order({ kind: "unreachable" });
    expect((await ring().done).errors).toMatchObject([{ code: 64102 }]);
  });

  test("a cut after so many frames", async () => {
    order({ kind: "drop", afterFrames: 2 });
    const call = ring();
    const { caller } = await begun(call);
    caller.send({ type: "text", token: "a" }, { type: "text", token: "b" });
    expect(await caller.closed).toMatchObject({ code: 1006 });
    expect((await call.done).errors).toMatchObject([{ code: 64105 }]);
  });

  test("frames that are none, silence, delay, two sockets", async () => {
    order({ kind: "malformed", frames: ["{", '{"type":7}'] });
    const first = await begun(ring());
    expect(await first.caller.next("no JSON")).toMatchObject({ text: "{" });
    first.talk.hangsUp();
    order({ kind: "silence" });
    const silent = ring();
    const mute = await app.caller();
    const talk = await until("the talk", () => bench.emulator.conversation(silent.sid) ?? null);
    talk.says("hola");
    clock.pass(5_000);
    talk.hangsUp();
    await mute.closed;
    expect(mute.frames).toEqual([]);
    order({ kind: "slow", ms: 3_000 });
    const late = ring();
    const slow = await app.caller();
    await until("the late talk", () => bench.emulator.conversation(late.sid) ?? null);
    expect(slow.frames).toEqual([]);
    clock.pass(3_000);
    expect(await slow.next("setup")).toMatchObject({ callSid: late.sid });
    order({ kind: "twice" });
    ring();
    const [one, two] = [await app.caller(), await app.caller()];
    expect(await one.next("setup")).toEqual(await two.next("setup"));
  });
});

describe("a caller with a script", () => {
  test("says, hears, interrupts, presses, waits and hangs up", async () => {
    const call = ring('dtmfDetection="true" welcomeGreeting="¿En qué le ayudo?"', {
      talk: [
        { hears: "le ayudo" },
        { says: "Una habitación" },
        { interrupts: "Con balcón", after: "habitación" },
        { presses: "2" },
        { waits: 8 },
        { hangsUp: true },
      ],
    });
    const { caller, talk } = await begun(call);
    clock.pass(5_000);
    expect(await caller.next("prompt")).toMatchObject({ voicePrompt: "Una habitación" });
    await answer(caller, talk, "Tengo una habitación doble para usted.");
    clock.pass(5_000);
    expect(await caller.next("interrupt")).toMatchObject({ utteranceUntilInterrupt: "Tengo una habitación" });
    expect(await caller.next("dtmf")).toMatchObject({ digit: "2" });
    expect(await caller.next("prompt")).toMatchObject({ voicePrompt: "Con balcón" });
    clock.pass(8_000);
    expect(await call.done).toMatchObject({
      gathered: ["Una habitación", "Con balcón", "2"],
      status: "completed",
    });
  });
});
