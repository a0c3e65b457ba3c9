/**
 * `npm run chaos -- --minutes 60 --seed 7`: real engines on a real PostgreSQL through everything that may go wrong, then
 * a report, also as JSON in `chaos-results/`. Exits with 1 when an invariant does not hold, with 130 when it is stopped.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { runChaos } from "./chaos.ts";
import { reportText } from "./report.ts";

const RESULTS = path.join(import.meta.dirname, "..", "..", "chaos-results");

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "0" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    scale: { type: "string" },
    engines: { type: "string", default: "2" },
    tenants: { type: "string", default: "10" },
    rate: { type: "string", default: "15" },
  },
});

const minutes = numberOf("minutes", values.minutes);
const seed = numberOf("seed", values.seed);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
const name = `seed-${seed}-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;

console.log(`chaos: seed ${seed}, ${minutes === 0 ? "one round" : `${minutes} min`}; Ctrl-C stops it`);
try {
  const report = await runChaos({
    seed,
    minutes,
    scale: numberOf("scale", values.scale ?? (minutes === 0 ? "1" : "2")),
    engines: numberOf("engines", values.engines),
    tenants: numberOf("tenants", values.tenants),
    perSecond: numberOf("rate", values.rate),
    signal: stop.signal,
    note: (sentence) => console.log(`  ${new Date().toISOString().slice(11, 19)} ${sentence}`),
    keepLogsIn: path.join(RESULTS, name),
  });
  await mkdir(RESULTS, { recursive: true });
  await writeFile(path.join(RESULTS, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  console.log(reportText(report));
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  if (!stop.signal.aborted) throw error;
  console.log("chaos: stopped");
  process.exitCode = 130;
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`--${option} is "${text}"; expected a number from 0 up`);
}
