import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadConfig } from "../../engine/config.ts";
import { seedDemo } from "../../engine/demo/seed.ts";
import { createLog } from "../../engine/log.ts";
import { startCentralita } from "../../engine/main.ts";
import type { BenchRow } from "./run.ts";

/** From nothing to the first healthy answer: first start (initdb, migrations, seed), then warm starts. */
export async function startTimes(): Promise<BenchRow[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "centralita-bench-"));
  const first = await timeStart(dataDir);
  const warm = [await timeStart(dataDir), await timeStart(dataDir), await timeStart(dataDir)].sort(
    (a, b) => a - b,
  );
  await rm(dataDir, { recursive: true, force: true });
  const row = (what: string, ours: number, notes: string): BenchRow => ({
    what,
    unit: "s",
    ours,
    yardstick: null,
    ratio: null,
    p50Ms: null,
    p99Ms: null,
    notes,
  });
  return [
    row("first start to /readyz", first, "initdb, migrations, seed; inside a running Node process"),
    row("warm start to /readyz", warm[1] ?? Number.NaN, "median of three"),
  ];
}

async function timeStart(dataDir: string): Promise<number> {
  const startedAt = performance.now();
  const config = loadConfig({ DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "error", EMULATORS: "on" });
  const app = await startCentralita(config, { log: createLog("error") });
  await seedDemo(app.connection);
  const answer = await fetch(`${app.url}/readyz`);
  if (!answer.ok) throw new Error(`/readyz answered ${answer.status}`);
  const seconds = (performance.now() - startedAt) / 1000;
  await app.stop();
  return seconds;
}
