import type {
  Credits,
  RunCharge,
  RunEffect,
  RunLine,
  RunMessage,
  RunRecord,
  StepFailure,
} from "./run-record.ts";

type VisitState = "done" | "failed" | "waiting" | "stopped";

/** One stay of a run at a step, from entering it to leaving it; the journal may have several lines of it. */
export interface Visit {
  /** Its step key. */
  readonly key: string;
  readonly nodeId: string;
  readonly type: string;
  /** Its place among the visits, from 1. */
  readonly order: number;
  readonly at: string;
  /** Null while the run stands there. */
  readonly until: string | null;
  readonly state: VisitState;
  readonly port: string | null;
  /** Left because its time was over, or because something happened. */
  readonly cause: string | null;
  readonly output: RunLine["output"] | null;
  readonly failure: StepFailure | null;
  readonly workMs: number;
  /** What was waited for others; null: nothing to speak of. */
  readonly waitMs: number | null;
  readonly messages: readonly RunMessage[];
  /** What it did outside other than sending messages. */
  readonly effects: readonly RunEffect[];
  readonly charges: readonly RunCharge[];
}

export type Entry =
  | { readonly kind: "start"; readonly at: string }
  | { readonly kind: "visit"; readonly at: string; readonly visit: Visit }
  /** Somebody wrote. */
  | { readonly kind: "message"; readonly at: string; readonly message: RunMessage }
  /** Where it stands now. */
  | { readonly kind: "now"; readonly at: string; readonly nodeId: string | null }
  | { readonly kind: "end"; readonly at: string };

/** Shorter waits are the machine's own: a vendor's receipt, a turn in the queue. */
const WAIT_WORTH_TELLING_MS = 1000;

/** The stays of a run in their order. */
export function visitsOf(run: RunRecord): readonly Visit[] {
  const byStep = Map.groupBy(run.steps, ({ stepKey }) => stepKey);
  return [...byStep.values()].map((lines, index) => visitOf(run, lines, index + 1));
}

/** What happened, oldest first, as a conversation is read. */
export function timelineOf(run: RunRecord, visits: readonly Visit[]): readonly Entry[] {
  const told = new Set(visits.flatMap(({ messages }) => messages.map(({ id }) => id)));
  const middle: Entry[] = [
    ...visits.map((visit): Entry => ({ kind: "visit", at: visit.at, visit })),
    ...run.messages
      .filter(({ id }) => !told.has(id))
      .map((message): Entry => ({ kind: "message", at: message.createdAt, message })),
  ];
  const start: Entry = { kind: "start", at: run.startedAt };
  return [start, ...middle.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)), lastOf(run, visits)];
}

function lastOf(run: RunRecord, visits: readonly Visit[]): Entry {
  if (run.endedAt !== null) return { kind: "end", at: run.endedAt };
  const last = visits.at(-1);
  return { kind: "now", at: last ? (last.until ?? last.at) : run.startedAt, nodeId: run.node };
}

function visitOf(run: RunRecord, lines: readonly RunLine[], order: number): Visit {
  const [first] = lines;
  const last = lines.at(-1);
  if (!first || !last) throw new Error("a visit has a line at least");
  const open = last.kind === "slept" || last.kind === "again";
  const over = Date.parse(last.at) + last.ms;
  const workMs = lines.reduce((sum, { ms }) => sum + ms, 0);
  const waited = over - Date.parse(first.at) - workMs;
  const own = run.effects.filter(({ stepKey }) => stepKey === first.stepKey);
  const ids = new Set(own.map(({ id }) => id));
  const messages = run.messages.filter(({ effectId }) => effectId !== null && ids.has(effectId));
  const sent = new Set(messages.map(({ effectId }) => effectId));
  return {
    key: first.stepKey,
    nodeId: first.nodeId,
    type: first.type,
    order,
    at: first.at,
    until: open ? null : new Date(over).toISOString(),
    state: stateOf(run, last, open),
    port: last.port ?? null,
    cause: last.cause ?? null,
    output: last.output ?? null,
    failure: last.error ?? null,
    workMs,
    waitMs: !open && waited >= WAIT_WORTH_TELLING_MS ? waited : null,
    messages,
    effects: own.filter(({ id }) => !sent.has(id)),
    charges: run.charges.filter(({ stepKey }) => stepKey === first.stepKey),
  };
}

function stateOf(run: RunRecord, last: RunLine, open: boolean): VisitState {
  if (last.error) return "failed";
  if (!open) return "done";
  return run.endedAt === null && run.node === last.nodeId ? "waiting" : "stopped";
}

export function creditsOfVisit({ charges }: Pick<Visit, "charges">): Credits {
  const sums: Record<string, number> = {};
  for (const { meter, units } of charges) sums[meter] = (sums[meter] ?? 0) + units;
  return sums;
}

/** How many messages, calls and the like went out from the first time a run came to a node; of a trigger, all of them. */
export function actsFrom(visits: readonly Visit[], nodeId: string): number {
  const first = visits.findIndex((visit) => visit.nodeId === nodeId);
  return visits
    .slice(Math.max(0, first))
    .reduce((sum, { messages, effects }) => sum + messages.length + effects.filter(isCostly).length, 0);
}

/** Looking something up disturbs nobody. */
function isCostly({ kind }: RunEffect): boolean {
  return kind !== "lookup";
}
