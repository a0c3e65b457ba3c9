/**
 * What must hold after any disaster. Each is a function from evidence to what contradicts it.
 *
 *   I1 whatever was acknowledged has exactly one run, and every run has ended or waits for a moment that is still to come
 *   I2 no vendor took the same effect twice
 *   I3 no vendor took anything whose intent was not committed before
 *   I4 the books of the credits are even, and what the vendor took is paid for, once
 *   I5 no step of a run was done twice, and no checkpoint is missing at its end
 *   I6 what was over stays as it was
 *   I7 what one run sent arrived in the order it was sent, and runs of one person start in the order they wrote
 *   I8 no row belongs to another tenant than its run
 *   I9 when the faults stop, the backlog is gone in time
 *   C3, C5, C6, C8: no engine gave up, retries waited as they were told, forgeries did nothing, one branch was taken
 */
import type { EffectRow, Evidence, RunRow, VendorAccept } from "./evidence.ts";

export interface Violation {
  readonly invariant: string;
  readonly what: string;
  /** Ids to look for. */
  readonly ids: readonly string[];
}

/** How a run ended, as seen by an earlier look. */
export type KnownEnds = ReadonlyMap<string, string>;

/** All that is wrong. `knownEnds`: what earlier looks have seen, for I6. */
export function violationsOf(evidence: Evidence, knownEnds: KnownEnds = new Map()): Violation[] {
  return [
    ...lostRuns(evidence),
    ...doubledRuns(evidence),
    ...restlessRuns(evidence),
    ...doubledEffects(evidence),
    ...phantomEffects(evidence),
    ...unevenAccounts(evidence),
    ...wrongCharges(evidence),
    ...repeatedSteps(evidence),
    ...missingCheckpoints(evidence),
    ...changedEnds(evidence, knownEnds),
    ...disorderedEffects(evidence),
    ...disorderedRuns(evidence),
    ...strayRows(evidence),
    ...unexpectedExits(evidence),
    ...impatientRetries(evidence),
    ...workingForgeries(evidence),
    ...bothBranches(evidence),
  ];
}

/** [I6] What is over now, to be compared with later looks. */
export function endsOf(evidence: Evidence): KnownEnds {
  const over = evidence.runs.filter(({ endedAt }) => endedAt !== null);
  return new Map(over.map((run) => [run.id, endOf(run)]));
}

function endOf({ status, outcome, endedAt }: RunRow): string {
  return `${status} ${outcome} ${endedAt}`;
}

/** [I1] */
export function lostRuns({ deliveries, runs }: Evidence): Violation[] {
  const found = new Set(runs.flatMap((run) => keysOf(run).map((key) => `${run.tenantId} ${key}`)));
  return deliveries
    .filter(({ ackedAt, tenantId, key }) => ackedAt !== null && !found.has(`${tenantId} ${key}`))
    .map(({ kind, key }) => ({ invariant: "I1", what: `an acknowledged ${kind} has no run`, ids: [key] }));
}

/** [I1] */
export function doubledRuns({ runs }: Evidence): Violation[] {
  const pairs = runs.flatMap((run) => keysOf(run).map((key) => ({ key, id: run.id })));
  return [...Map.groupBy(pairs, ({ key }) => key)]
    .filter(([, taken]) => taken.length > 1)
    .map(([key, taken]) => ({
      invariant: "I1",
      what: `one delivery was taken by ${taken.length} runs`,
      ids: [key, ...taken.map(({ id }) => id)],
    }));
}

function keysOf({ startKey, replyKey }: RunRow): string[] {
  return [startKey, replyKey].filter((key) => key !== null);
}

const OVERDUE_MS = 5_000;

/** [I1, I9] */
export function restlessRuns({ runs }: Evidence): Violation[] {
  const isRestless = ({ endedAt, overdueMs, hasDeadline, status }: RunRow) =>
    endedAt === null && (status !== "waiting" || !hasDeadline || (overdueMs ?? 0) > OVERDUE_MS);
  return runs
    .filter(isRestless)
    .map(({ id, status }) => ({ invariant: "I9", what: `a run is still ${status}`, ids: [id] }));
}

/** [I2] */
export function doubledEffects({ accepts }: Evidence): Violation[] {
  return [...Map.groupBy(accepts, ({ effectId }) => effectId)]
    .filter(([effectId, taken]) => effectId !== null && taken.length > 1)
    .map(([effectId, taken]) => ({
      invariant: "I2",
      what: `the vendor took one effect ${taken.length} times`,
      ids: [effectId ?? "", ...taken.map(({ ref }) => ref)],
    }));
}

