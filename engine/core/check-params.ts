import type { NodeTypeInfo, Problem } from "./check-tools.ts";
import { type FlowView, type NodeView, problem } from "./flow-view.ts";
import { pointerOf, pointerSegments } from "./json-pointer.ts";
import { nearest } from "./nearest.ts";
import { fieldOf, isRecord, type PlainRecord } from "./plain-data.ts";
import { schemaFaults } from "./schema-faults.ts";
import { templatesIn } from "./templates-in.ts";
import type { VisibleParams } from "./visibility.ts";

/** Parameters against the schema of their node type. Hidden ones are not looked at. */
export function checkParams(view: FlowView): Problem[] {
  return view.nodes.flatMap((node) => {
    const { info, visible } = node;
    return info && visible ? [...unknownParams(view, node, info), ...invalidParams(view, node, visible)] : [];
  });
}

function unknownParams({ tools }: FlowView, { node, path }: NodeView, info: NodeTypeInfo): Problem[] {
  const known = closedProperties(info.params);
  if (!known) return [];
  const names = Object.keys(known);
  return Object.keys(node.data.params)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => {
      const place = { path: `${path}/data/params${pointerOf([name])}`, nodeId: node.id };
      return problem(tools, "param_unknown", place, {
        param: name,
        type: node.type,
        nearest: nearest(name, names),
      });
    });
}

function invalidParams(
  { tools }: FlowView,
  { node, path, info }: NodeView,
  visible: VisibleParams,
): Problem[] {
  const known = info ? closedProperties(info.params) : null;
  // Unknown parameters are told apart; a schema that forbids them would only say it again, without the name.
  const params = Object.fromEntries(
    Object.entries(visible.params).filter(([name]) => !known || Object.hasOwn(known, name)),
  );
  const templated = new Set(templatesIn(params, visible.schema).map((leaf) => pointerOf(leaf.path)));
  return schemaFaults(tools, { schema: visible.schema, value: params, templated }).map((fault) => {
    const place = { path: `${path}/data/params${fault.path}`, nodeId: node.id };
    return problem(tools, "param_invalid", place, {
      param: pointerSegments(fault.path).join("."),
      reason: fault.message,
    });
  });
}

/** The properties of a schema that takes no others; null when it takes any. */
function closedProperties(schema: object): PlainRecord | null {
  const properties = fieldOf(schema, "properties");
  const others = fieldOf(schema, "additionalProperties") ?? fieldOf(schema, "patternProperties") ?? false;
  return isRecord(properties) && others === false ? properties : null;
}
