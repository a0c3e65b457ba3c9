import type { RunRecord } from "./run-record.ts";

/** The name of the signal a run waits for, as its wait keeps it: `signal:<run>:<name>`. */
export function awaitedSignal({ id, waits }: Pick<RunRecord, "id" | "waits">): string | null {
  const prefix = `signal:${id}:`;
  const wait = waits.find(({ key }) => key.startsWith(prefix));
  return wait ? wait.key.slice(prefix.length) : null;
}
