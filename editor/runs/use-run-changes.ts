import { useChange } from "../api/queries.ts";
import { tellDone } from "../ui/tell.ts";
import { useWords } from "../words/words.ts";
import { runsWords } from "./words.ts";

/** What a person can do with a run that is under way. */
export interface RunChanges {
  readonly busy: boolean;
  wake(): void;
  cancel(): void;
  pause(): void;
  resume(): void;
  signal(key: string, payload: unknown): void;
}

export function useRunChanges(id: string): RunChanges {
  const words = useWords(runsWords);
  const wake = useChange("wakeRun", ["readRun", "listRuns"]);
  const cancel = useChange("cancelRun", ["readRun", "listRuns"]);
  const pause = useChange("pauseRun", ["readRun", "listRuns"]);
  const resume = useChange("resumeRun", ["readRun", "listRuns"]);
  const signal = useChange("signalRun", ["readRun", "listRuns"]);
  const input = { path: { id } };
  return {
    busy: [wake, cancel, pause, resume, signal].some(({ isPending }) => isPending),
    wake: () => wake.mutate(input, { onSuccess: () => tellDone(words.woken) }),
    cancel: () => cancel.mutate(input, { onSuccess: () => tellDone(words.cancelled) }),
    pause: () => pause.mutate(input, { onSuccess: () => tellDone(words.pausedDone) }),
    resume: () => resume.mutate(input, { onSuccess: () => tellDone(words.resumedDone) }),
    signal(key, payload) {
      // OpenAPI says "any JSON" as an object; the API takes every kind.
      const body = payload === undefined ? { key } : { key, payload: payload as Record<string, unknown> };
      signal.mutate({ ...input, body }, { onSuccess: () => tellDone(words.signalSent) });
    },
  };
}
