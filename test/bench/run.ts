/** `npm run bench [-- name]`: measures this engine beside a yardstick in the same run. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { agent } from "./agent.ts";
import { canvas } from "./canvas.ts";
import { codeNode } from "./code-node.ts";
import { fairness } from "./fairness.ts";
import { groupCommit } from "./group-commit.ts";
import { ivrTurn } from "./ivr-turn.ts";
import { mainJob } from "./main-job.ts";
import { nodeRed } from "./node-red.ts";
import { smsSegments } from "./sms-segments.ts";
import { startTimes } from "./start-times.ts";
import { waitingRuns } from "./waiting-runs.ts";
import { whatDoesATwimlAnswerCost } from "./what-does-a-twiml-answer-cost.ts";

export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly yardstick: number | null;
  readonly ratio: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly notes: string;
}

const BENCHES: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  agent,
  canvas,
  "code-node": codeNode,
  "ivr-turn": ivrTurn,
  "group-commit": groupCommit,
  "main-job": mainJob,
  fairness,
  "sms-segments": smsSegments,
  "start-times": startTimes,
  "waiting-runs": waitingRuns,
  "what-does-a-twiml-answer-cost": whatDoesATwimlAnswerCost,
};

/** Only when asked for by name: they install something first. */
const ON_DEMAND: Readonly<Record<string, () => Promise<BenchRow[]>>> = { "node-red": nodeRed };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES || name in ON_DEMAND));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark "${unknown.join(", ")}"; there are: ${Object.keys({ ...BENCHES, ...ON_DEMAND }).join(", ")}`,
  );
  process.exit(2);
}
const chosen = Object.entries({ ...BENCHES, ...ON_DEMAND }).filter(([name]) =>
  wanted.length > 0 ? wanted.includes(name) : name in BENCHES,
);
for (const [name, bench] of chosen) {
  console.log(`\n${name}`);
  const rows = await bench();
  print(rows);
  keep(name, rows);
}
process.exit();

function print(rows: readonly BenchRow[]): void {
  const cells = rows.map((row) => [
    row.what,
    figure(row.ours),
    figure(row.yardstick),
    row.unit,
    figure(row.ratio),
    figure(row.p50Ms),
    figure(row.p99Ms),
    row.notes,
  ]);
  const head = ["what", "ours", "yardstick", "unit", "ratio", "p50 ms", "p99 ms", "notes"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => (row[column] ?? "").length)),
  );
  for (const row of [head, ...cells])
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`);
}

function keep(name: string, rows: readonly BenchRow[]): void {
  mkdirSync("bench-results", { recursive: true });
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const result = { name, at: new Date().toISOString(), machine, rows };
  writeFileSync(path.join("bench-results", `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

function figure(value: number | null): string {
  if (value === null) return "–";
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
}
