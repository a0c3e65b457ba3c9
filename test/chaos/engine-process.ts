/** One engine as a process that is killed, frozen and cut off. Run by the harness; ends with it. */
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import { loadConfig } from "../../engine/config.ts";
import { createLog } from "../../engine/log.ts";
import { startCentralita } from "../../engine/main.ts";
import type { Database } from "../../engine/store/database.ts";
import { chaosPlugin } from "./await-reply.ts";

const { CHAOS_LEASE_MS, CHAOS_DOUBT_GRACE_MS, LOG_LEVEL } = process.env;
process.on("disconnect", () => process.exit(0));

const app = await startCentralita(loadConfig(process.env), {
  log: createLog(LOG_LEVEL ?? "warn"),
  plugins: [...BUILT_IN_PLUGINS, chaosPlugin],
  settings: {
    leaseMs: Number(CHAOS_LEASE_MS),
    doubtGraceMs: Number(CHAOS_DOUBT_GRACE_MS),
    answerWithinMs: 8_000,
  },
});
countFences(app.db);
process.send?.({ kind: "ready" });

/** The harness wants to know that the fence was met at all: nothing outside shows it, because nothing was changed. */
function countFences(db: Database): void {
  const { call } = db;
  const counting = async (...[name, args]: Parameters<Database["call"]>) => {
    const result = await call(name, args);
    const met = name.startsWith("engine_commit")
      ? JSON.stringify(result ?? null).split('"reason":"fence"')
      : [];
    if (met.length > 1) process.send?.({ kind: "fence", count: met.length - 1 });
    return result;
  };
  Object.assign(db, { call: counting });
}
