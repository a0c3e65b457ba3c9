import type { OnceIntent } from "../plugin-api.ts";
import { otherCallsTo } from "../store/calls.ts";
import type { EffectRow } from "../store/runs.ts";
import type { Intent } from "./effects.ts";
import type { Runtime } from "./runtime.ts";

/** An intent of a node, ready to be looked for: with what tells a lost call from others to the same person. */
export function findable(runtime: Runtime, tenantId: string, intent: OnceIntent): Intent {
  const { find, ...rest } = intent;
  if (!find) return rest;
  return {
    ...rest,
    find: async (lost: EffectRow) =>
      find({
        effectId: lost.id,
        to: lost.to ?? "",
        from: lost.from ?? "",
        // Of several tries any may be the one that was taken.
        sentAfter: new Date(lost.resends > 0 ? lost.firstAt : lost.sentAt),
        known: new Set(await otherCallsTo(runtime.db, tenantId, lost)),
      }),
  };
}
