import type { NodeContext } from "../../engine/plugin-api.ts";

/** A fact about the call the run speaks on; undefined where there is none. */
export function callField(
  ctx: NodeContext,
  name: "from" | "to" | "sid" | "forwardedFrom",
): string | undefined {
  const call = ctx.trigger.call;
  const value =
    typeof call === "object" && call !== null && name in call ? Reflect.get(call, name) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The end of the call wakes the step too: at once where no other callback tells it. */
export function hangupKeys(ctx: NodeContext): string[] {
  const sid = callField(ctx, "sid");
  return sid === undefined ? [] : [`call:${sid}`];
}

/**
 * The same for a step whose verb tells the end of the call in a callback of its own, with more to say; the end alone only
 * wins where that never comes.
 */
export function lateHangupKeys(ctx: NodeContext): string[] {
  const sid = callField(ctx, "sid");
  return sid === undefined ? [] : [`call-ended:${sid}`];
}
