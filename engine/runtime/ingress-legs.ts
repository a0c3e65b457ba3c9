import type { JsonObject } from "../core/json.ts";
import { effectId as effectIdOf } from "../ids.ts";
import { addressOfLeg, keepAnsweredLeg } from "../store/call-legs.ts";
import { secondsSince } from "../store/effects.ts";
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

/**
 * What the step's effect has really used. A leg whose length the vendor keeps to itself has lasted since its intent was
 * committed: what the caller was told before it counts, too, as it does for the vendor.
 */
export async function usedBy(
  { runtime }: Ingress,
  tenantId: string,
  stepKey: string,
  { usage }: Of<"resume">,
): Promise<{ readonly effectId: string; readonly amount: number } | null> {
  if (usage === undefined) return null;
  const effectId = effectIdOf(stepKey, usage.part);
  if ("amount" in usage) return { effectId, amount: usage.amount };
  const seconds = await runtime.db.asTenant(tenantId, (scope) => secondsSince(scope, effectId));
  return seconds === null ? null : { effectId, amount: Math.max(1, Math.ceil(seconds / 60)) };
}
