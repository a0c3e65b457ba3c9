import type { SoundClock } from "../sound-clock.ts";
import type { Cutter } from "./relay-settings.ts";

/** Something to be played: a token, a file, keys. */
export interface PlayItem {
  /** Heard word by word; null for what has no words. */
  readonly text: string | null;
  readonly ms: number;
  readonly cutBy: readonly Cutter[];
  readonly preemptible: boolean;
  /** Items of one reply go together: they do not cut each other off. */
  readonly reply: number;
}

export interface PlaybackEars {
  /** `goesOn`: with a reply that had run dry. */
  begins(goesOn: boolean): void;
  /** One more item was played; `whole` is what was heard of it all. */
  goesOn(item: PlayItem, whole: string): void;
  /** Nothing is left to play, or it was cut; `whole` is what was heard. */
  ends(whole: string, isCut: boolean): void;
}

export interface Cut {
  readonly heard: string;
  readonly ms: number;
}

/** What the application has sent, played at the speed of speech. */
export interface Playback {
  add(item: PlayItem): void;
  isPlaying(): boolean;
  /** Something waits to be played, or is. */
  isBusy(): boolean;
  /** What is heard now may be cut off so. */
  mayCut(by: Cutter): boolean;
  /** Stops it and throws away what was to come. Null where nothing is heard. */
  cut(): Cut | null;
  /** The same, also for what was not heard yet. */
  end(): void;
}

/** Before the first sound. */
const TTS_MS = 150;

export function createPlayback(clock: SoundClock, ears: PlaybackEars): Playback {
  const queue: PlayItem[] = [];
  let now: { readonly item: PlayItem; readonly since: number } | null = null;
  let began = 0;
  let whole = "";
  // Of the last one that was played: whoever goes on with it is heard as if there had been no gap.
  let reply: number | null = null;
  let isPlaying = false;
  let cancel: (() => void) | null = null;
  const stop = () => {
    cancel?.();
    cancel = null;
    now = null;
    isPlaying = false;
  };
  const next = () => {
    const item = queue.shift();
    if (item === undefined) {
      stop();
      ears.ends(whole, false);
      return;
    }
    now = { item, since: clock.now() };
    cancel = clock.after(item.ms, () => {
      whole += item.text ?? "";
      reply = item.reply;
      now = { item: { ...item, text: null }, since: clock.now() };
      // Whoever hears it may cut it off.
      const mine = cancel;
      ears.goesOn(item, whole);
      if (cancel === mine) next();
    });
  };
  const begin = () => {
    const goesOn = reply !== null && queue[0]?.reply === reply;
    isPlaying = true;
    if (!goesOn) [began, whole] = [clock.now(), ""];
    const mine = cancel;
    ears.begins(goesOn);
    if (cancel === mine) next();
  };
  const cut = () => {
    if (!isPlaying) return null;
    const heard = heardUntil(whole, now, clock.now());
    const ms = Math.round(clock.now() - began);
    queue.length = 0;
    reply = null;
    stop();
    ears.ends(heard, true);
    return { heard, ms };
  };
  return {
    isPlaying: () => isPlaying,
    isBusy: () => cancel !== null,
    mayCut: (by) => now?.item.cutBy.includes(by) ?? false,
    cut,
    end() {
      if (cut()) return;
      queue.length = 0;
      stop();
    },
    add(item) {
      if (isPreempted(now?.item, item)) cut();
      queue.push(item);
      cancel ??= clock.after(TTS_MS, begin);
    },
  };
}

/** A newer reply takes the place of one that lets it. */
function isPreempted(playing: PlayItem | undefined, { reply }: PlayItem): boolean {
  return playing?.preemptible === true && playing.reply !== reply;
}

/** Whole words only: of what was being said, as much as its time allows. */
function heardUntil(
  whole: string,
  now: { readonly item: PlayItem; readonly since: number } | null,
  at: number,
): string {
  const { text, ms } = now?.item ?? { text: null, ms: 1 };
  if (text === null || now === null) return whole.trim();
  const said = text.slice(0, Math.floor((text.length * (at - now.since)) / ms));
  return `${whole}${said}`.replace(/\S*$/, "").trim();
}
