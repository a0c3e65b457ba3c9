import { afterAll, beforeAll, describe, type ExpectStatic, expect, test } from "vitest";
import { FAILPOINTS, type FailpointName } from "../../engine/runtime/failpoints.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { type CrashOutcome, checkInvariants, endOfRun, gaveUp, outcomeOf } from "../support/crash-outcome.ts";
import { type CrashScenario, publishCrashFlows, SCENARIOS } from "../support/crash-scenarios.ts";
import { type CrashStage, type Death, openCrashStage } from "../support/crash-stage.ts";

/**
 * One crash, everywhere. Each scenario is played once without any; then once for the first and once for the second time it
 * reaches each failpoint, with an engine that dies there and another that takes over. `test/e2e/failpoint-kill.test.ts`
 * does the same to a few of them with SIGKILL.
 */
interface Place {
  readonly stage: CrashStage;
  readonly db: Database;
}

// Most of the time is spent waiting for leases to run out.
const PLACES = 3;
const HITS = [1, 2];
// The second time is the same delivery once more, after all is done.
const SENT_AGAIN: readonly FailpointName[] = ["start.before", "ack.before", "answer.before", "answer.after"];
const free: Place[] = [];
const waiting: ((place: Place) => void)[] = [];
const diedAt = new Set<FailpointName>();
let people = 0;

beforeAll(async () => {
  free.push(...(await Promise.all(Array.from({ length: PLACES }, openPlace))));
});
afterAll(() => Promise.all(free.map(closePlace)));

describe.concurrent("[D1, D4, D8, E1, E3, H3] an engine that dies", () => {
  test.for(SCENARIOS)("$name", { timeout: 240_000 }, async (scenario, { expect }) => {
    const place = free.pop() ?? (await new Promise<Place>((resolve) => waiting.push(resolve)));
    try {
      await dieEverywhere(expect, place, scenario);
    } finally {
      const next = waiting.shift();
      if (next) next(place);
      else free.push(place);
    }
  });
});

test("every failpoint is reached by some scenario, and an engine has died there", () => {
  expect(FAILPOINTS.filter((point) => !diedAt.has(point))).toEqual([]);
});

async function dieEverywhere(expect: ExpectStatic, place: Place, scenario: CrashScenario): Promise<void> {
  const { stage } = place;
  const calm = await play(expect, place, scenario, null);
  const counts = [...stage.reached];
  const deaths = counts.flatMap(([point, count]) =>
    HITS.filter((hit) => hit <= count && !(hit === 2 && SENT_AGAIN.includes(point))).map((hit) => ({
      point,
      hit,
    })),
  );
  for (const death of deaths) {
    const before = stage.deaths;
    const { isSure, outcome } = await play(expect, place, scenario, death);
    const where = `${death.point} ${death.hit}`;
    // How often a run hears of a report depends on which of them is faster; that it does not.
    if (stage.deaths > before) diedAt.add(death.point);
    if (isSure) expect.soft(outcome, `the run goes as without the crash at ${where}`).toEqual(calm.outcome);
  }
}

/** `isSure`: the run always knew, or found out, what had become of its effects. */
async function play(
  expect: ExpectStatic,
  { stage, db }: Place,
  scenario: CrashScenario,
  death: Death | null,
): Promise<{ readonly isSure: boolean; readonly outcome: CrashOutcome }> {
  people += 1;
  const phone = `+57300${String(7_000_000 + people)}`;
  stage.twilio.faults.clear();
  stage.arm(death);
  await scenario.play(stage, phone);
  await endOfRun(stage, phone);
  await stage.quiet();
  const isSure = !(await gaveUp(stage, phone));
  const outcome = await outcomeOf(stage, db, phone);
  await checkInvariants(expect, stage, phone, outcome, death ? `${death.point} ${death.hit}` : "no crash");
  return { isSure, outcome };
}

async function openPlace(): Promise<Place> {
  const stage = await openCrashStage();
  await publishCrashFlows(stage);
  return { stage, db: openDatabase({ connection: stage.connection, enginePool: 1, apiPool: 1 }) };
}

async function closePlace({ stage, db }: Place): Promise<void> {
  await db.close();
  await stage.close();
}
