/** What a run that waits for a signal of this name is found by. The event is called `signal`. */
export function signalKey(runId: string, name: string): string {
  return `signal:${runId}:${name}`;
}
