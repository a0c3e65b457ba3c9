import { describe, expect, test } from "vitest";
import { setParams } from "../../../editor/model/edits.ts";
import { appliedParams, keepEdges, mainPort, portsInUse, portsOf } from "../../../editor/model/ports.ts";
import { portsOfType } from "../../../engine/core/ports.ts";
import { flowOf, linked, node } from "./broken-flows.ts";
import { CATALOGUE, REAL_FLOWS, realFlow } from "./real-flows.ts";

const nodes = REAL_FLOWS.flatMap(([, flow]) => flow.nodes);

describe("ports", () => {
  test("are those the core knows, error last, for every node of the examples", () => {
    for (const each of nodes) {
      const type = CATALOGUE.get(each.type, each.version);
      if (!type) throw new TypeError(each.type);
      const ports = portsOf(each, CATALOGUE).map(({ name }) => name);
      expect(ports.toSorted()).toEqual(portsOfType(type, appliedParams(type, each.data.params)).toSorted());
      if (type.kind === "node") expect(ports.at(-1)).toBe("error");
    }
  });

  test("have words for every port of the catalogue in both languages", () => {
    for (const type of CATALOGUE.all) {
      const example = { type: type.type, version: type.version, data: { params: type.example.params } };
      const fixed = new Set(type.ports.filter((spec) => typeof spec === "string"));
      for (const { name, label } of portsOf(example, CATALOGUE))
        if (fixed.has(name)) expect(typeof label, `${type.type} ${name}`).toBe("object");
    }
  });

  test("of a menu are its keys first, by their names", () => {
    const menu = realFlow("ivr-sales-support-reservations").nodes.find(({ id }) => id === "menu");
    const ports = menu ? portsOf(menu, CATALOGUE) : [];
    expect(ports.map(({ name, kind }) => `${name}:${kind}`)).toEqual([
      "1:choice",
      "2:choice",
      "3:choice",
      "digits:main",
      "speech:choice",
      "timeout:timeout",
      "hung_up:choice",
      "error:error",
    ]);
    expect(ports[0]?.label).toEqual({ en: "Key 1", es: "Tecla 1" });
  });

  test("of a branch are what the author called the cases", () => {
    const branch = realFlow("ivr-sales-support-reservations").nodes.find(({ id }) => id === "entender");
    const labels = branch ? portsOf(branch, CATALOGUE).map(({ label }) => label) : [];
    expect(labels.slice(0, 3)).toEqual(["Ventas", "Soporte", "Reservas"]);
  });

  test("follow parameters that are only tried", () => {
    const menu = node("menu", "twilio.gather", { digitPorts: ["1"] });
    expect(portsOf(menu, CATALOGUE, { digitPorts: ["7", "8"] })[1]?.name).toBe("8");
  });

  test("of an unknown type are those in use", () => {
    const flow = linked(flowOf([node("a", "lost.plugin", {}), node("b", "core.end", {})]), [
      ["a", "out", "b"],
    ]);
    expect(portsOf(flow.nodes[0] as never, CATALOGUE).map(({ name }) => name)).toEqual(["error"]);
    expect(portsInUse(flow, flow.nodes[0] as never, CATALOGUE).map(({ name }) => name)).toEqual([
      "out",
      "error",
    ]);
  });

  test.each([
    ["twilio.say", "next"],
    ["messaging.send", "sent"],
    ["core.for-each", "done"],
    ["messaging.handoff", "closed"],
    ["core.end", null],
    ["core.parallel", null],
    ["core.hours", null],
    ["twilio.lookup", null],
  ])("the main port of %s is %s", (type, port) => {
    expect(mainPort(node("a", type, CATALOGUE.get(type)?.example.params ?? {}), CATALOGUE)).toBe(port);
  });
});

describe("connections when parameters change", () => {
  const before = { digitPorts: ["1", "2", "3"] };
  const flow = linked(
    flowOf([node("menu", "twilio.gather", before), node("a", "core.end", {}), node("b", "core.end", {})]),
    [
      ["menu", "1", "a"],
      ["menu", "2", "b"],
      ["menu", "digits", "a"],
    ],
  );
  const handles = (after: readonly string[]) =>
    keepEdges(flow, "menu", before, { digitPorts: after }, CATALOGUE).edges.map(
      ({ sourceHandle, target }) => `${sourceHandle}→${target}`,
    );

  test("follow the entry at the same place", () => {
    expect(handles(["1", "9", "3"])).toEqual(["1→a", "9→b", "digits→a"]);
  });

  test("stay with their name when entries change places", () => {
    expect(handles(["2", "1", "3"])).toEqual(["1→a", "2→b", "digits→a"]);
  });

  test("go with the entry that is removed", () => {
    expect(handles(["1", "3"])).toEqual(["1→a", "digits→a"]);
  });

  test("survive a name that is cleared and written again", () => {
    const cleared = setParams(flow, "menu", { digitPorts: ["1", "", "3"] }, CATALOGUE);
    expect(cleared.edges.map(({ sourceHandle }) => sourceHandle)).toEqual(["1", "2", "digits"]);
    const written = setParams(cleared, "menu", { digitPorts: ["1", "5", "3"] }, CATALOGUE);
    expect(written.edges.map(({ sourceHandle }) => sourceHandle)).toEqual(["1", "5", "digits"]);
  });

  test("follow a case by its words when it is renamed and moved at once", () => {
    const cases = (list: readonly (readonly [port: string, label: string])[]) => ({
      cases: list.map(([port, label]) => ({ port, label, when: { match: "all", conditions: [] } })),
    });
    const old = cases([
      ["ventas", "Ventas"],
      ["soporte", "Soporte"],
    ]);
    const branch = linked(
      flowOf([node("si", "core.branch", old), node("a", "core.end", {}), node("b", "core.end", {})]),
      [
        ["si", "ventas", "a"],
        ["si", "soporte", "b"],
      ],
    );
    const after = cases([
      ["ayuda", "Soporte"],
      ["comprar", "Ventas"],
    ]);
    expect(
      setParams(branch, "si", after, CATALOGUE).edges.map(({ sourceHandle, target }) => [
        sourceHandle,
        target,
      ]),
    ).toEqual([
      ["comprar", "a"],
      ["ayuda", "b"],
    ]);
  });

  test("nothing to follow gives the very same flow", () => {
    expect(keepEdges(flow, "menu", before, before, CATALOGUE)).toBe(flow);
  });
});
