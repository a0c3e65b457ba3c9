import type { Database } from "./database.ts";

/**
 * The code of a step's tracked link to an address: made once, the same when asked again. It is flushed with the next commit
 * of its run.
 */
export function linkOfStep(
  db: Database,
  link: {
    readonly tenant: string;
    readonly code: string;
    readonly url: string;
    readonly runId: string;
    readonly stepKey: string;
  },
): Promise<string> {
  return db.call("engine_link", [link.tenant, link.code, link.url, link.runId, link.stepKey]);
}
