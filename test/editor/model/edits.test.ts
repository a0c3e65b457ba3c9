import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as edits from "../../../editor/model/edits.ts";
import { flowKey } from "../../../editor/model/flow-key.ts";
import { slugOf } from "../../../editor/model/node-ids.ts";
import { browserCheckTools } from "../../../editor/model/problems.ts";
import { renameInTemplate } from "../../../editor/model/step-references.ts";
import { checkFlow } from "../../../engine/core/check-flow.ts";
import type { Flow } from "../../../engine/core/flow.ts";
import { flowOf, linked, node } from "./broken-flows.ts";
import { CATALOGUE, REAL_FLOWS, realFlow } from "./real-flows.ts";

const flow = realFlow("ivr-sales-support-reservations");
const chain = linked(
  flowOf([
    node("inicio", "twilio.incoming-call", {}),
    node("uno", "twilio.say", { text: "Uno" }),
    node("dos", "twilio.say", { text: "Dos" }),
    node("fin", "core.end", {}),
  ]),
  [
    ["inicio", "next", "uno"],
    ["uno", "next", "dos"],
    ["dos", "next", "fin"],
  ],
);
const ways = ({ edges }: Flow) =>
  edges.map(({ source, sourceHandle, target }) => `${source}.${sourceHandle}→${target}`);

describe("adding", () => {
  test("makes a readable id of the title in the author's language, or of the label", () => {
    const at = { x: 0, y: 0 };
    expect(edits.addNode(chain, { type: "core.hours", position: at }, CATALOGUE).id).toBe(
      "horario_de_atencion",
    );
    const english = edits.setSettings(chain, { locale: "en-US" });
    expect(edits.addNode(english, { type: "core.hours", position: at }, CATALOGUE).id).toBe("opening_hours");
    expect(edits.addNode(chain, { type: "core.hours", position: at, label: "¿Abierto?" }, CATALOGUE).id).toBe(
      "abierto",
    );
    expect(edits.addNode(chain, { type: "core.end", position: at, label: "Uno" }, CATALOGUE).id).toBe(
      "uno_2",
    );
    expect(edits.addNode(chain, { type: "core.end", position: at, label: "123" }, CATALOGUE).id).toBe("paso");
  });

  test("on a connection puts the node in between and makes room", () => {
    const { flow: next, id } = edits.insertOnEdge(chain, "uno-next", { type: "core.wait" }, CATALOGUE);
    expect(ways(next)).toEqual(["inicio.next→uno", `uno.next→${id}`, "dos.next→fin", `${id}.next→dos`]);
    expect(next.nodes.map(({ position }) => position.y)).toEqual([0, 160, 480, 640, 320]);
  });

  test("of a node that only ends cuts the way there", () => {
    const { flow: next, id } = edits.insertOnEdge(chain, "uno-next", { type: "twilio.hangup" }, CATALOGUE);
    expect(ways(next)).toEqual(["inicio.next→uno", `uno.next→${id}`, "dos.next→fin"]);
  });

  test("behind a port connects it, and in between where something follows", () => {
    const free = edits.addAfterPort(
      chain,
      { source: "uno", sourceHandle: "error" },
      { type: "core.end" },
      CATALOGUE,
    );
    expect(ways(free.flow)).toContain(`uno.error→${free.id}`);
    const places = free.flow.nodes.map(({ position }) => `${position.x},${position.y}`);
    expect(new Set(places).size).toBe(places.length);
    const taken = edits.addAfterPort(
      chain,
      { source: "uno", sourceHandle: "next" },
      { type: "core.wait" },
      CATALOGUE,
    );
    expect(ways(taken.flow)).toContain(`${taken.id}.next→dos`);
  });

  test("a connection takes the place of the one at its port", () => {
    const next = edits.connect(chain, { source: "uno", sourceHandle: "next", target: "fin" });
    expect(ways(next)).toEqual(["inicio.next→uno", "uno.next→fin", "dos.next→fin"]);
    expect(edits.connect(chain, { source: "uno", sourceHandle: "next", target: "dos" })).toBe(chain);
    expect(edits.connect(chain, { source: "uno", sourceHandle: "next", target: "nadie" })).toBe(chain);
  });
});

