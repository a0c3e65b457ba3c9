import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withValueAt } from "../../../editor/model/at-path.ts";
import * as edits from "../../../editor/model/edits.ts";
import { mergeFlows, resolveConflict } from "../../../editor/model/merge.ts";
import { violations } from "../../../editor/model/schema-check.ts";
import { type Flow, FlowSchema } from "../../../engine/core/flow.ts";
import { applyEdit, randomEdit } from "./random-edits.ts";
import { CATALOGUE, REAL_FLOWS, realFlow } from "./real-flows.ts";

const flow = realFlow("ivr-sales-support-reservations");
const text = (from: Flow, id: string) => from.nodes.find((each) => each.id === id)?.data.params.text;
const saying = (from: Flow, id: string, words: string) =>
  edits.setParams(from, id, { text: words }, CATALOGUE);

describe("merging", () => {
  test("edits of different nodes have no conflict, and the result has both", () => {
    const touched = fc.uniqueArray(fc.nat({ max: 200 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(fc.nat({ max: REAL_FLOWS.length - 1 }), touched, (at, picks) => {
        const base = REAL_FLOWS[at]?.[1] ?? flow;
        const ids = [...new Set(picks.map((pick) => base.nodes[pick % base.nodes.length]?.id ?? ""))];
        const half = Math.ceil(ids.length / 2);
        const mark = (from: Flow, some: readonly string[], words: string) =>
          some.reduce(
            (now, id) => edits.setNodeOptions(edits.setLabel(now, id, words), id, { note: words }),
            from,
          );
        const mine = edits.addNode(mark(base, ids.slice(0, half), "mío"), NEW_END, CATALOGUE).flow;
        const theirs = edits.addNote(mark(base, ids.slice(half), "suyo"), { position: { x: 0, y: 0 } }).flow;
        const { flow: both, conflicts } = mergeFlows(base, mine, theirs);
        expect(conflicts).toEqual([]);
        const labelOf = (id: string) => both.nodes.find((each) => each.id === id)?.data.note;
        expect(ids.slice(0, half).map(labelOf)).toEqual(ids.slice(0, half).map(() => "mío"));
        expect(ids.slice(half).map(labelOf)).toEqual(ids.slice(half).map(() => "suyo"));
        expect(both.nodes.length).toBe(base.nodes.length + 1);
        expect(both.canvas?.notes?.length).toBe(1);
      }),
    );
  });

  test("whatever two people do, the result is a flow", () => {
    const list = fc.array(randomEdit, { maxLength: 25 });
    fc.assert(
      fc.property(fc.nat({ max: REAL_FLOWS.length - 1 }), list, list, (at, a, b) => {
        const base = REAL_FLOWS[at]?.[1] ?? flow;
        const [mine, theirs] = [a.reduce(applyEdit, base), b.reduce(applyEdit, base)];
        const { flow: both, conflicts } = mergeFlows(base, mine, theirs);
        expect(violations(FlowSchema, both)).toEqual([]);
        const known = new Set(both.nodes.map(({ id }) => id));
        expect(known.size).toBe(both.nodes.length);
        expect(new Set(both.edges.map(({ id }) => id)).size).toBe(both.edges.length);
        expect(both.edges.filter(({ source, target }) => !known.has(source) || !known.has(target))).toEqual(
          [],
        );
        for (const conflict of conflicts) {
          expect(violations(FlowSchema, resolveConflict(both, conflict, "mine"))).toEqual([]);
          expect(violations(FlowSchema, resolveConflict(both, conflict, "theirs"))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("with a side that did nothing is the other side", () => {
    fc.assert(
      fc.property(fc.array(randomEdit, { maxLength: 25 }), (list) => {
        const changed = list.reduce(applyEdit, flow);
        expect(mergeFlows(flow, flow, changed)).toEqual({ flow: asSet(changed), conflicts: [] });
        expect(mergeFlows(flow, changed, flow)).toEqual({ flow: changed, conflicts: [] });
      }),
      { numRuns: 30 },
    );
    // The merged flow keeps the order of mine: the same things, maybe in another order.
    function asSet(changed: Flow) {
      return expect.objectContaining({
        nodes: expect.arrayContaining(changed.nodes),
        edges: expect.arrayContaining(changed.edges),
        settings: changed.settings,
      });
    }
  });

  test("of one parameter changed twice keeps mine and lists both", () => {
    const [mine, theirs] = [saying(flow, "decir_ventas", "mío"), saying(flow, "decir_ventas", "suyo")];
    const { flow: both, conflicts } = mergeFlows(flow, mine, theirs);
    expect(text(both, "decir_ventas")).toBe("mío");
    expect(conflicts).toEqual([
      {
        part: "nodes",
        id: "decir_ventas",
        path: ["data", "params", "text"],
        base: text(flow, "decir_ventas"),
        mine: "mío",
        theirs: "suyo",
      },
    ]);
    const [conflict] = conflicts;
    expect(conflict && text(resolveConflict(both, conflict, "theirs"), "decir_ventas")).toBe("suyo");
  });

  test("of different parameters of one node takes both", () => {
    const mine = withValueAt(flow, ["nodes", 1, "data", "params", "retries"], 3);
    const theirs = withValueAt(flow, ["nodes", 1, "data", "params", "prompt", "text"], "Hola");
    const { flow: both, conflicts } = mergeFlows(flow, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(both.nodes[1]?.data.params).toMatchObject({ retries: 3, prompt: { text: "Hola" } });
  });

  test("throws nothing away that was written in a node the other removed", () => {
    const gone = edits.removeNodes(flow, ["decir_ventas"], CATALOGUE);
    const { flow: both, conflicts } = mergeFlows(flow, gone, saying(flow, "decir_ventas", "suyo"));
    expect(text(both, "decir_ventas")).toBe("suyo");
    expect(conflicts).toMatchObject([{ part: "nodes", id: "decir_ventas", path: [], mine: undefined }]);
    const [conflict] = conflicts;
    const resolved = conflict && resolveConflict(both, conflict, "mine");
    expect(resolved?.nodes.some(({ id }) => id === "decir_ventas")).toBe(false);
  });

  test("a node that was only moved may be removed by the other", () => {
    const gone = edits.removeNodes(flow, ["decir_ventas"], CATALOGUE);
    const moved = edits.moveNodes(flow, { decir_ventas: { x: 9, y: 9 } });
    expect(mergeFlows(flow, moved, gone)).toEqual({ flow: gone, conflicts: [] });
    expect(mergeFlows(flow, gone, moved).conflicts).toEqual([]);
  });

  test("a connection that both led elsewhere is one conflict, and one to a removed node is told", () => {
    const at = { source: "menu", sourceHandle: "1" };
    const mine = edits.connect(flow, { ...at, target: "entender" });
    const theirs = edits.connect(flow, { ...at, target: "decir_soporte" });
    const { flow: both, conflicts } = mergeFlows(flow, mine, theirs);
    expect(conflicts).toMatchObject([
      { part: "edges", id: "menu 1", mine: "entender", theirs: "decir_soporte" },
    ]);
    const [conflict] = conflicts;
    const resolved = conflict && resolveConflict(both, conflict, "theirs");
    expect(resolved?.edges.find(({ id }) => id === "menu-1")?.target).toBe("decir_soporte");
    const gone = edits.removeNodes(flow, ["fin_colgo"], CATALOGUE);
    const led = edits.connect(flow, { ...at, target: "fin_colgo" });
    expect(mergeFlows(flow, led, gone).conflicts).toMatchObject([
      { part: "edges", id: "menu 1", mine: "fin_colgo" },
    ]);
  });

  test("two new nodes of the same id are both kept, each with what speaks of it", () => {
    const with_ = (words: string) => {
      const { flow: added } = edits.addNode(
        flow,
        { ...NEW_END, type: "twilio.say", params: { text: words } },
        CATALOGUE,
      );
      return saying(added, "decir_ventas", `{{ steps.adios.spoken }} ${words}`);
    };
    const { flow: both } = mergeFlows(flow, with_("mío"), with_("suyo"));
    expect(both.nodes.slice(-2).map(({ id }) => id)).toEqual(["adios", "adios_2"]);
    expect(text(both, "adios_2")).toBe("suyo");
  });

  test("when each removed what the other kept, mine stays whole", () => {
    const base = { ...flow, nodes: flow.nodes.slice(0, 2), edges: flow.edges.slice(0, 1) };
    const mine = edits.removeNodes(base, ["menu"], CATALOGUE);
    const theirs = edits.removeNodes(base, ["llamada"], CATALOGUE);
    expect(mergeFlows(base, mine, theirs)).toMatchObject({ flow: mine, conflicts: [{ part: "document" }] });
  });
});

const NEW_END = { type: "core.end", position: { x: 0, y: 0 }, label: "Adiós" } as const;
