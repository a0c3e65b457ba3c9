import { readable } from "../ui/phone-number.tsx";
import { useWords } from "../words/words.ts";
import type { RunEffect } from "./run-record.ts";
import { runsWords } from "./words.ts";

/** Something a step did outside other than sending a message: to whom, and what became of it. */
export function EffectLine({ effect }: { readonly effect: RunEffect }) {
  const words = useWords(runsWords);
  const kinds: Readonly<Record<string, string>> = words.effectKinds;
  const states: Readonly<Record<string, string>> = words.effectStates;
  const { kind, to, state, provider, simulated } = effect;
  const bad = state !== "accepted" && state !== "sending" && state !== "planned";
  return (
    <p className="effect-line" data-bad={bad || undefined}>
      {kinds[kind] ?? kind} {to !== null && <span className="tabular">{readable(to).national}</span>} ·{" "}
      {states[state] ?? state}
      <span className="run-quiet">
        {" "}
        · {provider}
        {simulated && ` (${words.simulated})`}
      </span>
    </p>
  );
}
