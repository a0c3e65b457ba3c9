/**
 * Speech without a voice: µ-law frames of 20 ms that are loud where somebody speaks, and carry the words themselves. The first
 * frame of a word holds a mark, a length and the word in UTF-8; the others are only loud. A stand-in that "recognises" such
 * audio reads the words, measures energy and time as with a real one, and a test reads what a caller would have heard.
 */
const FRAME_BYTES = 160;
export const FRAME_MS = 20;
const SILENCE = 0xff;
const LOUD = 0x10;
const MARK = Buffer.from([0x5a, 0x01, 0xa5, 0x02]);
const LONGEST_WORD = FRAME_BYTES - MARK.length - 1;
/** A character takes about as long as it does a person. */
const MS_PER_CHARACTER = 65;

export interface Alignment {
  readonly chars: readonly string[];
  readonly charStartTimesMs: readonly number[];
  readonly charDurationsMs: readonly number[];
}

export interface MarkedSpeech {
  readonly audio: Buffer;
  readonly alignment: Alignment;
}

export function speechOf(text: string): MarkedSpeech {
  const words = (text.match(/\s*\S+\s*/g) ?? []).map(wordAudio);
  const chars: string[] = [];
  const starts: number[] = [];
  const durations: number[] = [];
  let from = 0;
  for (const { text: word, ms } of words) {
    const each = ms / word.length;
    [...word].forEach((character, index) => {
      chars.push(character);
      starts.push(Math.round(from + index * each));
      durations.push(Math.round(each));
    });
    from += ms;
  }
  return {
    audio: Buffer.concat(words.map(({ audio }) => audio)),
    alignment: { chars, charStartTimesMs: starts, charDurationsMs: durations },
  };
}

export function silenceOf(ms: number): Buffer {
  return Buffer.alloc(Math.round(ms / FRAME_MS) * FRAME_BYTES, SILENCE);
}

function wordAudio(text: string) {
  const frames = Math.max(1, Math.ceil((text.length * MS_PER_CHARACTER) / FRAME_MS));
  const audio = Buffer.alloc(frames * FRAME_BYTES, LOUD);
  const said = Buffer.from(text.trim()).subarray(0, LONGEST_WORD);
  MARK.copy(audio);
  audio.writeUInt8(said.length, MARK.length);
  said.copy(audio, MARK.length + 1);
  return { text, audio, ms: frames * FRAME_MS };
}

/** One frame as it was heard. */
export interface HeardFrame {
  readonly isLoud: boolean;
  readonly word: string | null;
}

/** Takes audio in pieces of any size and gives whole frames. */
export function createEar(): (audio: Buffer) => readonly HeardFrame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (audio) => {
    const bytes = Buffer.concat([rest, audio]);
    const whole = bytes.length - (bytes.length % FRAME_BYTES);
    rest = bytes.subarray(whole);
    return Array.from({ length: whole / FRAME_BYTES }, (_, index) =>
      heardFrame(bytes.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES)),
    );
  };
}

function heardFrame(frame: Buffer): HeardFrame {
  if (!frame.subarray(0, MARK.length).equals(MARK))
    return { isLoud: frame.some((byte) => byte !== SILENCE), word: null };
  const from = MARK.length + 1;
  return { isLoud: true, word: frame.toString("utf8", from, from + frame.readUInt8(MARK.length)) };
}

/** What somebody who hears all of it understands. */
export function wordsIn(audio: Buffer): string {
  return createEar()(audio)
    .flatMap(({ word }) => (word === null ? [] : [word]))
    .join(" ");
}
