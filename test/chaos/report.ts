import type { Books } from "./books.ts";
import type { Evidence } from "./evidence.ts";
import { doubledEffects, takenUnknown, type Violation } from "./invariants.ts";

export interface Report {
  readonly seed: number;
  readonly seconds: number;
  readonly ok: boolean;
  readonly violations: readonly Violation[];
  /** How often each fault was really met. */
  readonly counts: Readonly<Record<string, number>>;
  /** milliseconds until what was overdue had gone on, by fault. */
  readonly recoveryMs: Readonly<Record<string, { readonly median: number; readonly max: number }>>;
  readonly runs: {
    readonly total: number;
    readonly byStatus: Readonly<Record<string, number>>;
    readonly acknowledged: number;
    readonly lost: number;
    /** No failure in N trials bounds the rate of failures at 3/N, with 95 % confidence. */
    readonly bound: number | null;
  };
  readonly effects: {
    readonly acceptedByVendors: number;
    readonly doubled: number;
    readonly wronglyCharged: number;
    /** Given up for want of evidence. */
    readonly unresolved: number;
    /** Of these, what the vendor had taken all the same. */
    readonly unresolvedButTaken: number;
  };
  readonly races: { readonly reply: number; readonly timer: number };
  /** What is on record about the runs and effects the violations name. */
  readonly dossiers: readonly object[];
}

/** What the rounds have come to. */
export interface Findings {
  readonly seed: number;
  readonly startedAt: number;
  readonly violations: readonly Violation[];
  readonly dossiers: readonly object[];
}

export function makeReport(findings: Findings, evidence: Evidence, books: Books): Report {
  const { seed, startedAt, violations, dossiers } = findings;
  const { runs, effects, accepts, deliveries } = evidence;
  const of = (invariant: string) => violations.filter((one) => one.invariant === invariant).length;
  return {
    seed,
    seconds: Math.round((Date.now() - startedAt) / 1000),
    ok: violations.length === 0,
    violations,
    counts: Object.fromEntries([...books.counts].toSorted(([a], [b]) => a.localeCompare(b))),
    recoveryMs: Object.fromEntries(
      [...books.recoveries].map(([fault, all]) => [fault, summaryOf(all)] as const),
    ),
    runs: {
      total: runs.length,
      byStatus: tally(runs.map(({ status, outcome }) => (outcome ? `${status}: ${outcome}` : status))),
      acknowledged: deliveries.filter(({ ackedAt }) => ackedAt !== null).length,
      lost: of("I1"),
      bound: violations.length === 0 && runs.length > 0 ? 3 / runs.length : null,
    },
    effects: {
      acceptedByVendors: accepts.length,
      doubled: doubledEffects(evidence).length,
      wronglyCharged: of("I4"),
      unresolved: effects.filter(({ state }) => state === "unresolved").length,
      unresolvedButTaken: takenUnknown(evidence).length,
    },
    races: {
      reply: accepts.filter(({ body }) => body.startsWith("Gracias ")).length,
      timer: accepts.filter(({ body }) => body.startsWith("Tarde ")).length,
    },
    dossiers,
  };
}

/** The report as a person reads it. */
export function reportText(report: Report): string {
  const { runs, effects } = report;
  const bound = runs.bound === null ? "" : `; at most ${runs.bound.toExponential(1)} per run (95 %)`;
  return [
    `chaos: seed ${report.seed}, ${report.seconds} s, ${report.ok ? "every invariant held" : "INVARIANTS BROKEN"}`,
    `  runs        ${runs.total} (${runs.acknowledged} deliveries acknowledged), lost or doubled ${runs.lost}${bound}`,
    `  how they are ${list(runs.byStatus)}`,
    `  messages    ${effects.acceptedByVendors} taken by vendors, doubled ${effects.doubled}, wrongly charged ${effects.wronglyCharged}`,
    `  in doubt    ${effects.unresolved} given up, of which ${effects.unresolvedButTaken} had been taken`,
    `  branches    reply ${report.races.reply}, timer ${report.races.timer}`,
    `  faults      ${list(report.counts)}`,
    `  recovery    ${Object.entries(report.recoveryMs)
      .map(([fault, { median, max }]) => `${fault} ${median} ms (max ${max})`)
      .join(", ")}`,
    ...report.violations.map(({ invariant, what, ids }) => `  ${invariant}: ${what} [${ids.join(" ")}]`),
  ].join("\n");
}

function summaryOf(all: readonly number[]): { median: number; max: number } {
  const sorted = all.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}

function tally(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
