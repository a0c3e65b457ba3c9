import ivm from "isolated-vm";
import { createSandbox } from "../../engine/runtime/sandbox/sandbox.ts";
import { type Load, measure } from "./load.ts";
import type { BenchRow } from "./run.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const CODE = "return { total: inputs.nights * inputs.price }";
const INPUTS = { nights: 3, price: 120 };
// A pause between runs, as between the steps of flows: the next isolate is made meanwhile.
const PAUSE_MS = 5;

/** `core.code` with its hop into another process and an isolate of its own; beside a bare call into one warm isolate. */
export async function codeNode(): Promise<BenchRow[]> {
  const bare = bareCall();
  const theirs = await measure(1, SECONDS, bare);
  const sandbox = createSandbox();
  const run = () =>
    sandbox.run({ tenantId: "bench", code: CODE, inputs: INPUTS, now: new Date(), seed: 1, timeoutMs: 1000 });
  const startedAt = performance.now();
  await run();
  const coldMs = performance.now() - startedAt;
  const paced = await withPauses(run);
  const rows = [
    row(`run of code, one every ${PAUSE_MS} ms`, paced, theirs, `first run ${coldMs.toFixed(0)} ms`),
  ];
  for (const callers of [1, 8]) {
    const load = await measure(callers, SECONDS, async () => void (await run()));
    rows.push(row(`run of code, ${callers} without pause`, load, theirs, "a new isolate each"));
  }
  await sandbox.stop();
  return rows;
}

function row(what: string, ours: Load, theirs: Load, note: string): BenchRow {
  return {
    what,
    unit: "runs/s",
    ours: ours.perSecond,
    yardstick: theirs.perSecond,
    ratio: ours.perSecond / theirs.perSecond,
    p50Ms: ours.p50Ms,
    p99Ms: ours.p99Ms,
    notes: `${note}; bare p50 ${theirs.p50Ms.toFixed(4)} p99 ${theirs.p99Ms.toFixed(4)} ms`,
  };
}

/** The same work in this process: one isolate and one context for all, compiled once. */
function bareCall(): () => Promise<void> {
  const context = new ivm.Isolate({ memoryLimit: 64 }).createContextSync();
  const code = `(text) => JSON.stringify(((inputs) => { ${CODE} })(JSON.parse(text)))`;
  const call = context.evalSync(code, { reference: true });
  return async () => {
    const result = call.applySync(undefined, [JSON.stringify(INPUTS)], { timeout: 1000 });
    if (result !== '{"total":360}') throw new Error(`the bare call gave ${result}`);
  };
}

/** Times only the runs, not the pauses. */
async function withPauses(run: () => Promise<unknown>): Promise<Load> {
  const times: number[] = [];
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const startedAt = performance.now();
    await run();
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (q: number) => times[Math.floor(times.length * q)] ?? Number.NaN;
  return {
    perSecond: times.length / SECONDS,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    count: times.length,
    all: times.length,
  };
}
