import type { Logger } from "../log.ts";
import type { Database } from "../store/database.ts";
import { dueSubscriptions, renewSubscription } from "../store/subscriptions.ts";

const LIMIT = 10_000;

/** [C24] Each tenant in a transaction of its own: one that fails is tried again, and keeps nobody else waiting. */
export async function renewDue({ db, log }: { readonly db: Database; readonly log: Logger }): Promise<void> {
  for (const tenantId of await dueSubscriptions(db, LIMIT)) {
    try {
      if (await renewSubscription(db, tenantId)) log.info({ tenantId }, "a new period of credits began");
    } catch (error) {
      log.error({ err: error, tenantId }, "credits were not renewed; it is tried again");
    }
  }
}
