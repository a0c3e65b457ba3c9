/**
 * What a flow does when somebody it is already busy with comes again (`settings.contactPolicy`):
 *
 *   parallel  every start is a run of its own. The default.
 *   queue     runs go one after the other, in the order they came. A caller is on hold until it is their turn.
 *   replace   the newest goes ahead; those before it are cancelled with their next commit.
 *   resume    a message goes to the run that is there: it hears it when it next waits for one, and what it never asks for
 *             stays on record in the conversation. Whatever cannot be handed over as an event (a call, an API start) starts
 *             a run beside it: nobody on the line is made to wait for another conversation.
 *
 * Before any of these, a message goes to the run that waits for it, of whatever flow.
 */
import type { Graph } from "../core/graph.ts";
import type { JsonObject } from "../core/json.ts";
import type { CommitItem } from "../store/runs.ts";

/** One contact in one flow: its runs know of each other. */
export type Lane = NonNullable<CommitItem["lane"]>;

/** Null where every start is a run of its own, or nobody knows who it is. */
export function laneOf(
  graph: Graph,
  start: { readonly contact: JsonObject; readonly contactPhone: string | null },
): Lane | null {
  const { key, settings } = graph.flow;
  const policy = settings.contactPolicy ?? "parallel";
  // The row of a contact is one, whether the vendor names a phone or an id of its own.
  const contact = typeof start.contact.id === "string" ? start.contact.id : start.contactPhone;
  return policy === "parallel" || contact === null ? null : { key: `${key} ${contact}`, policy };
}
