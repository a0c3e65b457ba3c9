import { expect, describe as suite, test } from "vitest";
import { withValueAt } from "../../../editor/model/at-path.ts";
import { describe, diffFlows, isSameFlow } from "../../../editor/model/diff.ts";
import * as edits from "../../../editor/model/edits.ts";
import { CATALOGUE, REAL_FLOWS, realFlow } from "./real-flows.ts";

const flow = realFlow("ivr-sales-support-reservations");

suite("what changed", () => {
  test.each(REAL_FLOWS)("in %s against itself is nothing", (_key, real) => {
    const diff = diffFlows(real, structuredClone(real));
    expect(isSameFlow(diff)).toBe(true);
    expect(describe(diff, "es")).toEqual([]);
  });

  test("is told by node, with the places and both values", () => {
    const after = withValueAt(
      flow,
      ["nodes", 1, "data", "params", "prompt", "text"],
      "Hola {{ contact.name }}",
    );
    const [change] = diffFlows(flow, after).nodes.changed;
    expect(change?.id).toBe("menu");
    expect(change?.changes).toEqual([
      {
        path: ["data", "params", "prompt", "text"],
        before: expect.stringContaining("Gracias por llamar"),
        after: "Hola {{ contact.name }}",
      },
    ]);
    expect(describe(diffFlows(flow, after), "es")).toEqual([
      "Ventas, soporte o reservas, prompt › text: «Gracias por llamar a ‹name›. Para ventas, presione 1. Para…» → «Hola ‹name›»",
    ]);
  });

  test("moving is not changing", () => {
    const diff = diffFlows(flow, edits.moveNodes(flow, { menu: { x: 1, y: 1 } }));
    expect(isSameFlow(diff)).toBe(true);
    expect(diff.nodes.moved).toEqual(["menu"]);
    expect(describe(diff, "en")).toEqual(["1 node was moved"]);
  });

  test("in connections is told by where they lead, not by their ids", () => {
    const renamed = { ...flow, edges: flow.edges.map((edge) => ({ ...edge, id: `x-${edge.id}` })) };
    expect(diffFlows(flow, renamed).edges).toEqual({ added: [], removed: [] });
    const led = edits.connect(flow, { source: "menu", sourceHandle: "1", target: "entender" });
    const { added, removed } = diffFlows(flow, led).edges;
    expect([added[0]?.target, removed[0]?.target]).toEqual(["entender", "decir_ventas"]);
  });

  test("in everything else has words too", () => {
    let after = edits.removeNodes(flow, ["decir_no_entendido"], CATALOGUE);
    after = edits.addNode(
      after,
      { type: "core.end", position: { x: 0, y: 0 }, label: "Adiós" },
      CATALOGUE,
    ).flow;
    after = edits.setLabel(after, "menu", "Menú");
    after = edits.setSettings(after, { timezone: "America/Bogota", locale: undefined });
    after = edits.setVariables(after, [{ key: "nueva" }, ...(flow.variables ?? []).slice(1)]);
    after = edits.setDetails(after, { name: "Central" });
    after = edits.addNote(after, { position: { x: 0, y: 0 }, text: "Ojo" }).flow;
    after = edits.group(after, ["menu"], "Preguntas").flow;
    expect(describe(diffFlows(flow, after), "es")).toEqual([
      "Nombre: «Menú: ventas, soporte y reservas» → «Central»",
      "Añadido: Adiós",
      "Quitado: No se entendió",
      "Menú, nombre: «Ventas, soporte o reservas» → «Menú»",
      "«Menú» (digits) ya no lleva a «No se entendió»",
      "«entender» (else) ya no lleva a «No se entendió»",
      "«No se entendió» (next) ya no lleva a «pasar_ventas»",
      "Ajustes, idioma: quitado (era «es»)",
      "Ajustes, zona horaria: pasa a ser «America/Bogota»",
      "Variable «nueva»: se añade",
      "Variable «telefono_ventas»: se quita",
      "Nota «Ojo»: se añade",
      "Grupo «Preguntas»: se añade",
    ]);
    expect(describe(diffFlows(flow, after), "en").length).toBe(13);
  });
});
