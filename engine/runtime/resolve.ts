import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { type Resolution, type Resolved, resolveEffect } from "../store/effects.ts";
import { deliveryHash } from "./delivery-hash.ts";
import type { Engine } from "./engine.ts";
import type { Runtime } from "./runtime.ts";

/**
 * [E11] Settles an effect in doubt by hand, as evidence would: with its credits, its message, and the run that waits for
 * it. Who said so is kept in the audit log.
 * @throws AppError NOT_FOUND, EFFECT_SETTLED, RUN_ENDED when nobody is left to send it again, INPUT_INVALID
 */
export async function resolveByHand(
  runtime: Runtime,
  engine: Engine,
  wish: Omit<Resolution, "auditId">,
): Promise<void> {
  const auditId = newId("audit");
  const result = await resolveEffect(runtime.db, { ...wish, auditId });
  if (!result.ok) throw refusal(wish, result);
  if (!result.runOpen) return;
  const { tenant: tenantId, effectId, outcome } = wish;
  const delivery = { id: newId("delivery"), source: "audit", hash: deliveryHash("audit", tenantId, auditId) };
  const event = { key: `effect:${effectId}`, event: "resolved", output: { outcome } };
  await engine.resume({ tenantId, ...event, delivery, via: null, keep: true });
}

function refusal(wish: Omit<Resolution, "auditId">, result: Extract<Resolved, { ok: false }>): AppError {
  const { effectId, ref } = wish;
  switch (result.reason) {
    case "unknown":
      return new AppError("NOT_FOUND", `There is no effect ${effectId}.`);
    case "settled": {
      const message = `Effect ${effectId} is ${result.state}; only one in doubt is settled by hand.`;
      return new AppError("EFFECT_SETTLED", message, { state: result.state });
    }
    case "ended":
      return new AppError("RUN_ENDED", `The run of effect ${effectId} is over: nobody can send it again.`);
    case "ref":
      return new AppError("INPUT_INVALID", `ref "${ref}" is the vendor's id of another effect.`, { ref });
  }
}
