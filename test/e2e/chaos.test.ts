import { expect, test } from "vitest";
import { runChaos } from "../chaos/chaos.ts";
import { reportText } from "../chaos/report.ts";

/** What the short form must have met at least once: a fault that was not exercised proves nothing. */
const EXERCISED = [
  "C1 engines killed",
  "C2 engines killed",
  "C3 PostgreSQL SIGQUIT",
  "C3 PostgreSQL SIGKILL",
  "C4 connections cut",
  "C5 status 429",
  "C5 status 500",
  "C5 timeout-after-accept",
  "C5 reset-after-accept",
  "C5 reset-before",
  "C5 slow",
  "C5 vendors refuse connections",
  "C6 duplicate-callbacks",
  "C6 reorder-callbacks",
  "C6 lose-callbacks",
  "C6 callback before the answer",
  "C6 forged callbacks",
  "C7 copies sent",
  "C8 replies near the timer",
  "C11 cut",
  "C11 stall",
  "C11 drop up",
  "C11 drop down",
  "C11 latency",
  "C13 engines frozen",
  "commits refused by the fence",
];

test("[D1-D11, E1-E5, C1-C3] no run is lost, no message or charge doubled, whatever is killed, cut, frozen or forged", async () => {
  const report = await runChaos({ seed: 1, minutes: 0, scale: 1, perSecond: 10 });
  expect(report.violations, reportText(report)).toEqual([]);
  expect(EXERCISED.filter((what) => !report.counts[what])).toEqual([]);
  expect(report.runs.total).toBeGreaterThan(100);
  expect(report.effects.acceptedByVendors).toBeGreaterThan(100);
  // Both ways out of the wait were taken by somebody.
  expect(Math.min(report.races.reply, report.races.timer)).toBeGreaterThan(0);
}, 240_000);
