import fc from "fast-check";
import * as edits from "../../../editor/model/edits.ts";
import { mainPort, portsOf } from "../../../editor/model/ports.ts";
import type { Flow } from "../../../engine/core/flow.ts";
import { CATALOGUE } from "./real-flows.ts";

/** One edit as numbers: what they mean depends on the flow they meet, so that any list of them can be shrunk. */
export interface RandomEdit {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly text: string;
}

export const randomEdit: fc.Arbitrary<RandomEdit> = fc.record({
  kind: fc.nat({ max: 21 }),
  a: fc.nat({ max: 9999 }),
  b: fc.nat({ max: 9999 }),
  text: fc.string({ maxLength: 12 }),
});

const TYPES = CATALOGUE.families.flatMap(({ types }) => types);

/** A person doing something to a flow. */
export function applyEdit(flow: Flow, { kind, a, b, text }: RandomEdit): Flow {
  const node = flow.nodes[a % Math.max(1, flow.nodes.length)];
  const other = flow.nodes[b % Math.max(1, flow.nodes.length)];
  const edge = flow.edges[a % Math.max(1, flow.edges.length)];
  const type = TYPES[b % TYPES.length];
  if (!node || !other || !type) return flow;
  const both = [node.id, other.id];
  const spec = { type: type.type, params: type.example.params };
  switch (kind) {
    case 0:
      return edits.addNode(flow, { ...spec, position: { x: a, y: b } }, CATALOGUE).flow;
    case 1:
      return edits.addNode(flow, { ...spec, label: text, position: { x: a, y: b } }, CATALOGUE).flow;
    case 2:
      return edits.connect(flow, {
        source: node.id,
        sourceHandle: mainPort(node, CATALOGUE) ?? "error",
        target: other.id,
      });
    case 3: {
      const ports = portsOf(node, CATALOGUE);
      const port = ports[b % ports.length]?.name ?? "error";
      return edits.connect(flow, { source: node.id, sourceHandle: port, target: other.id });
    }
    case 4:
      return edge ? edits.disconnect(flow, edge.id) : flow;
    case 5:
      return edge ? edits.insertOnEdge(flow, edge.id, spec, CATALOGUE).flow : flow;
    case 6:
      return edits.addAfterPort(flow, { source: node.id, sourceHandle: "error" }, spec, CATALOGUE).flow;
    case 7:
      return flow.nodes.length > 2 ? edits.removeNodes(flow, [node.id], CATALOGUE) : flow;
    case 8:
      return edits.moveNodes(flow, { [node.id]: { x: a, y: b } });
    case 9:
      return edits.setParams(flow, node.id, { ...node.data.params, text }, CATALOGUE);
    case 10:
      return edits.setLabel(flow, node.id, text);
    case 11:
      return edits.renameNode(flow, node.id, `n_${b}`);
    case 12:
      return edits.setSettings(flow, { locale: b % 2 === 0 ? "en" : undefined });
    case 13:
      return edits.duplicate(flow, both, CATALOGUE).flow;
    case 14:
      return edits.align(flow, both, "left");
    case 15:
      return edits.distribute(flow, [...both, flow.nodes[0]?.id ?? ""], "y");
    case 16:
      return edits.addNote(flow, { position: { x: a, y: b }, text }).flow;
    case 17:
      return edits.group(flow, both, text).flow;
    case 18:
      return edits.ungroup(flow, flow.canvas?.groups?.[0]?.id ?? "");
    case 19:
      return edits.removeNote(flow, flow.canvas?.notes?.[0]?.id ?? "");
    case 20:
      return edits.setNodeOptions(flow, node.id, { note: b % 2 === 0 ? text : undefined });
    default:
      return edits.setDirection(flow, b % 2 === 0 ? "down" : "right");
  }
}
