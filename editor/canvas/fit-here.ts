import type { Flow } from "../../engine/core/flow.ts";
import { reachableFrom } from "../../engine/core/reach.ts";
import type { PaletteTarget } from "../flow/flow-store.ts";
import type { Catalogue, NodeType } from "../model/catalogue.ts";
import { nodesById } from "./nodes-by-id.ts";
import { wiringOf } from "./wiring.ts";

/** Why a kind of step does not fit at a place. None: it fits. */
export type Misfit = "needsCall" | "needsRequest" | "endsHere";

export interface Place {
  /** A step leads to this place: nothing that begins a flow can stand here. */
  readonly follows: boolean;
  /** Something follows: a step without a way on would cut it off. */
  readonly leadsOn: boolean;
  /** Somebody may be on the phone. */
  readonly call: boolean;
  /** Somebody may wait for the flow's answer. */
  readonly request: boolean;
}

/** What is known about a place of the flow, from what leads to it. On the open canvas anything may come before. */
export function placeOf(flow: Flow, catalogue: Catalogue, target: PaletteTarget): Place {
  const edge = target.kind === "edge" ? flow.edges.find(({ id }) => id === target.edgeId) : undefined;
  const source = target.kind === "port" ? target.nodeId : edge?.source;
  if (source === undefined) return { follows: false, leadsOn: false, call: true, request: true };
  const { before, from } = wiringOf(flow.edges);
  const nodes = nodesById(flow.nodes);
  const coming = [...reachableFrom([source], before)].flatMap((id) => {
    const node = nodes.get(id);
    return (node && catalogue.get(node.type, node.version)) ?? [];
  });
  const taken = target.kind === "port" && from.get(source)?.some((each) => each.sourceHandle === target.port);
  return {
    follows: true,
    leadsOn: target.kind === "edge" || taken === true,
    call: coming.some(opensCall),
    request: coming.some((type) => type.answers === "reply"),
  };
}

/** Undefined for what fits; null for what cannot stand here at all. */
export function misfitOf(type: NodeType, place: Place): Misfit | null | undefined {
  if (place.follows && type.kind === "trigger") return null;
  if (type.needsLine && type.family === "voice" && !place.call) return "needsCall";
  if (type.needsLine && !place.call && !place.request) return "needsRequest";
  if (place.leadsOn && type.ports.length === 0) return "endsHere";
  return undefined;
}

/** A call that comes in, or one that the flow itself makes; other flows may bring theirs along. */
function opensCall({ family, kind, needsLine, type }: NodeType): boolean {
  return (family === "voice" && (kind === "trigger" || !needsLine)) || type === "core.called";
}
