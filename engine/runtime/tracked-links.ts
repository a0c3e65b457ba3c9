import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import { linkOfStep } from "../store/links.ts";
import type { Step } from "./effects.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

export interface LinkOrder {
  readonly url: string;
  readonly now: Date;
  readonly recipient?: string;
  readonly expiresAt?: Date;
}

const KEPT_MS = 180 * 24 * 3_600_000;

/**
 * A short address that counts and leads on to `url`, and nowhere else: what it leads to is kept here, not in the address.
 * @throws AppError PARAMS_INVALID when that is no web address
 */
export async function trackedLink(
  runtime: Runtime,
  segment: Segment,
  { stepKey }: Pick<Step, "stepKey">,
  { url, now, recipient, expiresAt = new Date(now.getTime() + KEPT_MS) }: LinkOrder,
): Promise<string> {
  if (!isWebAddress(url))
    throw new AppError("PARAMS_INVALID", `"${url}" cannot be tracked; expected an http or https address.`, {
      url,
    });
  const { tenantId, id: runId } = segment.run;
  const link = {
    tenant: tenantId,
    code: codeOf(stepKey, url, recipient),
    url,
    runId,
    stepKey,
    recipient: recipient ?? null,
    expiresAt,
  };
  const code = await linkOfStep(runtime.db, link);
  return `${runtime.settings.publicUrl}/t/${code}`;
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** Ten characters that say nothing and stay the same for a step, its person and its address. */
function codeOf(stepKey: string, url: string, recipient = ""): string {
  return createHash("sha256")
    .update(recipient === "" ? `${stepKey} ${url}` : `${stepKey} ${url} ${recipient}`)
    .digest("base64url")
    .replaceAll(/[-_]/g, "x")
    .slice(0, 10);
}
