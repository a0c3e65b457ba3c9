import type { Flow } from "../../engine/core/flow.ts";

type Step = readonly [id: string, type: string, params?: Readonly<Record<string, unknown>>];
type Edge = readonly [source: string, port: string, target: string];

/** A flow of these nodes; where no edges are given they follow one another by `next`. */
export function flowOf(key: string, steps: readonly Step[], edges: readonly Edge[] = inARow(steps)): Flow {
  return {
    schemaVersion: 1,
    key,
    name: `Test ${key}`,
    settings: { locale: "es", timezone: "America/Bogota" },
    nodes: steps.map(([id, type, params = {}], index) => ({
      id,
      type,
      version: 1,
      position: { x: 0, y: index * 100 },
      data: { params: { ...params } },
    })),
    edges: edges.map(([source, sourceHandle, target]) => ({
      id: `${source}-${sourceHandle}`,
      source,
      sourceHandle,
      target,
    })),
  } as Flow;
}

function inARow(steps: readonly Step[]): Edge[] {
  return steps.slice(1).map(([target], index) => [steps[index]?.[0] ?? "", "next", target]);
}
