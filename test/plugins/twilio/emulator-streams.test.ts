import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bench, startBench } from "./emulator-webhook-server.ts";
import { liveCall } from "./live-call.ts";

let bench: Bench;
const live = liveCall(() => bench.emulator);
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await live.end();
  await bench.close();
});

const asked = (path: string) => bench.hooks.at(path).map((request) => request.params);
const SOCKET = "wss://a.test/escucha";

describe("through the API", () => {
  test("a stream is started with its parameters and stopped by name", async () => {
    const sid = await live.begin();
    const stream = await bench.client.calls(sid).streams.create({
      url: SOCKET,
      name: "vivo",
      track: "both_tracks",
      statusCallback: `${bench.hooks.url}/estado`,
      "parameter1.name": "caso",
      "parameter1.value": "7",
    });
    expect(stream).toMatchObject({ callSid: sid, name: "vivo", status: "in-progress" });
    expect(stream.sid).toMatch(/^MZ/);
    expect(bench.emulator.ledger().at(-1)).toMatchObject({
      kind: "stream",
      to: SOCKET,
      details: { track: "both_tracks", parameters: { caso: "7" } },
    });
    expect((await bench.client.calls(sid).streams("vivo").update({ status: "stopped" })).status).toBe(
      "stopped",
    );
    await expect(bench.client.calls(sid).streams("vivo").update({ status: "stopped" })).rejects.toMatchObject(
      {
        code: 20404,
      },
    );
    await live.end();
    await bench.emulator.idle();
    expect(asked("/estado").map(({ StreamEvent, StreamSid }) => [StreamEvent, StreamSid])).toEqual([
      ["stream-started", stream.sid],
      ["stream-stopped", stream.sid],
    ]);
  });

  test("SIPREC has its own ids and ends with its call", async () => {
    const sid = await live.begin();
    const siprec = await bench.client.calls(sid).siprec.create({ connectorName: "grabadora" });
    expect(siprec).toMatchObject({ callSid: sid, name: siprec.sid, status: "in-progress" });
    await live.end();
    expect(bench.emulator.ledger().find(({ ref }) => ref === siprec.sid)?.status).toBe("stopped");
  });

  test.each([
    [{ url: "https://a.test" }, 20422],
    [{ url: SOCKET, track: "all" as "both_tracks" }, 20422],
    [{ url: SOCKET, statusCallback: "nowhere" }, 21609],
  ])("%j is refused with %i", async (options, code) => {
    const sid = await live.begin();
    await expect(bench.client.calls(sid).streams.create(options)).rejects.toMatchObject({ code });
  });
});

describe("through TwiML", () => {
  const played = async (document: string) => {
    bench.hooks.on("/doc", document);
    const url = `${bench.hooks.url}/doc`;
    const call = { from: "+573001112233", to: "+576011112222", url, statusUrl: `${bench.hooks.url}/st` };
    return bench.emulator.ring(call).done;
  };

  test("Start and Stop do the same, while the call goes on", async () => {
    const { errors, spoken } = await played(
      `<Response><Start><Stream url="${SOCKET}" name="vivo"><Parameter name="a" value="1"/></Stream><Siprec connectorName="g" name="s"/><Recording channels="dual"/></Start><Say>Hola</Say><Stop><Stream name="vivo"/></Stop><Say>Adiós</Say></Response>`,
    );
    expect([errors, spoken]).toEqual([[], ["Hola", "Adiós"]]);
    const made = bench.emulator.ledger().filter(({ kind }) => kind !== "inbound-call");
    expect(made.map(({ kind, status }) => [kind, status])).toEqual([
      ["stream", "stopped"],
      ["siprec", "stopped"],
      ["recording", "completed"],
    ]);
    expect(made[0]?.details?.parameters).toEqual({ a: "1" });
  });

  test("what is not there is not stopped; an unsafe address is not streamed to", async () => {
    const { errors } = await played(
      '<Response><Stop><Stream name="otro"/></Stop><Start><Stream url="http://a.test"/></Start></Response>',
    );
    expect(errors.map(({ code }) => code)).toEqual([12200, 11100]);
  });
});

describe("a transcription", () => {
  const heardBy = (events: readonly Record<string, string | undefined>[]) =>
    events.map(({ TranscriptionEvent, TranscriptionData = "{}", Final, SequenceNumber }) => [
      SequenceNumber,
      TranscriptionEvent,
      (JSON.parse(TranscriptionData) as { transcript?: string }).transcript,
      Final,
    ]);
  const spoken = async (attributes: string, after = "") => {
    const callback = `statusCallbackUrl="${bench.hooks.url}/oido"`;
    bench.hooks.on(
      "/hooks/twilio/voice",
      `<Response><Start><Transcription name="t" languageCode="es-ES" ${callback} ${attributes}/></Start><Record action="/fin"/></Response>`,
    );
    bench.hooks.on("/fin", `<Response>${after}<Say>Adiós</Say></Response>`);
    const inputs = [{ speech: "Hola. ¿Abren hoy?" }];
    const call = bench.emulator.ring({ from: "+34600111222", to: "+34910000000", script: { inputs } });
    const result = await call.done;
    await bench.emulator.idle();
    return { sid: call.sid, errors: result.errors, events: asked("/oido") };
  };

  test("tells each sentence in its language, and its end with the call", async () => {
    const { sid, errors, events } = await spoken('track="inbound_track" partialResults="false"');
    expect(errors).toEqual([]);
    expect(heardBy(events)).toEqual([
      ["1", "transcription-started", undefined, undefined],
      ["2", "transcription-content", "Hola.", "true"],
      ["3", "transcription-content", "¿Abren hoy?", "true"],
      ["4", "transcription-stopped", undefined, undefined],
    ]);
    expect(events[1]).toMatchObject({ CallSid: sid, LanguageCode: "es-ES", Track: "inbound_track" });
    expect(new Set(events.map(({ TranscriptionSid }) => TranscriptionSid)).size).toBe(1);
  });

  test("tells guesses where they are asked for", async () => {
    const { events } = await spoken('partialResults="true"');
    expect(heardBy(events).map(([, , text, final]) => [text, final])).toContainEqual(["Hol", "false"]);
  });

  test("of the other side hears nothing of the person", async () => {
    const { events } = await spoken('track="outbound_track"', '<Stop><Transcription name="t"/></Stop>');
    expect(heardBy(events).map(([, event]) => event)).toEqual([
      "transcription-started",
      "transcription-stopped",
    ]);
  });

  test("that is not going on cannot be stopped, and a bad value is told", async () => {
    const { errors } = await spoken('track="all"', '<Stop><Transcription name="other"/></Stop>');
    expect(errors).toMatchObject([{ code: 12200 }, { code: 12200 }]);
  });
});
