import { createEar, SOUND_FRAME_BYTES, soundOf } from "../../../../engine/plugin-api.ts";
import type { CallSession } from "../call-session.ts";
import type { AppSocket } from "../sockets/app-socket.ts";
import { type Conversation, createListeners } from "../sockets/conversation.ts";
import type { SoundClock } from "../sound-clock.ts";
import { createSoundBuffer, wholeFrame } from "./sound-buffer.ts";
import { type StreamFrames, type StreamOrder, streamFrames } from "./stream-frames.ts";

/** A bidirectional stream while it lasts. */
export interface MediaTalk extends Conversation {
  readonly kind: "media";
  /** Milliseconds of the agent's sound that the caller heard, and that were thrown away. */
  readonly playedMs: () => number;
  readonly clearedMs: () => number;
  /** Sound of the caller, µ-law, in place of words. */
  speaks(sound: Buffer): void;
  takes(order: Exclude<StreamOrder, { event: "refused" }>): void;
  /** Sends the first frames and starts the clock. */
  begin(parameters: Readonly<Record<string, string>>): void;
  /** Nothing more is sent or heard. */
  end(): void;
}

export interface MediaParts {
  readonly session: CallSession;
  readonly sid: string;
  readonly clock: SoundClock;
  readonly socket: AppSocket;
}

const FRAME_MS = 20;

export function createMediaTalk({ session, sid, clock, socket }: MediaParts): MediaTalk {
  const frames = streamFrames(session, sid);
  const listeners = createListeners();
  const agent = createAgentSide(frames, socket, sid, listeners.tell);
  const metronome = createMetronome(clock, (chunk) => {
    const sound = caller.subarray(0, SOUND_FRAME_BYTES);
    caller = caller.subarray(SOUND_FRAME_BYTES);
    socket.send(frames.media(chunk, wholeFrame(sound)), sound.length === 0);
    agent.play();
  });
  let caller = Buffer.alloc(0);
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    metronome.stop();
    agent.stop();
    listeners.tell({ kind: "over" });
  };
  const leaves = () => {
    socket.send(frames.stop());
    socket.close(1000);
    end();
  };
  const speaks = (sound: Buffer) => {
    caller = Buffer.concat([caller, sound]);
  };
  return {
    kind: "media",
    sid,
    callSid: session.sid,
    frames: socket.log.frames,
    heard: agent.heard,
    isOver: () => isOver,
    isSpeaking: agent.isSpeaking,
    isDone: () => !agent.isSpeaking(),
    playedMs: agent.playedMs,
    clearedMs: agent.clearedMs,
    speaks,
    says: (text) => speaks(soundOf(text)),
    presses: (keys) => {
      for (const key of keys) socket.send(frames.dtmf(key));
    },
    leaves,
    hangsUp() {
      if (isOver) return;
      session.hungUp = true;
      leaves();
    },
    drops() {
      socket.drop();
    },
    listen: listeners.listen,
    takes: agent.takes,
    begin(parameters) {
      if (isOver) return;
      socket.send(frames.connected);
      socket.send(frames.start(parameters));
      metronome.start();
    },
    end,
  };
}

/** Frames are counted, not timed: whoever was late catches up. */
function createMetronome(clock: SoundClock, beat: (chunk: number) => void) {
  let chunk = 0;
  let since = 0;
  let cancel = () => {};
  const tick = () => {
    const due = Math.floor((clock.now() - since) / FRAME_MS);
    while (chunk < due) beat(++chunk);
    cancel = clock.after(FRAME_MS * (chunk + 1) - (clock.now() - since), tick);
  };
  return {
    start() {
      since = clock.now();
      cancel = clock.after(FRAME_MS, tick);
    },
    stop: () => cancel(),
  };
}

type Tell = ReturnType<typeof createListeners>["tell"];

/** What the agent says, as far as it is heard. */
function createAgentSide(frames: StreamFrames, socket: AppSocket, sid: string, tell: Tell) {
  const buffer = createSoundBuffer();
  const heard: string[] = [];
  let ear = createEar();
  let whole = "";
  let isSpeaking = false;
  let count = 0;
  const back = (marks: readonly string[]) => {
    for (const name of marks) socket.send(frames.mark(name));
  };
  const fallSilent = (cut: boolean) => {
    if (!isSpeaking) return;
    isSpeaking = false;
    count++;
    if (whole.trim() !== "") heard.push(whole.trim());
    whole = "";
    ear = createEar();
    tell({ kind: "silent", cut });
  };
  return {
    heard,
    isSpeaking: () => isSpeaking,
    playedMs: buffer.played,
    clearedMs: buffer.cleared,
    stop: () => fallSilent(!buffer.isEmpty()),
    play() {
      const { sound, marks } = buffer.play();
      if (sound.length > 0) isSpeaking = true;
      const fresh = ear.hear(sound);
      whole += fresh;
      if (fresh !== "") tell({ kind: "heard", whole, utterance: `${sid}:${count}` });
      back(marks);
      if (buffer.isEmpty()) fallSilent(false);
    },
    takes(order: Exclude<StreamOrder, { event: "refused" }>) {
      if (order.event === "media") buffer.add(order.sound);
      else if (order.event === "mark") buffer.mark(order.name);
      else {
        back(buffer.clear());
        fallSilent(true);
      }
    },
  };
}
