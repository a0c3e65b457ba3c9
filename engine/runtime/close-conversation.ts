import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { closeConversation as close, countMessages, readConversation } from "../store/conversations.ts";
import { closeHandoffs } from "../store/handoffs.ts";
import { deliveryHash } from "./delivery-hash.ts";
import type { Engine } from "./engine.ts";
import type { Runtime } from "./runtime.ts";

/**
 * [Q4] Closes a conversation, once; the steps that had given it to people go on. A step that the engine cannot tell now
 * hears of it when its time is up: it looks at what is on record.
 * @throws AppError NOT_FOUND
 */
export async function closeConversation(
  runtime: Runtime,
  engine: Engine,
  { tenantId, id, who }: { readonly tenantId: string; readonly id: string; readonly who: string },
): Promise<void> {
  // What came before is part of what is closed; it must not open it again.
  await countMessages(runtime.db, tenantId);
  const { tenant } = await runtime.directory.of(tenantId);
  const at = new Date(runtime.clock.now().getTime() + tenant.clock_offset_ms).toISOString();
  const steps = await runtime.db.asTenant(tenantId, async (scope) => {
    if (!(await readConversation(scope, id)))
      throw new AppError("NOT_FOUND", `There is no conversation ${id}.`);
    const waiting = await closeHandoffs(scope, id, { at, who });
    await close(scope, id, { at, who });
    return waiting;
  });
  for (const stepKey of steps) {
    await engine.resume({
      tenantId,
      key: `step:${stepKey}`,
      event: "closed",
      output: {},
      delivery: {
        id: newId("delivery"),
        source: "inbox",
        hash: deliveryHash("inbox", tenantId, `closed ${stepKey}`),
      },
      via: null,
      keep: true,
      runId: stepKey.split(":", 1)[0] ?? "",
    });
  }
}
