import { copyFile, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openBooks } from "./books.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { dossierOf, gatherEvidence, sessionsOf } from "./evidence.ts";
import { ALL_FAULTS } from "./faults/all-faults.ts";
import type { Fault, World } from "./faults/fault.ts";
import { endsOf, type KnownEnds, type Violation, violationsOf } from "./invariants.ts";
import { createLoad } from "./load.ts";
import { QUIET_WITHIN_MS, waitForQuiet, waitForRecovery } from "./quiet.ts";
import { createRandom } from "./random.ts";
import { makeReport, type Report } from "./report.ts";

export interface ChaosOptions {
  readonly seed: number;
  /** Rounds of all faults until this much time has passed; 0: one round. */
  readonly minutes: number;
  /** How much of each fault; 1 is the short form. */
  readonly scale: number;
  readonly engines?: number;
  readonly tenants?: number;
  /** People per second, on average. */
  readonly perSecond?: number;
  /** Stops it early: everything is ended and removed, and it rejects. */
  readonly signal?: AbortSignal;
  /** Hears of each fault as it happens. */
  readonly note?: (sentence: string) => void;
  /** Where the engines' logs go when an invariant does not hold. */
  readonly keepLogsIn?: string;
}

/** Short, so that an engine that is cut off for some seconds loses its runs. */
const LEASE_MS = 3_000;
const DOUBT_GRACE_MS = 5_000;

/** Runs real engines on a real database through disasters. Rejects when it was stopped or could not be set up. */
export async function runChaos(options: ChaosOptions): Promise<Report> {
  const { seed, engines = 2, tenants = 10, perSecond = 15 } = options;
  const signal = options.signal ?? new AbortController().signal;
  const books = openBooks();
  const startedAt = Date.now();
  const cluster = await startCluster({
    engines,
    tenants,
    leaseMs: LEASE_MS,
    doubtGraceMs: DOUBT_GRACE_MS,
    books,
  });
  const load = createLoad({ cluster, books, seed, perSecond });
  const world: World = {
    cluster,
    load,
    books,
    seed,
    signal,
    scale: options.scale,
    random: createRandom(seed, "faults"),
    rest: (ms) => sleep(ms, undefined, { signal }),
  };
  try {
    const violations = await rounds(world, options, startedAt);
    const dossiers = await dossiersOf(cluster, violations);
    const findings = { seed, startedAt, violations, dossiers };
    const report = makeReport(findings, await gatherEvidence(cluster, books), books);
    if (!report.ok && options.keepLogsIn) await keepLogs(cluster, options.keepLogsIn);
    return report;
  } finally {
    await load.close();
    await cluster.close();
  }
}

/** Ends with the first round after which something is wrong, so that the evidence is fresh. */
async function rounds(world: World, options: ChaosOptions, startedAt: number): Promise<Violation[]> {
  const order = createRandom(options.seed, "order of faults");
  const endsAt = startedAt + options.minutes * 60_000;
  let knownEnds: KnownEnds = new Map();
  do {
    const late = await round(world, order.shuffle(ALL_FAULTS), options);
    // People are still at it then: the other invariants are for quiet moments.
    if (late.length > 0) return late;
    const evidence = await gatherEvidence(world.cluster, world.books);
    const violations = violationsOf(evidence, knownEnds);
    if (violations.length > 0) return violations;
    knownEnds = endsOf(evidence);
    options.note?.(`every invariant holds after ${evidence.runs.length} runs`);
  } while (Date.now() < endsAt);
  return [];
}

/** Every fault once, people being at it all the time; then quiet. */
async function round(
  world: World,
  faults: readonly Fault[],
  { note }: Pick<ChaosOptions, "note">,
): Promise<Violation[]> {
  world.load.resume();
  await world.rest(1_000);
  for (const fault of faults) {
    note?.(`${fault.id} ${fault.title}`);
    await fault.act(world).finally(() => fault.heal(world));
    const rest = await waitForRecovery(world.cluster, world.signal);
    // The evidence is fresh now; whatever comes after it would blur it.
    if ("stuck" in rest) return [notInTime(`after ${fault.id} work was overdue`, rest.stuck)];
    world.books.recovered(fault.id, rest.ms);
  }
  await world.load.pause();
  const rest = await waitForQuiet(world.cluster);
  if ("stuck" in rest) return [notInTime("after all faults there was still work", rest.stuck)];
  world.books.recovered("quiet", rest.ms);
  return [];
}

function notInTime(what: string, ids: readonly string[]): Violation {
  return { invariant: "I9", what: `${what} for ${QUIET_WITHIN_MS / 1000} s`, ids };
}

/** What is on record about the runs the violations name; and what the database is doing, where there are any. */
async function dossiersOf(cluster: Cluster, violations: readonly Violation[]): Promise<readonly object[]> {
  if (violations.length === 0) return [];
  const ids = violations.flatMap((violation) => violation.ids);
  return [...(await dossierOf(cluster, ids)), { sessions: await sessionsOf(cluster) }];
}

async function keepLogs(cluster: Cluster, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of await readdir(cluster.folder))
    await copyFile(path.join(cluster.folder, file), path.join(folder, file));
}