/** [I3] */
export function phantomEffects({ accepts, effects }: Evidence): Violation[] {
  const byId = new Map(effects.map((effect) => [effect.id, effect]));
  return accepts.flatMap(({ effectId, ref, at }) => {
    const effect = byId.get(effectId ?? "");
    const ids = [ref, effectId ?? "no effect"];
    if (!effect) return [{ invariant: "I3", what: "the vendor took what the engine does not know", ids }];
    // The vendor's clock counts whole milliseconds.
    if (Math.floor(effect.createdAt) <= at) return [];
    return [{ invariant: "I3", what: "the vendor took it before its intent was written", ids }];
  });
}

/** [I4] */
export function unevenAccounts({ accounts }: Evidence): Violation[] {
  return accounts.flatMap(({ tenantId, meter, balance, held, entriesSum, openHolds }) => {
    const faults = [
      ...(balance !== null && balance !== entriesSum
        ? [`its balance is ${balance}, its entries say ${entriesSum}`]
        : []),
      ...(held !== openHolds ? [`it holds ${held}, its open holds say ${openHolds}`] : []),
      ...(held < 0 || (balance !== null && balance < held)
        ? [`it holds ${held} of a balance of ${balance}`]
        : []),
    ];
    return faults.map((what) => ({ invariant: "I4", what, ids: [tenantId, meter] }));
  });
}

/** [I4] Of runs that are over; what a run still does is not settled. */
export function wrongCharges({ effects, accepts, accounts }: Evidence): Violation[] {
  const taken = new Set(accepts.map(({ effectId }) => effectId));
  // Where nothing is left, evidence that comes late finds nothing to charge.
  const empty = new Set(accounts.filter(({ balance }) => balance === 0).map(({ tenantId }) => tenantId));
  return effects.flatMap((effect) => {
    const what = chargeFault(effect, {
      isTaken: taken.has(effect.id),
      mayBeShort: empty.has(effect.tenantId),
    });
    return what === null ? [] : [{ invariant: "I4", what, ids: [effect.id, effect.runId] }];
  });
}

function chargeFault(
  effect: EffectRow,
  { isTaken, mayBeShort }: { readonly isTaken: boolean; readonly mayBeShort: boolean },
): string | null {
  const { state, charged, captures, holdAmount, holdState, runIsOver } = effect;
  if (captures > 1) return `captured ${captures} times`;
  if (charged > (holdAmount ?? 0)) return `${charged} charged where ${holdAmount} was reserved`;
  if (charged > 0 && !isTaken) return "charged, but no vendor took it";
  if (state === "accepted" && !isTaken) return "accepted, but no vendor took it";
  if (!runIsOver || holdAmount === null) return null;
  if (state === "accepted" && charged !== holdAmount && !mayBeShort) return "accepted and not paid for";
  if (state === "accepted" || state === "unresolved" || state === "refused")
    return holdState === "open" ? `${state}, and its credits are still held` : refusedFault(state, isTaken);
  return `its run is over and it is still ${state}`;
}

function refusedFault(state: string, isTaken: boolean): string | null {
  return state === "refused" && isTaken ? "refused, but the vendor took it" : null;
}

/** [I5] */
export function repeatedSteps(evidence: Evidence): Violation[] {
  return evidence.repeatedSteps.map(({ runId, stepKey, times }) => ({
    invariant: "I5",
    what: `a step was left ${times} times`,
    ids: [runId, stepKey],
  }));
}

/** [I5] A checkpoint may have nothing to tell, as the end right after a wake; two in a row at the end may not. */
export function missingCheckpoints({ runs }: Evidence): Violation[] {
  return runs
    .filter(({ seq, journalSeq, endedAt }) => journalSeq > seq || (endedAt !== null && journalSeq < seq - 1))
    .map(({ id, seq, journalSeq }) => ({
      invariant: "I5",
      what: `its row is at ${seq}, its journal ends at ${journalSeq}`,
      ids: [id],
    }));
}

/** [I6] */
export function changedEnds({ runs }: Evidence, knownEnds: KnownEnds): Violation[] {
  const now = new Map(runs.map((run) => [run.id, endOf(run)]));
  return [...knownEnds]
    .filter(([id, end]) => now.get(id) !== end)
    .map(([id, end]) => ({
      invariant: "I6",
      what: `it was "${end}", now it is "${now.get(id) ?? "gone"}"`,
      ids: [id],
    }));
}

