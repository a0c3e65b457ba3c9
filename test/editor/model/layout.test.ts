import Elk from "elkjs/lib/elk.bundled.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { group, type Sizes } from "../../../editor/model/edits.ts";
import { applyLayout, elkGraph } from "../../../editor/model/layout.ts";
import type { Flow } from "../../../engine/core/flow.ts";
import { flowOf, linked, node } from "./broken-flows.ts";
import { applyEdit, randomEdit } from "./random-edits.ts";
import { CATALOGUE, REAL_FLOWS, realFlow } from "./real-flows.ts";

const elk = new Elk.default();
const flow = realFlow("ivr-sales-support-reservations");

describe("layout", () => {
  test("never lays a node over another, whatever the flow and the sizes", async () => {
    const drawn = fc.record({
      at: fc.nat({ max: REAL_FLOWS.length - 1 }),
      changes: fc.array(randomEdit, { maxLength: 30 }),
      heights: fc.array(fc.integer({ min: 60, max: 240 }), { minLength: 1, maxLength: 9 }),
      direction: fc.constantFrom("down", "right"),
    });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ at, changes, heights, direction }) => {
        const changed = changes.reduce(applyEdit, REAL_FLOWS[at]?.[1] ?? flow);
        const sizes: Sizes = Object.fromEntries(
          changed.nodes.map(({ id }, index) => [
            id,
            { width: 260, height: heights[index % heights.length] ?? 96 },
          ]),
        );
        const laid = applyLayout(
          changed,
          await elk.layout(elkGraph(changed, sizes, direction, undefined, CATALOGUE)),
        );
        expect(overlaps(laid, sizes)).toEqual([]);
        expect({ ...laid, nodes: laid.nodes.map(({ position: _p, ...rest }) => rest) }).toEqual({
          ...changed,
          nodes: changed.nodes.map(({ position: _p, ...rest }) => rest),
        });
      }),
      { numRuns: 25 },
    );
  });

  test("goes down", async () => {
    const laid = applyLayout(flow, await elk.layout(elkGraph(flow, {}, "down", undefined, CATALOGUE)));
    const at = (id: string) => laid.nodes.find((each) => each.id === id)?.position ?? { x: 0, y: 0 };
    for (const { source, target } of laid.edges) expect(at(target).y).toBeGreaterThan(at(source).y);
  });

  test("lays the ways of a menu from left to right in the order of its keys, also going right", async () => {
    const ends = ["a", "b", "c", "d"].map((id) => node(id, "core.end", {}));
    const menu = linked(
      flowOf([node("menu", "twilio.gather", { digitPorts: ["1", "2", "3"] }), ...ends.toReversed()]),
      [
        ["menu", "3", "c"],
        ["menu", "1", "a"],
        ["menu", "error", "d"],
        ["menu", "2", "b"],
      ],
    );
    for (const [direction, axis] of [
      ["down", "x"],
      ["right", "y"],
    ] as const) {
      const laid = applyLayout(menu, await elk.layout(elkGraph(menu, {}, direction, undefined, CATALOGUE)));
      const order = laid.nodes.slice(1).toSorted((a, b) => a.position[axis] - b.position[axis]);
      expect(order.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    }
  });

  test("of a part leaves the rest and the upper left corner of the part where they are", async () => {
    const ids = ["decir_ventas", "pasar_ventas", "fin_atendida"];
    const laid = applyLayout(flow, await elk.layout(elkGraph(flow, {}, "right", ids, CATALOGUE)), ids);
    const corner = (from: Flow) => {
      const places = from.nodes.filter(({ id }) => ids.includes(id)).map(({ position }) => position);
      return [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
    };
    expect(corner(laid)).toEqual(corner(flow));
    const others = (from: Flow) => from.nodes.filter(({ id }) => !ids.includes(id));
    expect(others(laid)).toEqual(others(flow));
  });

  test("keeps the nodes of a frame together", async () => {
    const ids = ["decir_ventas", "pasar_ventas"];
    const { flow: framed } = group(flow, ids, "Ventas");
    const graph = elkGraph(framed, {}, "down", undefined, CATALOGUE);
    expect(graph.children?.find(({ id }) => id.startsWith("group:"))?.children?.map(({ id }) => id)).toEqual(
      ids,
    );
    const laid = applyLayout(framed, await elk.layout(graph));
    const inside = laid.nodes.filter(({ id }) => ids.includes(id)).map(({ position }) => position);
    const [left, right] = [
      Math.min(...inside.map(({ x }) => x)),
      Math.max(...inside.map(({ x }) => x)) + 260,
    ];
    const [top, bottom] = [Math.min(...inside.map(({ y }) => y)), Math.max(...inside.map(({ y }) => y)) + 96];
    const strangers = laid.nodes.filter(
      ({ id, position: { x, y } }) =>
        !ids.includes(id) && x < right && x + 260 > left && y < bottom && y + 96 > top,
    );
    expect(strangers.map(({ id }) => id)).toEqual([]);
  });
});

function overlaps({ nodes }: Flow, sizes: Sizes): string[] {
  const boxes = nodes.map(({ id, position: { x, y } }) => ({
    id,
    x,
    y,
    ...(sizes[id] ?? { width: 260, height: 96 }),
  }));
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      )
      .map((b) => `${a.id} ${b.id}`),
  );
}
