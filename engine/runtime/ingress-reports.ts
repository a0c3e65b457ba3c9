import type { JsonObject } from "../core/json.ts";
import { effectId as effectOf } from "../ids.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import { keepResume } from "../store/deliveries.ts";
import { reportCall, reportStatus } from "../store/effects.ts";
import { tenantOfRun } from "../store/runs.ts";
import { answerTo, closing } from "./ingress-answers.ts";
import { deliveryRow, type Ingress, mayTouch, type Of, tenantsOf } from "./ingress-request.ts";
import { startStatusFlows } from "./status-flows.ts";

export async function handleResume(ingress: Ingress, delivery: Of<"resume">): Promise<HttpAnswer | null> {
  const { runtime, engine, hook } = ingress;
  const stepKey = delivery.key.replace(/^step:/, "");
  const hot = runtime.hotRuns.find(delivery.key);
  const tenantId = hot?.tenantId ?? (await tenantOfRun(runtime.db, stepKey.split(":", 1)[0] ?? ""));
  if (tenantId === null || !mayTouch(ingress, tenantId)) {
    runtime.log.warn({ key: delivery.key }, "a callback names a step that is not there");
    return closing(hook.definition);
  }
  const { usage } = delivery;
  const taken = await engine.resume({
    tenantId,
    key: delivery.key,
    event: delivery.event,
    output: delivery.output,
    delivery: deliveryRow(ingress, delivery.dedupeKey, tenantId),
    via: hook.definition.answer ? hook.definition.path : null,
    keep: true,
    ...(usage ? { usage: { effectId: effectOf(stepKey, usage.part), amount: usage.amount } } : {}),
  });
  return answerTo(ingress, taken);
}

export async function handleStatus(ingress: Ingress, delivery: Of<"status">): Promise<null> {
  const { runtime } = ingress;
  const { ref, status, vendorCode = "", vendorMessage = "", refusal = "other" } = delivery;
  const failure = status === "failed" ? { reason: refusal, vendorCode, message: vendorMessage } : null;
  const result = await reportStatus(runtime.db, {
    effectId: delivery.effectId,
    ref,
    status,
    failure,
    tenants: tenantsOf(ingress),
  });
  if (!result.ok) {
    runtime.log.info({ ref, status }, "a status of a message that is not ours");
    return null;
  }
  // A report that comes again is told again, as the same delivery: whoever stored it may have been gone before telling.
  if (!(result.changed || result.repeated) || !result.effectId) return null;
  await runtime.failpoints.reach("report.after", result.runId ?? "");
  const { tenant: tenantId, effectId } = result;
  await startStatusFlows(runtime, ingress.engine, { tenantId, effectId, status, failure });
  if (!result.atStep) return null;
  await tellRun(
    ingress,
    result.tenant,
    `effect:${result.effectId}`,
    "status",
    { status },
    delivery.dedupeKey,
  );
  return null;
}

export async function handleCallStatus(ingress: Ingress, delivery: Of<"call-status">): Promise<null> {
  const { sid, status, durationSeconds } = delivery;
  const result = await reportCall(ingress.runtime.db, {
    provider: ingress.hook.plugin,
    sid,
    status,
    durationSeconds,
    tenants: tenantsOf(ingress),
  });
  // A report that comes again is told again, as the same delivery: whoever stored it may have been gone before telling.
  if (!result.over || !result.runOpen || !result.tenant) return null;
  await ingress.runtime.failpoints.reach("report.after", result.runId ?? "");
  await tellRun(
    ingress,
    result.tenant,
    `call:${sid}`,
    "hangup",
    { callStatus: status, durationSeconds },
    delivery.dedupeKey,
  );
  await leaveForLater(ingress, result.tenant, `call-ended:${sid}`, "hangup", delivery.dedupeKey);
  return null;
}

/**
 * The end of a call for steps that expect a better-informed callback of their own: it is handed over with their wait when
 * it came first, else by the sweeper after a moment.
 */
async function leaveForLater(
  ingress: Ingress,
  tenant: string,
  key: string,
  name: string,
  dedupeKey: string,
): Promise<void> {
  const row = deliveryRow(ingress, `${key} ${dedupeKey}`, tenant);
  await keepResume(ingress.runtime.db, {
    ...row,
    tenant,
    key,
    runId: null,
    event: { name, output: {}, via: null },
    late: true,
  });
}

async function tellRun(
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
