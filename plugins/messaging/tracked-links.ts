import type { NodeContext } from "../../engine/plugin-api.ts";
import { recipientOf } from "./delivery.ts";
import type { DeliveryParams } from "./delivery-schema.ts";

const WEB_ADDRESS = /https?:\/\/[^\s<>"']+/gi;
const DAY_MS = 86_400_000;

/** Whom the links of a message are for, and until when they work. */
export type LinkOptions = NonNullable<Parameters<NodeContext["directory"]["trackedLink"]>[1]>;

/** Null where links are not to be counted. */
export function linkOptions(
  ctx: NodeContext,
  { trackLinks: tracked, linkDays, to }: Pick<DeliveryParams, "trackLinks" | "linkDays" | "to">,
): LinkOptions | null {
  if (!tracked) return null;
  const recipient = recipientOf(ctx, to);
  return {
    ...(recipient === null ? {} : { recipient }),
    ...(linkDays === undefined ? {} : { expiresAt: new Date(ctx.now.getTime() + linkDays * DAY_MS) }),
  };
}

/** The text with every web address replaced by a short link that counts. The same step gives the same links again. */
export async function trackLinks(ctx: NodeContext, text: string, options: LinkOptions): Promise<string> {
  const links = new Map<string, string>();
  for (const [found] of text.matchAll(WEB_ADDRESS)) {
    const url = withoutPunctuation(found);
    if (!links.has(url)) links.set(url, await ctx.directory.trackedLink(url, options));
  }
  return text.replace(WEB_ADDRESS, (found) => {
    const url = withoutPunctuation(found);
    return `${links.get(url) ?? url}${found.slice(url.length)}`;
  });
}

/** A full stop or bracket after an address ends the sentence, not the address. */
function withoutPunctuation(found: string): string {
  return found.replace(/[.,;:!?)\]}»”’]+$/, "");
}
