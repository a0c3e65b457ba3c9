import { describe, expect, test } from "vitest";
import { conditionWords } from "../../../editor/model/condition-words.ts";
import { costOfPaths } from "../../../editor/model/cost.ts";
import { connect } from "../../../editor/model/edits.ts";
import { essenceOf } from "../../../editor/model/essence.ts";
import { findInFlow } from "../../../editor/model/find.ts";
import { type OutlineItem, outlineOf } from "../../../editor/model/outline.ts";
import { smsSegments } from "../../../editor/model/sms-segments.ts";
import type { Flow } from "../../../engine/core/flow.ts";
import { flowOf, linked, node } from "./broken-flows.ts";
import { CATALOGUE, REAL_FLOWS, realFlow } from "./real-flows.ts";

const flow = realFlow("ivr-sales-support-reservations");
const essence = (type: string, params: Record<string, unknown>, locale: "en" | "es" = "es") =>
  essenceOf(node("a", type, params), CATALOGUE.get(type), locale);

describe("the essence of a card", () => {
  test.each(REAL_FLOWS)("of every node of %s is at most two readable lines", (_key, real) => {
    for (const each of real.nodes) {
      const lines = essenceOf(each, CATALOGUE.get(each.type, each.version), "es");
      expect(lines.length).toBeLessThanOrEqual(2);
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual(140);
        expect(line).not.toMatch(/\{\{|\{%|undefined|\[object/);
      }
    }
  });

  test.each([
    ["twilio.say", { text: "Hola {{ contact.name }}" }, ["«Hola ‹name›»"]],
    ["twilio.gather", { prompt: { text: "Elija" }, digitPorts: ["1", "2"] }, ["«Elija»", "Teclas 1, 2"]],
    ["messaging.send", { text: "Hola" }, ["WhatsApp → SMS", "«Hola»"]],
    ["messaging.template", { template: "reserva" }, ["WhatsApp → SMS · plantilla *reserva*"]],
    ["core.wait", { for: { amount: 1, unit: "days" } }, ["1 día"]],
    [
      "core.split",
      {
        arms: [
          { port: "a", percent: 30 },
          { port: "b", label: "Nueva", percent: 70 },
        ],
      },
      ["A 30 % · Nueva 70 %"],
    ],
    ["core.set", { values: [{ name: "zona", value: "{{ vars.x }}" }] }, ["zona = ‹x›"]],
    [
      "core.hours",
      {
        of: "custom",
        hours: {
          weekly: {
            mon: [{ from: "09:00", to: "18:00" }],
            tue: [{ from: "09:00", to: "18:00" }],
            sat: [{ from: "10:00", to: "14:00" }],
          },
        },
      },
      ["lun–mar 9:00–18:00 · sáb 10:00–14:00"],
    ],
    [
      "twilio.connect-call",
      { target: "store_mobile", timeoutSeconds: 25 },
      ["El móvil de la tienda · 25 segundos"],
    ],
    ["api.run", { input: { type: "object", properties: { nombre: {}, cita: {} } } }, ["nombre, cita"]],
    ["twilio.incoming-call", {}, []],
  ])("of %s", (type, params, lines) => {
    expect(essence(type, params)).toEqual(lines);
  });

  test("says where the keys of a menu lead", () => {
    const menu = flow.nodes[1];
    const labels: Record<string, string> = { "1": "Ventas", "2": "Soporte" };
    expect(menu && essenceOf(menu, CATALOGUE.get(menu.type), "es", (port) => labels[port])[1]).toBe(
      "1 → Ventas · 2 → Soporte · 3",
    );
  });

  test("of an unknown type is its name", () => {
    expect(essenceOf(node("a", "lost.plugin", {}), undefined, "en")).toEqual(["lost.plugin"]);
  });
});

describe("conditions in words", () => {
  const is = { left: "{{ steps.menu.speech }}", operator: "contains", right: "venta" };
  test.each([
    [{ match: "all", conditions: [is] }, "‹speech› contiene «venta»"],
    [
      { match: "any", conditions: [is, { left: "{{ vars.a }}", operator: "is_blank" }] },
      "‹speech› contiene «venta» o ‹a› está vacío",
    ],
    [
      { match: "all", conditions: [is, { match: "any", conditions: [is, is] }] },
      "‹speech› contiene «venta» y (‹speech› contiene «venta» o ‹speech› contiene «venta»)",
    ],
    [{}, ""],
  ])("%#", (group, words) => {
    expect(conditionWords(group, "es")).toBe(words);
  });
});

describe("finding", () => {
  test("whatever case and accents, with the place in the excerpt", () => {
    const hits = findInFlow(flow, "ATENCION", CATALOGUE, "es");
    expect(hits.length).toBeGreaterThan(0);
    for (const { excerpt, match } of hits) expect(excerpt.slice(...match)).toMatch(/^atenci[oó]n$/i);
    expect(findInFlow(flow, "Presione 3", CATALOGUE, "es")[0]).toMatchObject({
      nodeId: "menu",
      where: "param",
      path: ["prompt", "text"],
      title: "Pregunta › Texto",
    });
  });

  test("in variables and the flow's own words; nothing for nothing", () => {
    expect(findInFlow(flow, "telefono_soporte", CATALOGUE, "es").map(({ where }) => where)).toContain(
      "variable",
    );
    expect(findInFlow(flow, "Un menú de voz", CATALOGUE, "es")).toMatchObject([
      { nodeId: null, where: "flow" },
    ]);
    expect(findInFlow(flow, " ", CATALOGUE, "es")).toEqual([]);
  });
});

describe("the outline", () => {
  test.each(REAL_FLOWS)("of %s has every node once and every connection", (_key, real) => {
    const items = outlineOf(real, CATALOGUE, "es").flatMap((list) => list.flatMap(allItems));
    const steps = items.filter(({ kind }) => kind === "step").map(({ nodeId }) => nodeId);
    expect(steps.toSorted()).toEqual(real.nodes.map(({ id }) => id).toSorted());
  });

  test("tells going back from going on", () => {
    const back = connect(flow, { source: "decir_sin_respuesta", sourceHandle: "next", target: "menu" });
    const texts = (from: Flow) =>
      outlineOf(from, CATALOGUE, "es")
        .flatMap((list) => list.flatMap(allItems))
        .flatMap((item) => (item.kind === "reference" ? [item.text] : []));
    expect(texts(back)).toContain("Vuelve a «Ventas, soporte o reservas»");
    expect(texts(flow).filter((text) => text.startsWith("Vuelve"))).toEqual([]);
    expect(texts(flow)).toContain("Sigue en «No contestan»");
  });

  test("lists what nothing leads to, and a chain of 2,000 is not deep", () => {
    const ids = Array.from({ length: 2000 }, (_, index) => `n${index}`);
    const chain = flowOf([
      node("inicio", "api.run", {}),
      ...ids.map((id) => node(id, "core.goal", { name: "x" })),
    ]);
    const edges = ["inicio", ...ids.slice(0, -2)].map((source, index) => ({
      id: `e${index}`,
      source,
      sourceHandle: "next",
      target: ids[index] ?? "",
    }));
    expect(outlineOf({ ...chain, edges }, CATALOGUE, "es").map((list) => list.length)).toEqual([2000, 1]);
  });
});

describe("cost", () => {
  const sends = (params: Record<string, unknown>) =>
    linked(
      flowOf([
        node("inicio", "api.run", {}),
        node("a", "messaging.send", params),
        node("fin", "core.end", {}),
      ]),
      [
        ["inicio", "next", "a"],
        ["a", "sent", "fin"],
      ],
    );

  test("of a message by one of two channels is one credit in all", () => {
    const cost = costOfPaths(sends({ text: "Hola" }), CATALOGUE, { sms: 0.1, whatsapp: 0.02 });
    expect(cost.credits).toEqual({ min: 1, max: 1 });
    expect(cost.meters).toEqual({ sms: { min: 0, max: 1 }, whatsapp: { min: 0, max: 1 } });
    expect(cost.paths[0]?.nodes).toEqual(["inicio", "a", "fin"]);
    expect(cost.price?.max).toBeCloseTo(0.12);
  });

  test("of a long SMS counts its parts", () => {
    const cost = costOfPaths(sends({ text: "ñ".repeat(200), channels: ["sms"] }), CATALOGUE);
    expect(cost.meters).toEqual({ sms: { min: 2, max: 2 } });
  });

  test("on the way of a refusal is nothing, and on a round has no limit", () => {
    const refused = linked(sends({ text: "Hola" }), [["a", "undeliverable", "fin"]]);
    expect(costOfPaths(refused, CATALOGUE).credits).toEqual({ min: 0, max: 1 });
    const round = connect(sends({ text: "Hola" }), { source: "a", sourceHandle: "sent", target: "a" });
    expect(costOfPaths(round, CATALOGUE)).toMatchObject({
      credits: { min: 1, max: null },
      paths: [{ loops: true }],
    });
  });

  test("of a flow without a trigger is nothing", () => {
    expect(costOfPaths(flowOf([node("a", "core.end", {})]), CATALOGUE)).toMatchObject({
      paths: [],
      credits: { min: 0, max: 0 },
    });
  });

  test.each([
    ["a".repeat(160), 1],
    ["a".repeat(161), 2],
    ["€".repeat(81), 2],
    ["á".repeat(70), 1],
    ["á".repeat(71), 2],
    ["😀".repeat(36), 2],
  ])("%#: an SMS has its parts", (text, parts) => {
    expect(smsSegments(text)).toBe(parts);
  });
});

function allItems(item: OutlineItem): OutlineItem[] {
  return item.kind === "reference"
    ? [item]
    : [item, ...item.branches.flatMap(({ items }) => items.flatMap(allItems))];
}
