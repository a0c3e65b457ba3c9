import type { Problem } from "./check-tools.ts";
import { type FlowView, problem } from "./flow-view.ts";
import { pointerOf } from "./json-pointer.ts";
import { fieldOf, isRecord } from "./plain-data.ts";

/** Code that does not parse. Only looked at where whoever checks has a parser. */
export function checkCode({ nodes, tools }: FlowView): Problem[] {
  return nodes.flatMap(({ node, path, visible }) =>
    Object.entries(visible?.params ?? {}).flatMap(([param, source]) => {
      if (typeof source !== "string" || !isCode(visible?.schema, param)) return [];
      const fault = tools.parseCode?.(source) ?? null;
      if (fault === null) return [];
      const place = { path: `${path}/data/params${pointerOf([param])}`, nodeId: node.id };
      return [problem(tools, "code_malformed", place, { param, ...fault })];
    }),
  );
}

function isCode(schema: unknown, param: string): boolean {
  const properties = fieldOf(schema, "properties");
  return isRecord(properties) && fieldOf(properties[param], "x-widget") === "code";
}
