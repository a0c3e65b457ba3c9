import { newId } from "../ids.ts";
import type { FollowedLink } from "../store/links.ts";
import { deliveryHash } from "./delivery-hash.ts";
import type { Engine } from "./engine.ts";

/** What a wait for clicks on the links of a step is found by. */
export function clickKey(stepKey: string): string {
  return `click:${stepKey}`;
}

/**
 * A person opened a link: the run that sent it hears of it. The first click is kept for a wait that is still to come; later
 * ones only wake one that is there.
 */
export async function tellClick(
  engine: Engine,
  code: string,
  link: Extract<FollowedLink, { state: "open" }>,
): Promise<void> {
  const { tenantId, runId, stepKey, runOpen, url, recipient, clicks, at } = link;
  if (!runOpen || runId === null || stepKey === null) return;
  await engine.resume({
    tenantId,
    key: clickKey(stepKey),
    event: "click",
    output: { url, recipient, clicks, at: new Date(at).toISOString() },
    delivery: {
      id: newId("delivery"),
      source: "link",
      hash: deliveryHash("link", tenantId, `${code} ${clicks}`),
    },
    via: null,
    keep: clicks === 1,
    runId,
  });
}
