/** Codes that are sent and checked over the API, without a flow. What must survive a crash is the row of `code_sends`. */

import { AppError } from "../errors.ts";
import { effectId, newId } from "../ids.ts";
import type { CodeCheck, CodeOrder, CodeSent, CodeVerdict } from "../plugin-api.ts";
import { type Admitted, admitCode, closeCode, openCodeRef, settleCode } from "../store/code-sends.ts";
import { ahead } from "./clock.ts";
import { againstOrder, codeLimits, rateBlocked } from "./code-guard.ts";
import { codeSentOf, openVerifier, rowOf } from "./codes.ts";
import type { Runtime } from "./runtime.ts";

const TIMEOUT_MS = 15_000;

/**
 * Sends a code: limits and credit first, in one commit, then the vendor. The same key again is answered from its row;
 * where nobody knows what became of it, it is sent again.
 * @throws AppError IDEMPOTENCY_CONFLICT, CREDENTIAL_MISSING, VENDOR_UNAVAILABLE, VENDOR_RATE_LIMITED, EFFECT_IN_DOUBT
 */
export async function requestCode(
  runtime: Runtime,
  tenantId: string,
  order: CodeOrder,
  idempotencyKey: string | null,
): Promise<CodeSent> {
  const id =
    idempotencyKey === null ? newId("effect") : effectId(`api:${tenantId}:${idempotencyKey}`, "code");
  const { verifier, context } = await openVerifier(runtime, tenantId, AbortSignal.timeout(TIMEOUT_MS));
  const directory = await runtime.directory.of(tenantId);
  const { tenant } = directory;
  const against = againstOrder(verifier, directory, order);
  if (against) return against;
  const admission = await admitCode(runtime.db, {
    tenant: tenantId,
    id,
    source: "api",
    to: order.to,
    channel: order.channel,
    ip: order.ip ?? null,
    provider: verifier.provider,
    at: ahead(runtime.clock, tenant.clock_offset_ms).now().toISOString(),
    limits: codeLimits(tenant.settings),
    charge: 1,
  });
  refuseOtherOrder(admission, order);
  if (!admission.admitted) return answered(admission);
  const sent = codeSentOf(await verifier.send(order, context));
  await settleCode(runtime.db, { tenant: tenantId, id, ...rowOf(sent) });
  return sent;
}

/** @throws AppError IDEMPOTENCY_CONFLICT */
function refuseOtherOrder({ known, recipient, channel }: Admitted, order: CodeOrder): void {
  if (!known || (recipient === order.to && channel === order.channel)) return;
  throw new AppError(
    "IDEMPOTENCY_CONFLICT",
    "This idempotency key was used for another code; each code has a key of its own.",
  );
}

/** What its row says. One that went out and was used since was sent all the same. */
function answered(admission: Admitted): CodeSent {
  const { state, ref, outcome } = admission;
  const { reason, retryAfterMs } = { ...outcome, ...admission };
  if (reason === "insufficient_credits" || state === "insufficient_credits")
    return { state: "insufficient_credits" };
  if (String(reason ?? "").startsWith("rate_")) return rateBlocked(String(reason), Number(retryAfterMs ?? 0));
  if (state === "blocked" || state === "failed") {
    const { vendorCode = "", message = "" } = outcome ?? {};
    return { state, reason: String(reason), vendorCode: String(vendorCode), message: String(message) };
  }
  return { state: "pending", ref: ref ?? "" };
}

/** @throws AppError CREDENTIAL_MISSING, VENDOR_UNAVAILABLE, VENDOR_RATE_LIMITED, VENDOR_REFUSED, EFFECT_IN_DOUBT */
export async function requestCheck(
  runtime: Runtime,
  tenantId: string,
  check: CodeCheck,
): Promise<CodeVerdict> {
  const { verifier, context } = await openVerifier(runtime, tenantId, AbortSignal.timeout(TIMEOUT_MS));
  const ref = await runtime.db.asTenant(tenantId, (scope) => openCodeRef(scope, check.to));
  const verdict = await verifier.check(check, context).catch(async (error: unknown): Promise<CodeVerdict> => {
    // Its answer may be lost: what the vendor has on record says whether this code was it.
    if (ref !== null && isLost(error) && (await verifier.wasApproved(ref, check, context))) return "approved";
    throw error;
  });
  if (verdict !== "wrong") await closeCode(runtime.db, tenantId, check.to, verdict);
  return verdict;
}

function isLost(error: unknown): boolean {
  return error instanceof AppError && error.code === "EFFECT_IN_DOUBT";
}
