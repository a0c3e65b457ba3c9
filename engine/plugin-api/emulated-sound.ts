/**
 * Speech without a voice: emulated phones, transcribers and voices pass words to each other in µ-law sound (8 kHz, one channel).
 * Each character sounds as long as it would take to say it, is loud, and can be made out however the sound was sliced; what was
 * cut off is not heard.
 */

/** Bytes that one character sounds: 65 ms. */
const CHARACTER_BYTES = 520;
/** As loud as it gets, so that whoever looks for speech by its strength finds it. */
const LOUD = 0x10;
export const SILENT_BYTE = 0xff;
/** Of 20 ms. */
export const SOUND_FRAME_BYTES = 160;
const MARK = Buffer.from([0x00, 0x80, 0x00, 0x80, 0x2a]);
const MOST_BYTES_OF_A_CHARACTER = 4;

/** The words as sound, made up with silence to whole frames. */
export function soundOf(text: string): Buffer {
  const sound = Buffer.concat([...text].map(soundOfCharacter));
  const short = (SOUND_FRAME_BYTES - (sound.length % SOUND_FRAME_BYTES)) % SOUND_FRAME_BYTES;
  return Buffer.concat([sound, Buffer.alloc(short, SILENT_BYTE)]);
}

function soundOfCharacter(character: string): Buffer {
  const letters = Buffer.from(character, "utf8");
  const known = Buffer.concat([MARK, Buffer.from([letters.length]), letters]);
  return Buffer.concat([known, Buffer.alloc(CHARACTER_BYTES - known.length, LOUD)]);
}

/** Listens to one stream of sound. */
export interface Ear {
  /** What these bytes, after those before them, say. */
  hear(sound: Uint8Array): string;
}

export function createEar(): Ear {
  let rest = Buffer.alloc(0);
  return {
    hear(sound) {
      const all = Buffer.concat([rest, sound]);
      let text = "";
      let at = 0;
      for (;;) {
        const found = all.indexOf(MARK, at);
        const heard = found < 0 ? null : characterAt(all, found + MARK.length);
        if (heard === null) {
          rest = Buffer.from(all.subarray(found < 0 ? Math.max(at, all.length - MARK.length + 1) : found));
          return text;
        }
        text += heard;
        at = found + MARK.length;
      }
    },
  };
}

/** Empty for what is no character; null while it is not all there. */
function characterAt(sound: Buffer, at: number): string | null {
  const length = sound[at];
  if (length === undefined) return null;
  if (length === 0 || length > MOST_BYTES_OF_A_CHARACTER) return "";
  const letters = sound.subarray(at + 1, at + 1 + length);
  if (letters.length < length) return null;
  return letters.includes(0) ? "" : letters.toString("utf8");
}
