/**
 * Codes that a flow sends and checks.
 *
 *   K1 limits come first: per recipient, per address, per tenant, and ranges and countries nobody is sent codes in. What they
 *      stop costs nothing and leaves nothing at the vendor.
 *   K2 a code is sent at least once: where nobody knows whether it left, it is sent again.
 *   K3 a check is an effect of its own: asked again after a crash it finds what the vendor said, instead of a code that
 *      looks used up.
 */

import { AppError } from "../errors.ts";
import { effectId } from "../ids.ts";
import type {
  CodeCheck,
  CodeOrder,
  CodeSent,
  CodesView,
  CodeVerdict,
  EffectOutcome,
  VerifierContext,
  VerifierDefinition,
} from "../plugin-api.ts";
import { admitCode, closeCode, settleCode } from "../store/code-sends.ts";
import { againstOrder, codeLimits, rateBlocked } from "./code-guard.ts";
import { performOnce, type Step } from "./effects.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

export const VERIFY_METER = "verify";
const PROVIDER = "twilio";

export function codesView(runtime: Runtime, segment: Segment, step: Step): CodesView {
  return {
    send: (part, order) => sendCode(runtime, segment, step, part, order),
    check: (part, check) => checkCode(runtime, segment, step, part, check),
  };
}

/** The one who sends codes, and what it works with. @throws AppError VERIFIER_MISSING, CREDENTIAL_MISSING */
export async function openVerifier(
  runtime: Runtime,
  tenantId: string,
  signal: AbortSignal,
): Promise<{ readonly verifier: VerifierDefinition; readonly context: VerifierContext }> {
  const verifier = runtime.registry.verifier(PROVIDER);
  if (!verifier)
    throw new AppError("VERIFIER_MISSING", `No installed plugin sends codes for the provider "${PROVIDER}".`);
  const credential = await runtime.secrets.open(tenantId, verifier.credential);
  return { verifier, context: { signal, log: runtime.log, credential } };
}

async function sendCode(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  part: string,
  order: CodeOrder,
): Promise<CodeSent> {
  const { tenantId } = segment.run;
  const { verifier, context } = await openVerifier(runtime, tenantId, step.signal);
  const id = effectId(step.stepKey, part);
  if (!segment.effects.has(part)) {
    const stopped = await admit(runtime, segment, verifier, id, order);
    if (stopped) return stopped;
  }
  const intent = {
    kind: "verification",
    provider: verifier.provider,
    to: order.to,
    charge: { meter: VERIFY_METER, amount: 1 },
    details: { channel: order.channel },
    onDoubt: "resend",
  } as const;
  const outcome = await performOnce(runtime, segment, step, part, intent, ({ signal }) =>
    verifier.send(order, { ...context, signal }),
  );
  const sent = codeSentOf(outcome);
  await settleCode(runtime.db, { tenant: tenantId, id, ...rowOf(sent) });
  return sent;
}

/** [K1] */
async function admit(
  runtime: Runtime,
  segment: Segment,
  verifier: VerifierDefinition,
  id: string,
  order: CodeOrder,
): Promise<CodeSent | null> {
  const { tenantId } = segment.run;
  const directory = await runtime.directory.of(tenantId);
  const against = againstOrder(verifier, directory, order);
  if (against) return against;
  const admission = await admitCode(runtime.db, {
    tenant: tenantId,
    id,
    source: "flow",
    to: order.to,
    channel: order.channel,
    ip: order.ip ?? null,
    provider: verifier.provider,
    at: segment.clock.now().toISOString(),
    limits: codeLimits(directory.tenant.settings),
  });
  if (admission.admitted) return null;
  const { reason, retryAfterMs } = { ...admission.outcome, ...admission };
  return rateBlocked(String(reason ?? ""), Number(retryAfterMs ?? 0));
}

async function checkCode(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  part: string,
  check: CodeCheck,
): Promise<CodeVerdict> {
  const { tenantId } = segment.run;
  const { verifier, context } = await openVerifier(runtime, tenantId, step.signal);
  const { ref } = check;
  const find = async (): Promise<EffectOutcome | null> =>
    ref !== undefined && (await verifier.wasApproved(ref, check, context))
      ? verdictOutcome("approved", ref)
      : null;
  const intent = {
    kind: "verification-check",
    provider: verifier.provider,
    to: check.to,
    onDoubt: "resend",
    find,
  } as const;
  const outcome = await performOnce(runtime, segment, step, part, intent, async ({ signal }) =>
    verdictOutcome(await verifier.check(check, { ...context, signal }), ref ?? ""),
  );
  const verdict = verdictOf(outcome);
  if (verdict !== "wrong") await closeCode(runtime.db, tenantId, check.to, verdict);
  return verdict;
}

/** [K3] Whatever the vendor says is the outcome of having asked. */
function verdictOutcome(verdict: CodeVerdict, ref: string): EffectOutcome {
  return { state: "accepted", ref, status: "delivered", data: { verdict } };
}

function verdictOf(outcome: EffectOutcome): CodeVerdict {
  if (outcome.state === "accepted") return outcome.data?.verdict as CodeVerdict;
  throw new AppError(
    "VENDOR_UNAVAILABLE",
    "Nobody knows what became of the check of the code; ask for the code again.",
  );
}

/** What an effect that sends a code came to. */
export function codeSentOf(outcome: EffectOutcome): CodeSent {
  switch (outcome.state) {
    case "accepted":
      return { state: "pending", ref: outcome.ref };
    case "insufficient_credits":
      return { state: "insufficient_credits" };
    case "refused": {
      const { reason, vendorCode, message } = outcome;
      if (reason !== "not_permitted") return { state: "failed", reason, vendorCode, message };
      return { state: "blocked", reason: "vendor", vendorCode, message };
    }
    default: {
      const message = "Nobody knows whether the code was sent.";
      return { state: "failed", reason: "unresolved", vendorCode: "", message };
    }
  }
}

/** What its row keeps. */
export function rowOf(sent: CodeSent) {
  const { state, ...outcome } = sent;
  return { state, ref: sent.state === "pending" ? sent.ref : null, outcome };
}
