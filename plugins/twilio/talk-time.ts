import type { NodeContext } from "../../engine/plugin-api.ts";

/** What Twilio allows a call to last when nothing is said. */
export const DEFAULT_TALK_SECONDS = 14_400;

/** Seconds a call may last: what the author allows, and no more than the voice credits cover. Undefined: Twilio's own limit. */
export async function talkSeconds(
  ctx: Pick<NodeContext, "credits">,
  wanted: number | undefined,
): Promise<number | undefined> {
  const { remaining } = await ctx.credits.balance("voice");
  if (remaining === null) return wanted;
  // A step that is repeated has its first minute on hold already, and sees one less.
  return Math.min(wanted ?? DEFAULT_TALK_SECONDS, Math.max(1, Math.floor(remaining)) * 60);
}
