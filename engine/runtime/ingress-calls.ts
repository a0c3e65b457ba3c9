import { newId } from "../ids.ts";
import { chargeInboundCall, recordPlacedCall } from "../store/calls.ts";
import { keepResume } from "../store/deliveries.ts";
import { reportCall } from "../store/effects.ts";
import { tellRun } from "./ingress-reports.ts";
import { deliveryRow, type Ingress, isSimulated, type Of, tenantsOf } from "./ingress-request.ts";

type CallStatus = Of<"call-status">;

/** A call changed or ended: its row, its minutes, and whoever waits for that. */
export async function handleCallStatus(ingress: Ingress, delivery: CallStatus): Promise<null> {
  const { sid, status, durationSeconds, placed } = delivery;
  if (placed) await handlePlaced(ingress, delivery, placed);
  const result = await reportCall(ingress.runtime.db, {
    provider: ingress.hook.plugin,
    sid,
    status,
    durationSeconds,
    tenants: tenantsOf(ingress),
  });
  if (!result.over || !result.tenant) return null;
  if (!placed) await chargeMinutes(ingress, result.tenant, sid);
  // A report that comes again is told again, as the same delivery: whoever stored it may have been gone before telling.
  if (!result.runOpen) return null;
  await ingress.runtime.failpoints.reach("report.after", result.runId ?? "");
  const output = { callStatus: status, durationSeconds };
  await tellRun(ingress, result.tenant, `call:${sid}`, "hangup", output, delivery.dedupeKey);
  await leaveForLater(ingress, result.tenant, `call-ended:${sid}`, "hangup", delivery.dedupeKey);
  return null;
}

/** [C23] What is reported on a call that a step placed: evidence for its effect, its real minutes, and an event for the step. */
async function handlePlaced(
  ingress: Ingress,
  { sid, status, durationSeconds, dedupeKey }: CallStatus,
  { effectId, progress, event, recordingUrl }: NonNullable<CallStatus["placed"]>,
): Promise<void> {
  const { runtime } = ingress;
  const tenants = tenantsOf(ingress);
  await recordPlacedCall(runtime.db, {
    id: newId("call"),
    effectId,
    provider: ingress.hook.plugin,
    sid,
    status,
    durationSeconds,
    recordingUrl: recordingUrl ?? null,
    simulated: isSimulated(ingress),
    tenants,
  });
  const failure =
    progress === "failed"
      ? { reason: "other", vendorCode: status, message: `The call came out as ${status}.` }
      : null;
  const result = await runtime.reports.tell({ effectId, ref: sid, status: progress, failure, tenants });
  if (!result.ok) return;
  await runtime.failpoints.reach("report.after", result.runId);
  const output = { callSid: sid, callStatus: status, durationSeconds };
  await tellRun(ingress, result.tenant, `effect:${effectId}`, event ?? "progress", output, dedupeKey);
}

/** [C24] A setting of the tenant says whether it pays for calls made to it. */
async function chargeMinutes({ runtime, hook }: Ingress, tenant: string, sid: string): Promise<void> {
  const { settings } = (await runtime.directory.of(tenant)).tenant;
  if (settings.chargesInboundCalls !== true) return;
  await chargeInboundCall(runtime.db, { tenant, provider: hook.plugin, sid });
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
