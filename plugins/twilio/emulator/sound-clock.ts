/** Time as it passes on a call while two talk: how fast speech is played hangs on it. Tests move it by hand. */
export interface SoundClock {
  /** Milliseconds of call time since some moment. */
  now(): number;
  /** Does something so many milliseconds of call time later; gives what calls it off. */
  after(ms: number, task: () => void): () => void;
}

/** A clock on which a second of the call takes so many real milliseconds. */
export function createSoundClock(msPerSecond: number): SoundClock {
  const rate = msPerSecond / 1_000;
  return {
    now: () => performance.now() / rate,
    after(ms, task) {
      const timer = setTimeout(task, ms * rate);
      return () => clearTimeout(timer);
    },
  };
}
