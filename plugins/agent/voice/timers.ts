/** Timers by name: armed again, the old one counts no more. */
export function createTimers<Name extends string>(fires: (name: Name) => void) {
  const running = new Map<Name, NodeJS.Timeout>();
  const disarm = (name: Name) => {
    clearTimeout(running.get(name));
    running.delete(name);
  };
  return {
    arm(name: Name, ms: number) {
      disarm(name);
      const timer = setTimeout(() => {
        running.delete(name);
        fires(name);
      }, ms);
      running.set(name, timer);
    },
    disarm,
    stop() {
      for (const name of [...running.keys()]) disarm(name);
    },
  };
}
