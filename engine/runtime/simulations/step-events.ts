/** What is told of a step once it has ended, with what it cost; and what a later report of the vendor makes of it. */
import { AppError } from "../../errors.ts";
import { creditsOfStep, stepOfEffect } from "../../store/twins.ts";
import type { Runtime } from "../runtime.ts";
import type { EndedStep, LostMessage, NewEvent } from "./run-events.ts";
import { type Explain, setbackOf, setbacksIn } from "./setbacks.ts";

export async function endedStep(
  { db }: Runtime,
  explain: Explain,
  { ended, params, ms }: EndedStep,
): Promise<NewEvent> {
  const { tenantId, runId, stepKey, nodeId, type, port, output, error } = ended;
  const credits = await db.asTenant(tenantId, (scope) => creditsOfStep(scope, runId, stepKey));
  return {
    kind: "step",
    runId,
    stepKey,
    nodeId,
    type,
    port: error === undefined ? port : port === "failed" ? null : port,
    ms: Math.round(ms * 10) / 10,
    params,
    output,
    error: error ?? null,
    setbacks: setbacksIn(explain, output),
    credits,
  };
}

/** @throws AppError NOT_FOUND where the message is of no step */
export async function lostMessage(
  { db }: Runtime,
  explain: Explain,
  { runId, tenantId, effectId, reason, vendorCode }: LostMessage["lost"],
): Promise<NewEvent> {
  return db.asTenant(tenantId, async (scope) => {
    const step = await stepOfEffect(scope, effectId);
    if (!step) throw new AppError("NOT_FOUND", `There is no effect ${effectId}.`, { effectId });
    const { stepKey, channel } = step;
    const setback = setbackOf(explain, { channel, reason, vendorCode });
    const credits = await creditsOfStep(scope, runId, stepKey);
    return { kind: "undelivered", runId, stepKey, messageId: effectId, setback, credits };
  });
}
