import { effectId } from "../ids.ts";
import type { EffectOutcome, EffectTicket, OnceIntent } from "../plugin-api.ts";
import { readAccount } from "../store/credits.ts";
import { noteUse } from "../store/uses.ts";
import { type Step, statusUrl } from "./effects.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

/**
 * [M1] What may be asked twice, of a meter without a limit, has nothing to hold and nothing to look for after a crash: no
 * intent is committed before it, and its use is written without a flush, ahead of the commit that says what was answered.
 * Null where it must be an effect.
 */
export async function askUnmetered(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  part: string,
  intent: OnceIntent,
  act: (ticket: EffectTicket) => Promise<EffectOutcome>,
): Promise<EffectOutcome | null> {
  const { mayRepeat, charge, provider, to = null } = intent;
  if (!mayRepeat || !charge || segment.effects.has(part)) return null;
  const { tenantId, id: runId } = segment.run;
  const account = await readAccount(runtime.db, tenantId, charge.meter);
  if (account?.balance !== null) return null;
  const id = effectId(step.stepKey, part);
  const url = statusUrl(runtime, provider, id);
  const outcome = await act({ effectId: id, signal: step.signal, statusUrl: url, attempt: 0 });
  if (outcome.state === "accepted")
    await noteUse(runtime.db, tenantId, {
      stepKey: step.stepKey,
      runId,
      kind: charge.meter,
      amount: charge.amount,
      recipient: to,
    });
  return outcome;
}
