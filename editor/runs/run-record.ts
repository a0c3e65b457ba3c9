import type { Operations } from "../api/generated.ts";

/** A run with all that is on record of it. */
export type RunRecord = Operations["readRun"]["answer"];
/** A run as lists have it. */
export type ListedRun = Operations["listRuns"]["answer"]["items"][number];
/** A run some other run started. */
export type ChildRun = RunRecord["children"][number];

export type RunStatus = RunRecord["status"];
export type RunLine = RunRecord["steps"][number];
export type RunMessage = RunRecord["messages"][number];
export type RunEffect = RunRecord["effects"][number];
export type RunCharge = RunRecord["charges"][number];
export type StepFailure = NonNullable<RunLine["error"]>;
export type Credits = Readonly<Record<string, number>>;

export function isOver({ endedAt }: { readonly endedAt: string | null }): boolean {
  return endedAt !== null;
}

/** All meters together. */
export function creditsIn(credits: Credits): number {
  return Object.values(credits).reduce((sum, units) => sum + units, 0);
}
