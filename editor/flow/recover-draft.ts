import { diffFlows, isSameFlow } from "../model/diff.ts";
import { present } from "../model/history.ts";
import type { FlowStore } from "./flow-store.ts";
import { forgetDraft, keptDraft } from "./kept-draft.ts";
import { FLOW_LABELS } from "./words.ts";

/** Brings back what was not saved last time, as a change that can be undone. */
export function recoverDraft(store: FlowStore): void {
  const { key, stored, history, change, set } = store.getState();
  const kept = keptDraft(key);
  if (!kept) return;
  if (isSameFlow(diffFlows(present(history), kept.flow))) {
    forgetDraft(key);
    return;
  }
  // What it was made from is what merging needs, also where the server has gone on since.
  const isCurrent = kept.revision === stored.revision;
  if (!isCurrent) set({ stored: { flow: kept.base, revision: kept.revision } });
  change(FLOW_LABELS.recovered, () => kept.flow);
}
