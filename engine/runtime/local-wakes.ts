/** Runs a commit of this process has made ready: its children, a parent, the next in a lane. Lost with the process; the
 * sweeper finds them all the same. */
export interface LocalWakes {
  ask(runIds: readonly string[]): void;
  onAsk(handle: (runIds: readonly string[]) => void): void;
}

export function createLocalWakes(): LocalWakes {
  let handler: (runIds: readonly string[]) => void = () => undefined;
  return {
    ask(runIds) {
      if (runIds.length > 0) handler(runIds);
    },
    onAsk(handle) {
      handler = handle;
    },
  };
}
