import type { NodeContext } from "../../engine/plugin-api.ts";

const WEB_ADDRESS = /https?:\/\/[^\s<>"']+/gi;

/** The text with every web address replaced by a short link that counts. The same step gives the same links again. */
export async function trackLinks(ctx: NodeContext, text: string): Promise<string> {
  const links = new Map<string, string>();
  for (const [found] of text.matchAll(WEB_ADDRESS)) {
    const url = withoutPunctuation(found);
    if (!links.has(url)) links.set(url, await ctx.directory.trackedLink(url));
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
