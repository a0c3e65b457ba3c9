/**
 * The engine as a process that can be killed: configuration from the environment, short leases. Run by tests. Where FAILPOINT
 * names one, the process kills itself the first time it gets there.
 */
import { loadConfig } from "../../engine/config.ts";
import { seedDemo } from "../../engine/demo/seed.ts";
import { createLog } from "../../engine/log.ts";
import { startCentralita } from "../../engine/main.ts";

const app = await startCentralita(loadConfig(process.env), {
  log: createLog(process.env.LOG_LEVEL ?? "fatal"),
  settings: {
    leaseMs: 1_000,
    answerWithinMs: 8_000,
    ...(process.env.DOUBT_GRACE_MS ? { doubtGraceMs: Number(process.env.DOUBT_GRACE_MS) } : {}),
  },
  failpoints: {
    reach: (point) => void (point === process.env.FAILPOINT && process.kill(process.pid, "SIGKILL")),
  },
});
const seeded = await seedDemo(app.connection);
// A test that ran out of time takes no leave: an engine left alone would keep the whole test run from ending.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("SIGTERM", () => void app.stop().then(() => process.exit(0)));
process.send?.({ url: app.url, apiKey: seeded.apiKey });