/** [I7] */
export function disorderedEffects({ accepts, effects }: Evidence): Violation[] {
  const byId = new Map(effects.map((effect) => [effect.id, effect]));
  const sent = accepts.flatMap((accept) => {
    const effect = byId.get(accept.effectId ?? "");
    return effect ? [{ effect, at: accept.at }] : [];
  });
  return [...Map.groupBy(sent, ({ effect }) => effect.runId)].flatMap(([runId, ofRun]) => {
    const planned = ofRun.toSorted((a, b) => a.effect.createdAt - b.effect.createdAt);
    const isInOrder = planned.every(({ at }, index) => at >= (planned[index - 1]?.at ?? 0));
    const ids = [runId, ...planned.map(({ effect }) => effect.id)];
    return isInOrder ? [] : [{ invariant: "I7", what: "its messages arrived in another order", ids }];
  });
}

/** [I7] Only for what somebody sent after the one before was acknowledged. */
export function disorderedRuns({ deliveries, runs }: Evidence): Violation[] {
  const startedAt = new Map(runs.map((run) => [run.startKey, run.startedAt]));
  const started = deliveries.flatMap(({ key, phone, ackedAt }) => {
    const at = startedAt.get(key);
    return at === undefined || ackedAt === null ? [] : [{ key, phone, at, ackedAt }];
  });
  return [...Map.groupBy(started, ({ phone }) => phone)].flatMap(([phone, ofPerson]) => {
    const isInOrder = ofPerson.every(({ at }, index) => at >= (ofPerson[index - 1]?.at ?? 0));
    const ids = [phone, ...ofPerson.map(({ key }) => key)];
    return isInOrder ? [] : [{ invariant: "I7", what: "runs of one person started in another order", ids }];
  });
}

/** [I8] */
export function strayRows({ strays }: Evidence): Violation[] {
  return strays.map(({ table, runId }) => ({
    invariant: "I8",
    what: `a row of ${table} belongs to another tenant than its run`,
    ids: [runId],
  }));
}

/** [C3] */
export function unexpectedExits({ unexpectedExits }: Evidence): Violation[] {
  return unexpectedExits.map((what) => ({ invariant: "C3", what, ids: [] }));
}

/** [C5] */
export function impatientRetries({ vendorRequests }: Evidence): Violation[] {
  const byPerson = Map.groupBy(vendorRequests, ({ vendor, to }) => `${vendor} ${to}`);
  return [...byPerson.values()].flatMap((requests) =>
    requests.flatMap(({ at, retryAfterMs, to }, index) => {
      const next = requests[index + 1];
      if (retryAfterMs === null || !next || next.at - at >= retryAfterMs) return [];
      const what = `told to wait ${retryAfterMs} ms, asked again after ${next.at - at}`;
      return [{ invariant: "C5", what, ids: [to] }];
    }),
  );
}

/** [C6] */
export function workingForgeries({ forgeries, forgedRows }: Evidence): Violation[] {
  const answered = forgeries.filter(({ status }) => status >= 200 && status < 300);
  return [
    ...answered.map(({ ref }) => ({
      invariant: "C6",
      what: "a forged callback was acknowledged",
      ids: [ref],
    })),
    ...forgedRows.map((ref) => ({ invariant: "C6", what: "a forged callback left a trace", ids: [ref] })),
  ];
}

/** [C8] The branches of the conversation say `Gracias` and `Tarde`, and the message they answer. */
export function bothBranches({ accepts }: Evidence): Violation[] {
  const branches = accepts.flatMap((accept) => {
    const said = /^(Gracias|Tarde) (SM\w+)$/.exec(accept.body);
    return said ? [{ branch: said[1], sid: said[2] ?? "", ref: accept.ref }] : [];
  });
  return [...Map.groupBy(branches, ({ sid }) => sid)]
    .filter(([, taken]) => taken.length > 1)
    .map(([sid, taken]) => ({
      invariant: "C8",
      what: `a conversation took ${taken.map(({ branch }) => branch).join(" and ")}`,
      ids: [sid, ...taken.map(({ ref }) => ref)],
    }));
}

/** What a vendor took and the engine gave up for want of any evidence: in doubt for good, and not charged. */
export function takenUnknown({ accepts, effects }: Evidence): readonly VendorAccept[] {
  const unresolved = new Set(effects.filter(({ state }) => state === "unresolved").map(({ id }) => id));
  return accepts.filter(({ effectId }) => effectId !== null && unresolved.has(effectId));
}
