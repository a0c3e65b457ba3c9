import type { JsonObject } from "../core/json.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import { closeWindow } from "../store/contacts.ts";
import { tenantOfRun } from "../store/runs.ts";
import { noteRefusal } from "./account-notes.ts";
import { answerTo, closing } from "./ingress-answers.ts";
import { usedBy, withAnswerer } from "./ingress-legs.ts";
import { notePrice } from "./ingress-prices.ts";
import { deliveryRow, type Ingress, mayTouch, type Of, tenantsOf } from "./ingress-request.ts";
import { startStatusFlows } from "./status-flows.ts";

export async function handleResume(ingress: Ingress, delivery: Of<"resume">): Promise<HttpAnswer | null> {
  const { runtime, engine, hook } = ingress;
  // `step:run_1:ask:1`, or another word for another kind of event of that step.
  const stepKey = delivery.key.slice(delivery.key.indexOf(":") + 1);
  const [runId = ""] = stepKey.split(":", 1);
  const hot = runtime.hotRuns.find(delivery.key);
  const tenantId = hot?.tenantId ?? (await tenantOfRun(runtime.db, runId));
  if (tenantId === null || !mayTouch(ingress, tenantId)) {
    runtime.log.warn({ key: delivery.key }, "a callback names a step that is not there");
    return closing(hook.definition);
  }
  const { told, answeredAt = hook.definition.path } = delivery;
  const usage = await usedBy(ingress, tenantId, stepKey, delivery);
  const taken = await engine.resume({
    tenantId,
    key: delivery.key,
    event: delivery.event,
    output: await withAnswerer(ingress, tenantId, delivery),
    delivery: deliveryRow(ingress, delivery.dedupeKey, tenantId),
    via: told || hook.definition.answer ? answeredAt : null,
    keep: true,
    // [H24] Nobody is kept on the line for a run that is over.
    ...(usage ? { usage } : { runId }),
  });
  return told ?? answerTo(ingress, taken);
}

export async function handleStatus(ingress: Ingress, delivery: Of<"status">): Promise<null> {
  const { runtime } = ingress;
  const { ref, status, vendorCode = "", vendorMessage = "", refusal = "other" } = delivery;
  const failure = status === "failed" ? { reason: refusal, vendorCode, message: vendorMessage } : null;
  const { effectId } = delivery;
  const result = await runtime.reports.tell({ effectId, ref, status, failure, tenants: tenantsOf(ingress) });
  if (!result.ok) {
    runtime.log.info({ ref, status }, "a status of a message that is not ours");
    return null;
  }
  notePrice(ingress, delivery, result);
  if (failure && result.changed) {
    const { providerId = null, channel = "whatsapp" } = delivery;
    const from = { provider: ingress.hook.plugin, channel, providerId, tenant: result.tenant };
    await noteRefusal(runtime, from, failure);
    const { reason } = failure;
    const { runId, effectId: lost } = result;
    runtime.watch({
      kind: "undelivered",
      runId,
      tenantId: result.tenant,
      effectId: lost,
      reason,
      vendorCode,
    });
  }
  if (failure?.reason === "outside_window")
    await closeWindow(runtime.db, result.tenant, { effectId: result.effectId });
  const { tenant: tenantId, changed } = result;
  // Before the run hears of it: reports that are told again start nothing twice, a run that went on hears no more of them.
  await startStatusFlows(runtime, ingress.engine, {
    tenantId,
    effectId: result.effectId,
    status,
    failure,
    changed,
  });
  // A run that is not asleep sees the status in the row of its effect, at the latest when it goes to sleep on it.
  if (!result.run) return null;
  await runtime.failpoints.reach("report.after", result.runId);
  await ingress.engine.hear(result.run, !changed);
  return null;
}

/** An event for the wait with this key, which is there or still to come. */
export async function tellRun(
  ingress: Ingress,
  tenantId: string,
  key: string,
  event: string,
  output: JsonObject,
  dedupeKey: string,
): Promise<void> {
  const delivery = deliveryRow(ingress, `${key} ${dedupeKey}`, tenantId);
  await ingress.engine.resume({ tenantId, key, event, output, delivery, via: null, keep: true });
}
