import { SILENT_BYTE, SOUND_FRAME_BYTES } from "../../../../engine/plugin-api.ts";

type Piece = { readonly sound: Buffer } | { readonly mark: string };

/** What was played in one frame's time. */
export interface PlayedFrame {
  /** Without the silence that fills the frame up. */
  readonly sound: Buffer;
  /** Names of the marks that were reached, in order. */
  readonly marks: readonly string[];
}

/** The sound an application has sent and the caller has not heard yet, with the marks in it. */
export interface SoundBuffer {
  add(sound: Buffer): void;
  mark(name: string): void;
  /** The next 20 ms. */
  play(): PlayedFrame;
  /** Throws away what was not played; gives the marks in it. */
  clear(): readonly string[];
  isEmpty(): boolean;
  /** Milliseconds of sound that were heard, and that were thrown away. */
  readonly played: () => number;
  readonly cleared: () => number;
}

const BYTES_PER_MS = 8;

export function createSoundBuffer(): SoundBuffer {
  let pieces: Piece[] = [];
  let played = 0;
  let cleared = 0;
  return {
    add: (sound) => void pieces.push({ sound }),
    mark: (name) => void pieces.push({ mark: name }),
    play() {
      const taken = takeFrame(pieces);
      pieces = taken.rest;
      played += taken.sound.length;
      return { sound: taken.sound, marks: taken.marks };
    },
    clear() {
      const marks = pieces.flatMap((piece) => ("mark" in piece ? [piece.mark] : []));
      cleared += pieces.reduce((sum, piece) => sum + ("sound" in piece ? piece.sound.length : 0), 0);
      pieces = [];
      return marks;
    },
    isEmpty: () => !pieces.some((piece) => "sound" in piece),
    played: () => played / BYTES_PER_MS,
    cleared: () => cleared / BYTES_PER_MS,
  };
}

/** Marks at the head cost no time. */
function takeFrame(pieces: readonly Piece[]): PlayedFrame & { readonly rest: Piece[] } {
  const sounds: Buffer[] = [];
  const marks: string[] = [];
  let room = SOUND_FRAME_BYTES;
  let at = 0;
  for (; at < pieces.length; at++) {
    const piece = pieces[at];
    if (piece === undefined) break;
    if ("mark" in piece) {
      marks.push(piece.mark);
      continue;
    }
    if (room === 0) break;
    sounds.push(piece.sound.subarray(0, room));
    const left = piece.sound.subarray(room);
    room = Math.max(room - piece.sound.length, 0);
    if (left.length > 0)
      return { sound: Buffer.concat(sounds), marks, rest: [{ sound: left }, ...pieces.slice(at + 1)] };
  }
  return { sound: Buffer.concat(sounds), marks, rest: pieces.slice(at) };
}

/** A whole frame of it, silent at its end. */
export function wholeFrame(sound: Buffer): Buffer {
  return Buffer.concat([sound, Buffer.alloc(SOUND_FRAME_BYTES - sound.length, SILENT_BYTE)]);
}
