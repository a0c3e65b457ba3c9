import type { JsonObject } from "../core/json.ts";
import { addressOfLeg, keepAnsweredLeg } from "../store/call-legs.ts";
import { tenantOfRun } from "../store/runs.ts";
import { type Ingress, mayTouch, type Of } from "./ingress-request.ts";

/** Somebody took a leg of a dialled call: kept for when the dial tells how it went. */
export async function handleLegAnswered(ingress: Ingress, delivery: Of<"leg-answered">): Promise<null> {
  const { runtime, hook } = ingress;
  const { stepKey, ref, address } = delivery;
  const runId = stepKey.split(":", 1)[0] ?? "";
  const tenantId = await tenantOfRun(runtime.db, runId);
  if (tenantId === null || !mayTouch(ingress, tenantId)) return null;
  const leg = { provider: hook.plugin, ref, runId, address };
  await runtime.db.asTenant(tenantId, (scope) => keepAnsweredLeg(scope, leg));
  return null;
}

/** The output of an event, with whose leg it tells of where that is known. */
export async function withAnswerer(
  { runtime, hook }: Ingress,
  tenantId: string,
  { output, leg }: Of<"resume">,
): Promise<JsonObject> {
  if (leg === undefined) return output;
  const answeredBy = await runtime.db.asTenant(tenantId, (scope) => addressOfLeg(scope, hook.plugin, leg));
  return answeredBy === null ? output : { ...output, answeredBy };
}
