import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { silenceOf, speechOf, wordsIn } from "../../../../plugins/agent/emulator/voice/speech.ts";
import type { Exit } from "../../../../plugins/agent/turn/state.ts";
import { MediaCall, type MediaCallPlan } from "../../../../plugins/agent/voice/media-call.ts";

const FRAME = 160;
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Whatever it opens is closed after the test. */
export function closes(close: () => Promise<void> | void): void {
  closing.push(close);
}

type Queued = { readonly audio: Buffer } | { readonly mark: string };

/**
 * The phone's side of Media Streams: what it was sent waits until the test lets it play, so a call needs no clock. Marks come
 * back when they were reached, and all at once when everything is cleared.
 */
export class PhoneStream {
  readonly streamSid = `MZ${"1".repeat(32)}`;
  readonly #socket: WebSocket;
  #queue: Queued[] = [];
  #sequence = 0;
  /** Everything that was heard. */
  recording = Buffer.alloc(0);
  clears = 0;
  isClosed = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#onFrame(JSON.parse(String(data))));
    socket.on("close", () => {
      this.isClosed = true;
    });
  }

  start(): void {
    this.raw({ event: "connected", protocol: "Call", version: "1.0.0" });
    this.#send("start", {
      start: {
        streamSid: this.streamSid,
        accountSid: `AC${"1".repeat(32)}`,
        callSid: `CA${"1".repeat(32)}`,
        tracks: ["inbound"],
        customParameters: {},
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8_000, channels: 1 },
      },
    });
  }

  /** Speaks, and is silent for so long. */
  says(text: string, silenceMs = 600): void {
    this.#audio(Buffer.concat([speechOf(text).audio, silenceOf(silenceMs)]));
  }

  silent(ms: number): void {
    this.#audio(silenceOf(ms));
  }

  presses(digit: string): void {
    this.#send("dtmf", { dtmf: { track: "inbound_track", digit } });
  }

  hangUp(): void {
    this.#send("stop", { stop: { accountSid: "AC1", callSid: "CA1" } });
    this.#socket.close(1000);
  }

  raw(frame: object | string): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** What has arrived and was not played yet. */
  get waiting(): string {
    return wordsIn(Buffer.concat(this.#queue.flatMap((one) => ("audio" in one ? [one.audio] : []))));
  }

  get heard(): string {
    return wordsIn(this.recording);
  }

  /** Lets time pass at the phone: so much of what arrived is heard. */
  plays(ms = Number.POSITIVE_INFINITY): void {
    let left = ms;
    while (this.#queue.length > 0) {
      const [head] = this.#queue;
      if (head && "audio" in head) {
        const ends = head.audio.length / 8;
        if (ends > left) return;
        left -= ends;
        this.recording = Buffer.concat([this.recording, head.audio]);
      }
      this.#queue.shift();
      if (head && "mark" in head) this.#mark(head.mark);
    }
  }

  /** Until this is about to be heard. */
  async hears(words: string): Promise<void> {
    await vi.waitFor(() => expect(`${this.heard} ${this.waiting}`).toContain(words), WAIT);
  }

  /** Hears it to its end. */
  async listensTo(words: string): Promise<void> {
    await vi.waitFor(() => {
      this.plays();
      expect(this.heard).toContain(words);
    }, WAIT);
  }

  #onFrame({ event, media, mark }: { event: string; media?: { payload: string }; mark?: { name: string } }) {
    if (event === "media" && media) this.#queue.push({ audio: Buffer.from(media.payload, "base64") });
    if (event === "mark" && mark) this.#queue.push({ mark: mark.name });
    if (event === "clear") this.#clear();
  }

  #clear(): void {
    this.clears += 1;
    const marks = this.#queue.flatMap((one) => ("mark" in one ? [one.mark] : []));
    this.#queue = [];
    for (const name of marks) this.#mark(name);
  }

  #mark(name: string): void {
    this.#send("mark", { mark: { name } });
  }

  #audio(audio: Buffer): void {
    for (let from = 0; from < audio.length; from += FRAME) {
      const payload = audio.subarray(from, from + FRAME).toString("base64");
      this.#send("media", { media: { track: "inbound", chunk: "1", timestamp: "20", payload } });
    }
  }

  #send(event: string, fields: object): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#sequence += 1;
    this.raw({ event, sequenceNumber: String(this.#sequence), streamSid: this.streamSid, ...fields });
  }
}

export const WAIT = { timeout: 20_000, interval: 5 } as const;

/** A call that is carried by this plan. */
export async function call(plan: MediaCallPlan): Promise<{ phone: PhoneStream; left: Promise<Exit> }> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const left = Promise.withResolvers<Exit>();
  sockets.on("connection", (socket) => void carried(socket, plan).then(left.resolve));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closes(async () => {
    for (const socket of sockets.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/voice/media`);
  const phone = new PhoneStream(socket);
  await new Promise((resolve) => socket.once("open", resolve));
  phone.start();
  return { phone, left: left.promise };
}

/** The call behind this socket, to its end. */
export function carried(socket: WebSocket, plan: MediaCallPlan): Promise<Exit> {
  const link = {
    send: (text: string) => {
      socket.send(text);
      return true;
    },
    close: (code: number, reason: string) => socket.close(code, reason),
  };
  const media = new MediaCall(link, plan);
  socket.on("message", (data, isBinary) => media.message(isBinary ? null : String(data)));
  socket.on("close", () => media.closed());
  return media.left;
}
