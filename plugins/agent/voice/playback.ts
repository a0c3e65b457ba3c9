/**
 * How far the caller has heard what was sent. Audio leaves much faster than it sounds, so a mark follows every piece of it; a
 * mark that comes back says that all before it was played, or cleared. Those of a cleared generation say nothing.
 */
import type { StreamOutbound } from "./stream-frames.ts";

export interface Playback {
  /** Counts the times everything was cleared. */
  readonly generation: number;
  /** What was sent of each part and has not been heard to its end, oldest first. */
  readonly parts: readonly PlayedPart[];
}

export interface PlayedPart {
  /** Whoever sent it knows it by this. */
  readonly id: string;
  readonly sentMs: number;
  readonly playedMs: number;
}

export interface Played {
  readonly playback: Playback;
  readonly frames: readonly StreamOutbound[];
}

const BYTES_PER_MS = 8;
/** The precision an interruption is known with. */
const PIECE_BYTES = 100 * BYTES_PER_MS;

export const SILENT: Playback = { generation: 0, parts: [] };

export function isPlaying({ parts }: Playback): boolean {
  return parts.some(({ sentMs, playedMs }) => playedMs < sentMs);
}

export function msOf(audio: Buffer): number {
  return audio.length / BYTES_PER_MS;
}

/** Sends audio of a part in pieces, each with a mark behind it. */
export function play(playback: Playback, id: string, audio: Buffer): Played {
  const frames: StreamOutbound[] = [];
  const known = playback.parts.find((part) => part.id === id);
  let { sentMs, playedMs } = known ?? { sentMs: 0, playedMs: 0 };
  for (let from = 0; from < audio.length; from += PIECE_BYTES) {
    const piece = audio.subarray(from, from + PIECE_BYTES);
    sentMs += msOf(piece);
    frames.push(
      { type: "media", payload: piece.toString("base64") },
      { type: "mark", name: markName(playback, id, sentMs) },
    );
  }
  const part = { id, sentMs, playedMs };
  const parts = known
    ? playback.parts.map((one) => (one.id === id ? part : one))
    : // What was heard to its end is of the past once something new begins.
      [...playback.parts.filter((one) => one.playedMs < one.sentMs), part];
  return { playback: { ...playback, parts }, frames };
}

function markName({ generation }: Playback, id: string, ms: number): string {
  return `g${generation}:${ms}:${id}`;
}

export function marked(playback: Playback, name: string): Playback {
  const [, generation, ms, id] = /^g(\d+):([\d.]+):(.*)$/.exec(name) ?? [];
  if (Number(generation) !== playback.generation) return playback;
  const parts = playback.parts.map((part) =>
    part.id === id ? { ...part, playedMs: Math.max(part.playedMs, Math.min(part.sentMs, Number(ms))) } : part,
  );
  return { ...playback, parts };
}

/** Silence at once. `parts` still says how far each was heard. */
export function cleared(playback: Playback): Played {
  const frames: StreamOutbound[] = isPlaying(playback) ? [{ type: "clear" }] : [];
  return { playback: { generation: playback.generation + 1, parts: [] }, frames };
}