describe("removing", () => {
  test("joins the neighbours, also over several at once", () => {
    expect(ways(edits.removeNodes(chain, ["uno"], CATALOGUE))).toEqual(["inicio.next→dos", "dos.next→fin"]);
    expect(ways(edits.removeNodes(chain, ["dos", "uno"], CATALOGUE))).toEqual(["inicio.next→fin"]);
  });

  test("joins nothing where several ways lead in", () => {
    const more = edits.connect(chain, { source: "inicio", sourceHandle: "error", target: "dos" });
    expect(ways(edits.removeNodes(more, ["dos"], CATALOGUE))).toEqual(["inicio.next→uno"]);
  });

  test("takes the node out of its frame, and an empty frame away", () => {
    const { flow: framed } = edits.group(chain, ["uno"], "Marco");
    expect(edits.removeNodes(framed, ["uno"], CATALOGUE).canvas).toBeUndefined();
  });
});

describe("renaming a node", () => {
  test.each(REAL_FLOWS)("keeps what the checks say of %s", (_key, real) => {
    const tools = browserCheckTools(CATALOGUE, "es");
    fc.assert(
      fc.property(fc.nat({ max: real.nodes.length - 1 }), (at) => {
        const id = real.nodes[at]?.id ?? "";
        const renamed = edits.renameNode(real, id, "otro_nombre");
        expect(renamed.nodes[at]?.id).toBe("otro_nombre");
        expect(checkFlow(renamed, tools)).toEqual(checkFlow(real, tools));
        expect(edits.renameNode(renamed, "otro_nombre", id)).toEqual(real);
      }),
      { numRuns: 10 },
    );
  });

  test("refuses what is taken, unknown or no id", () => {
    for (const [from, to] of [
      ["menu", "entender"],
      ["menu", "Menú"],
      ["nadie", "alguien"],
      ["menu", "menu"],
    ] as const)
      expect(edits.renameNode(flow, from, to)).toBe(flow);
  });

  test.each([
    ["{{ steps.a.x }} y steps.a", "{{ steps.b.x }} y steps.a"],
    ['{{ steps["a"].x | default: "steps.a" }}', '{{ steps["b"].x | default: "steps.a" }}'],
    [
      "{% if steps.a.x == 'a' %}{{steps.a}}{% endif %}",
      "{% if steps.a.x == 'a' %}{{steps.b}}{% endif %}".replace("steps.a.x", "steps.b.x"),
    ],
    ["{{ steps.ab.x }}{{ my.steps.a }}{{ steps.a-c }}", "{{ steps.ab.x }}{{ my.steps.a }}{{ steps.a-c }}"],
    ["{{ callbacks.a }}", "{{ callbacks.b }}"],
    ["{% raw %}{{ steps.a }}{% endraw %}", "{% raw %}{{ steps.a }}{% endraw %}"],
  ])("in %s", (source, expected) => {
    expect(renameInTemplate(source, new Map([["a", "b"]]))).toBe(expected);
  });
});

