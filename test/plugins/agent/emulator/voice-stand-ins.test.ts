import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { startDeepgram } from "../../../../plugins/agent/emulator/voice/deepgram.ts";
import { startElevenLabs } from "../../../../plugins/agent/emulator/voice/elevenlabs.ts";
import { type RealtimeStandIn, startRealtime } from "../../../../plugins/agent/emulator/voice/realtime.ts";
import { silenceOf, speechOf, wordsIn } from "../../../../plugins/agent/emulator/voice/speech.ts";

const WAIT = { timeout: 20_000, interval: 5 };
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type Frame = Readonly<Record<string, unknown>>;

/** A raw client that keeps what it is sent. */
async function dial(url: string, headers: Readonly<Record<string, string>>) {
  const socket = new WebSocket(url, { headers });
  const frames: Frame[] = [];
  const texts: string[] = [];
  const closed = new Promise<string>((resolve) =>
    socket.once("close", (code, reason) => resolve(`${code} ${String(reason)}`.trim())),
  );
  socket.on("message", (data) => {
    texts.push(String(data));
    try {
      frames.push(JSON.parse(String(data)));
    } catch {
      // Kept as text.
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  closing.push(() => socket.terminate());
  const send = (frame: object) => socket.send(JSON.stringify(frame));
  const came = (count: number) => vi.waitFor(() => expect(frames.length).toBeGreaterThanOrEqual(count), WAIT);
  return { socket, frames, texts, closed, send, came };
}

test("emulated speech says what it carries, and silence nothing", () => {
  const { audio, alignment } = speechOf("¿Qué día llega?");
  expect(wordsIn(Buffer.concat([audio, silenceOf(200)]))).toBe("¿Qué día llega?");
  expect(alignment.chars.join("")).toBe("¿Qué día llega?");
  expect(audio.length % 160).toBe(0);
});

describe("Realtime", () => {
  async function session(prepare: (standIn: RealtimeStandIn) => void = () => undefined) {
    const standIn = await startRealtime("sk-1");
    closing.push(standIn.close);
    prepare(standIn);
    const client = new OpenAI({ apiKey: "sk-1", baseURL: `https://${standIn.host}/v1` });
    const socket = new OpenAIRealtimeWS({ model: "gpt-realtime-2.1", options: { ca: standIn.ca } }, client);
    const events: Frame[] = [];
    const errors: string[] = [];
    socket.on("event", (event) => void events.push(event as unknown as Frame));
    socket.on("error", (error) => void errors.push(error.error?.code ?? error.message));
    closing.push(() => socket.close());
    const has = (type: string, count = 1) =>
      vi.waitFor(() => expect(events.filter((event) => event.type === type)).toHaveLength(count), WAIT);
    await has("session.created");
    const send = (event: object) => socket.send(event as Parameters<typeof socket.send>[0]);
    return { standIn, events, errors, has, send };
  }

  test.each([
    ["no type", { instructions: "x" }],
    [
      "a rate with µ-law",
      { type: "realtime", audio: { input: { format: { type: "audio/pcmu", rate: 8_000 } } } },
    ],
    ["both modalities", { type: "realtime", output_modalities: ["audio", "text"] }],
    ["another model", { type: "realtime", model: "gpt-realtime-1.5" }],
  ])("refuses a session with %s", async (_, update) => {
    const { send, errors, events } = await session();
    send({ type: "session.update", session: update });
    await vi.waitFor(() => expect(errors).toEqual(["invalid_value"]), WAIT);
    expect(events.map(({ type }) => type)).not.toContain("session.updated");
  });

  test("says what is wrong with a cancel of nothing, a second response and a cut beyond the end", async () => {
    const { send, errors, events, has, standIn } = await session();
    send({ type: "response.cancel" });
    await vi.waitFor(() => expect(errors).toEqual(["response_cancel_not_active"]), WAIT);
    standIn.script({ text: "Uno dos tres" });
    send({ type: "response.create" });
    send({ type: "response.create" });
    await has("response.done");
    expect(errors.at(-1)).toBe("conversation_already_has_active_response");
    const item = events.find(({ type }) => type === "response.output_audio.delta")?.item_id;
    send({ type: "conversation.item.truncate", item_id: item, content_index: 0, audio_end_ms: 60_000 });
    await vi.waitFor(() => expect(errors).toHaveLength(3), WAIT);
    send({ type: "conversation.item.truncate", item_id: item, content_index: 0, audio_end_ms: 200 });
    await has("conversation.item.truncated");
  });

  test("a response that hangs is cancelled with what was said of it", async () => {
    const { send, events, has, standIn } = await session((one) =>
      one.faults.next({ kind: "stall", after: 1 }),
    );
    standIn.script({ text: "Uno dos tres" });
    send({ type: "response.create" });
    await has("response.output_audio_transcript.delta", 2);
    send({ type: "response.cancel" });
    await has("response.done");
    expect(events.at(-1)).toMatchObject({
      response: { status: "cancelled", status_details: { reason: "client_cancelled" } },
    });
    expect(events.filter(({ type }) => type === "response.output_audio.delta")).toHaveLength(1);
  });
});

describe("Deepgram", () => {
  async function listen(path: string) {
    const standIn = await startDeepgram("dg");
    closing.push(standIn.close);
    const sound = "encoding=mulaw&sample_rate=8000";
    return dial(`ws://${standIn.host}${path}&${sound}`, { authorization: "Token dg" });
  }
  const speak = (socket: WebSocket, text: string, silenceMs: number) =>
    socket.send(Buffer.concat([speechOf(text).audio, silenceOf(silenceMs)]));

  test("nova: parts, the end of speech, and later that of the utterance", async () => {
    const { socket, frames, came, send, closed } = await listen(
      "/v1/listen?model=nova-3&interim_results=true&endpointing=300&utterance_end_ms=1000&vad_events=true",
    );
    speak(socket, "hola buenas", 1_200);
    await came(5);
    const told = frames.map(({ type, is_final, speech_final, channel }) => {
      const alternatives = Object(channel).alternatives as { transcript: string }[] | undefined;
      return [type, is_final, speech_final, alternatives?.[0]?.transcript];
    });
    expect(told).toEqual([
      ["SpeechStarted", undefined, undefined, undefined],
      ["Results", false, false, "hola"],
      ["Results", false, false, "hola buenas"],
      ["Results", true, true, "hola buenas"],
      ["UtteranceEnd", undefined, undefined, undefined],
    ]);
    send({ type: "KeepAlive" });
    send({ type: "Finalize" });
    send({ type: "CloseStream" });
    expect(await closed).toBe("1000");
    expect(frames.at(-2)).toMatchObject({ type: "Results", from_finalize: true });
    expect(frames.at(-1)).toMatchObject({ type: "Metadata", channels: 1 });
  });

  test("Flux: an eager end that is taken back, then the end; by hand and by time as well", async () => {
    const { socket, frames, send } = await listen(
      "/v2/listen?model=flux-general-multi&eot_threshold=0.7&eager_eot_threshold=0.4&eot_timeout_ms=500",
    );
    const events = () => frames.flatMap(({ event, trigger }) => (event ? [`${event} ${trigger}`] : []));
    speak(socket, "hola", 160);
    speak(socket, "buenas", 400);
    await vi.waitFor(() => expect(events().at(-1)).toBe("EndOfTurn model"), WAIT);
    expect(events()).toEqual([
      "StartOfTurn model",
      "EagerEndOfTurn model",
      "TurnResumed model",
      "Update model",
      "EagerEndOfTurn model",
      "EndOfTurn model",
    ]);
    speak(socket, "un momento,", 400);
    send({ type: "ForceEndTurn" });
    await vi.waitFor(() => expect(events().at(-1)).toBe("EndOfTurn manual"), WAIT);
    speak(socket, "pues,", 600);
    await vi.waitFor(() => expect(events().at(-1)).toBe("EndOfTurn timeout"), WAIT);
    expect(frames.at(-1)).toMatchObject({ turn_index: 2, transcript: "pues," });
  });

  test("Flux knows no KeepAlive", async () => {
    const { send, frames, closed } = await listen("/v2/listen?model=flux-general-en");
    send({ type: "KeepAlive" });
    expect(await closed).toContain("1008");
    expect(frames.at(-1)).toMatchObject({ type: "Error" });
  });

  test.each([
    ["the wrong key", "/v1/listen?model=nova-3", "Token no", "401"],
    ["Flux below v1", "/v1/listen?model=flux-general-en", "Token dg", "400"],
  ])("refuses %s", async (_, path, authorization, status) => {
    const standIn = await startDeepgram("dg");
    closing.push(standIn.close);
    const url = `ws://${standIn.host}${path}&encoding=mulaw&sample_rate=8000`;
    await expect(dial(url, { authorization })).rejects.toThrow(status);
  });
});

describe("ElevenLabs", () => {
  async function speak(
    path: string,
    fault?: Parameters<Awaited<ReturnType<typeof startElevenLabs>>["faults"]["next"]>[0],
  ) {
    const standIn = await startElevenLabs("el");
    closing.push(standIn.close);
    if (fault) standIn.faults.next(fault);
    return dial(`ws://${standIn.host}/v1/text-to-speech/voz/${path}`, { "xi-api-key": "el" });
  }
  const heard = (frames: readonly Frame[]) =>
    wordsIn(Buffer.concat(frames.map(({ audio }) => Buffer.from(String(audio ?? ""), "base64"))));

  test("stream-input: audio with its alignment, then the end", async () => {
    const { send, frames, closed } = await speak("stream-input?output_format=ulaw_8000&auto_mode=true");
    send({ text: " " });
    send({ text: "Hola, " });
    send({ text: "¿en qué puedo ayudarle? ", flush: true });
    send({ text: "" });
    expect(await closed).toContain("1000");
    expect(frames).toHaveLength(3);
    expect(frames[0]).toMatchObject({ isFinal: null, alignment: { chars: [..."Hola, "] } });
    expect(frames[2]).toEqual({ audio: null, isFinal: true });
    expect(heard(frames.slice(0, 2))).toBe("Hola, ¿en qué puedo ayudarle?");
  });

  test("multi-stream-input: one context beside the other, five at most", async () => {
    const { send, frames, came, closed } = await speak("multi-stream-input?output_format=ulaw_8000");
    send({ text: "Hola ", context_id: "t1" });
    send({ context_id: "t1", flush: true });
    send({ context_id: "t1", close_context: true });
    await came(2);
    expect(frames[0]).toMatchObject({ contextId: "t1" });
    expect(frames[1]).toEqual({ isFinal: true, contextId: "t1" });
    for (let count = 0; count < 6; count += 1) send({ text: " ", context_id: `c${count}` });
    expect(await closed).toBe("1008 too many contexts");
  });

  test("faults: a refusal, a frame that is none, a late one, a cut", async () => {
    await expect(speak("stream-input?", { kind: "status", status: 429 })).rejects.toThrow("429");
    const broken = await speak("stream-input?", { kind: "malformed", after: 0 });
    broken.send({ text: "Hola ", flush: true });
    await vi.waitFor(() => expect(broken.texts).toEqual(['{"type": "resp']), WAIT);
    const slow = await speak("stream-input?", { kind: "slow", ms: 30 });
    slow.send({ text: "Hola ", flush: true });
    await slow.came(1);
    const cut = await speak("stream-input?", { kind: "cut", after: 0 });
    cut.send({ text: "Hola ", flush: true });
    expect(await cut.closed).toBe("1006");
  });
});
