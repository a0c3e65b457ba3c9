import { fieldOf } from "../../engine/core/plain-data.ts";
import type { Setback } from "../../engine/core/simulation.ts";
import type { StepView, UndeliveredView } from "./simulation-view.ts";

/** How a step came out, after all that was reported of its messages since. */
export interface StepOutcome {
  /** It failed, or the message it counted as sent was lost. */
  readonly failed: boolean;
  readonly lost: boolean;
  readonly setbacks: readonly Setback[];
  readonly credits: number;
}

export function outcomeOf(step: StepView, undelivered: readonly UndeliveredView[]): StepOutcome {
  const reports = undelivered.filter(({ stepKey }) => stepKey === step.stepKey);
  const later = reports.filter(({ seq }) => seq > step.seq);
  const sent = fieldOf(step.output, "messageId");
  const lost = reports.find(({ messageId }) => messageId === sent);
  const credits = later.at(-1)?.credits ?? step.credits;
  return {
    failed: step.error !== null || lost !== undefined,
    lost: lost !== undefined,
    setbacks: lost ? [...step.setbacks, lost.setback] : step.setbacks,
    credits: Object.values(credits).reduce((sum, units) => sum + units, 0),
  };
}