describe("places", () => {
  const sizes = {
    uno: { width: 100, height: 50 },
    dos: { width: 200, height: 50 },
    fin: { width: 100, height: 50 },
  };
  const placed = edits.moveNodes(chain, {
    uno: { x: 0, y: 0 },
    dos: { x: 50, y: 300 },
    fin: { x: 300, y: 100 },
  });
  const at = (next: Flow, axis: "x" | "y") => next.nodes.slice(1).map(({ position }) => position[axis]);

  test("align to an edge or the middle", () => {
    const ids = ["uno", "dos", "fin"];
    expect(at(edits.align(placed, ids, "left", sizes), "x")).toEqual([0, 0, 0]);
    expect(at(edits.align(placed, ids, "right", sizes), "x")).toEqual([300, 200, 300]);
    expect(at(edits.align(placed, ids, "centre", sizes), "x")).toEqual([150, 100, 150]);
    expect(at(edits.align(placed, ids, "top", sizes), "y")).toEqual([0, 0, 0]);
    expect(edits.align(placed, ["uno"], "top", sizes)).toBe(placed);
  });

  test("distribute makes the gaps equal", () => {
    expect(at(edits.distribute(placed, ["uno", "dos", "fin"], "y", sizes), "y")).toEqual([0, 300, 150]);
  });

  test("a note with the id of a node moves by itself, and so does the node", () => {
    const { canvas } = edits.addNote(placed, { position: { x: 1, y: 1 } }).flow;
    const notes = (canvas?.notes ?? []).map((note) => ({ ...note, id: "uno" }));
    const both: Flow = { ...placed, canvas: { ...canvas, notes } };
    const ofNote = edits.moveNodes(both, {}, { uno: { x: 7, y: 7 } });
    expect([at(ofNote, "x")[0], ofNote.canvas?.notes?.[0]?.position.x]).toEqual([0, 7]);
    const ofNode = edits.moveNodes(both, { uno: { x: 9, y: 9 } });
    expect([at(ofNode, "x")[0], ofNode.canvas?.notes?.[0]?.position.x]).toEqual([9, 1]);
  });

  test("moving nothing gives the very same flow", () => {
    expect(edits.moveNodes(placed, { uno: { x: 0, y: 0 }, nadie: { x: 1, y: 1 } })).toBe(placed);
  });
});

describe("notes and frames", () => {
  test("a note comes, changes and leaves no trace", () => {
    const { flow: noted, id } = edits.addNote(chain, { position: { x: 1, y: 2 } });
    const written = edits.editNote(noted, id, { text: "Ojo" });
    expect(written.canvas?.notes?.[0]).toMatchObject({ id, text: "Ojo", position: { x: 1, y: 2 } });
    expect(edits.removeNote(written, id)).toEqual(chain);
  });

  test("a node is in one frame", () => {
    const { flow: one } = edits.group(chain, ["uno", "dos"], "A");
    const { flow: two, id } = edits.group(one, ["dos", "fin", "nadie"], "B", "teal");
    expect(two.canvas?.groups?.map(({ label, nodes }) => [label, ...nodes])).toEqual([
      ["A", "uno"],
      ["B", "dos", "fin"],
    ]);
    const renamed = edits.renameGroup(two, id, "C");
    expect(edits.ungroup(renamed, id).canvas?.groups?.map(({ label }) => label)).toEqual(["A"]);
  });
});

describe("the flow itself", () => {
  test("settings, details and variables are set and taken away", () => {
    const set = edits.setSettings(chain, { timezone: "America/Bogota" });
    expect(edits.setSettings(set, { timezone: undefined })).toEqual(chain);
    expect(edits.setDetails(edits.setDetails(chain, { description: "x" }), { description: "" })).toEqual(
      chain,
    );
    expect(edits.setVariables(edits.setVariables(chain, [{ key: "a" }]), [])).toEqual(chain);
  });

  test("a label, a note and what an error does too", () => {
    const set = edits.setNodeOptions(edits.setLabel(chain, "uno", "Hola"), "uno", {
      note: "n",
      onError: "continue",
    });
    expect(set.nodes[1]?.data).toMatchObject({ label: "Hola", note: "n", onError: "continue" });
    const taken = edits.setNodeOptions(edits.setLabel(set, "uno", " "), "uno", {
      note: undefined,
      onError: undefined,
    });
    expect(taken).toEqual(chain);
  });
});

describe("names", () => {
  test.each([
    ["Menú: ventas y soporte", "menu-ventas-y-soporte"],
    ["  ", "flujo"],
    ["24 horas", "horas"],
    ["Ñandú", "nandu"],
  ])("the key of %j is %s", (name, key) => {
    expect(flowKey(name)).toBe(key);
  });

  test("a key that is taken gets a number, and every key and id is well formed", () => {
    expect(flowKey("Hola", ["hola", "hola-2"])).toBe("hola-3");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 90 }), (text) => {
        expect(flowKey(text)).toMatch(/^[a-z][a-z0-9-]{0,63}$/);
        expect(slugOf(text, "paso")).toMatch(/^[a-z][a-z0-9_]{0,63}$/);
      }),
    );
  });
});
