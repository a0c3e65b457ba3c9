import type { SoundClock } from "../../../plugins/twilio/emulator/sound-clock.ts";

/** A clock that stands still until a test moves it; what is due on the way is done at its own moment, in order. */
export interface HandClock extends SoundClock {
  pass(ms: number): void;
}

export function handClock(): HandClock {
  let now = 0;
  let count = 0;
  const tasks = new Map<number, { readonly at: number; readonly task: () => void }>();
  const nextUntil = (end: number) =>
    [...tasks].filter(([, { at }]) => at <= end).sort(([a, one], [b, two]) => one.at - two.at || a - b)[0];
  return {
    now: () => now,
    after(ms, task) {
      const id = ++count;
      tasks.set(id, { at: now + ms, task });
      return () => void tasks.delete(id);
    },
    pass(ms) {
      const end = now + ms;
      for (let next = nextUntil(end); next; next = nextUntil(end)) {
        const [id, { at, task }] = next;
        tasks.delete(id);
        now = Math.max(now, at);
        task();
      }
      now = end;
    },
  };
}
