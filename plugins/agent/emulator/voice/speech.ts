import { createEar, SILENT_BYTE, SOUND_FRAME_BYTES, soundOf } from "../../../../engine/plugin-api.ts";

/** What the shared sound of emulators is to a vendor: alignment where it speaks, strength and words where it hears. */
export const FRAME_MS = 20;
const MS_PER_CHARACTER = 65;

export interface Alignment {
  readonly chars: readonly string[];
  readonly charStartTimesMs: readonly number[];
  readonly charDurationsMs: readonly number[];
}

export interface Speech {
  readonly audio: Buffer;
  readonly alignment: Alignment;
}

export function speechOf(text: string): Speech {
  const chars = [...text];
  return {
    audio: soundOf(text),
    alignment: {
      chars,
      charStartTimesMs: chars.map((_, index) => index * MS_PER_CHARACTER),
      charDurationsMs: chars.map(() => MS_PER_CHARACTER),
    },
  };
}

export function silenceOf(ms: number): Buffer {
  return Buffer.alloc(Math.round(ms / FRAME_MS) * SOUND_FRAME_BYTES, SILENT_BYTE);
}

/** One frame as it was heard. */
export interface HeardFrame {
  readonly isLoud: boolean;
  /** Letters that were said in it. */
  readonly letters: string;
}

/** Takes sound in pieces of any size and gives whole frames. */
export function createFrameEar(): (sound: Buffer) => readonly HeardFrame[] {
  const ear = createEar();
  let rest: Buffer = Buffer.alloc(0);
  return (sound) => {
    const bytes = Buffer.concat([rest, sound]);
    const whole = bytes.length - (bytes.length % SOUND_FRAME_BYTES);
    rest = bytes.subarray(whole);
    return Array.from({ length: whole / SOUND_FRAME_BYTES }, (_, index) => {
      const frame = bytes.subarray(index * SOUND_FRAME_BYTES, (index + 1) * SOUND_FRAME_BYTES);
      return { isLoud: frame.some((byte) => byte !== SILENT_BYTE), letters: ear.hear(frame) };
    });
  };
}

/** What somebody who hears all of it understands. */
export function wordsIn(sound: Buffer): string {
  return createEar().hear(sound).replaceAll(/\s+/g, " ").trim();
}
