import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Clip, copy, paste, readClipboard } from "../../../editor/model/clipboard.ts";
import { addNote, duplicate, group } from "../../../editor/model/edits.ts";
import { violations } from "../../../editor/model/schema-check.ts";
import { FlowSchema } from "../../../engine/core/flow.ts";
import { CATALOGUE, REAL_FLOWS, realFlow } from "./real-flows.ts";

const flow = realFlow("ivr-sales-support-reservations");

describe("the clipboard", () => {
  test("a paste never breaks ids, keeps the connections inside and everything that was there", () => {
    const arbitrary = fc.tuple(
      fc.nat({ max: 30 }),
      fc.nat({ max: 30 }),
      fc.array(fc.nat({ max: 60 }), { minLength: 1 }),
    );
    fc.assert(
      fc.property(arbitrary, ([from, to, picks]) => {
        const source = REAL_FLOWS[from]?.[1] ?? flow;
        const target = REAL_FLOWS[to]?.[1] ?? flow;
        const ids = picks.flatMap((pick) => source.nodes[pick]?.id ?? []);
        if (ids.length === 0) return;
        const clip = clipOf(copy(source, ids));
        const pasted = paste(target, clip, { x: 10, y: 20 }, CATALOGUE);
        expect(violations(FlowSchema, pasted.flow)).toEqual([]);
        for (const list of [pasted.flow.nodes, pasted.flow.edges])
          expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
        expect(pasted.flow.nodes.slice(0, target.nodes.length)).toEqual(target.nodes);
        expect(pasted.flow.edges.length - target.edges.length).toBe(clip.edges.length);
        expect(pasted.ids.length).toBe(new Set(ids).size);
        const places = pasted.flow.nodes.slice(target.nodes.length).map(({ position }) => position);
        expect([Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))]).toEqual([
          10, 20,
        ]);
      }),
    );
  });

  test("copies speak of each other, and of what was not copied as before", () => {
    const { flow: pasted, ids } = paste(
      flow,
      clipOf(copy(flow, ["menu", "entender", "decir_fuera_de_horario"])),
      { x: 0, y: 0 },
      CATALOGUE,
    );
    expect(ids).toEqual(["menu_2", "entender_2", "decir_fuera_de_horario_2"]);
    const texts = pasted.nodes
      .filter(({ id }) => ids.includes(id))
      .map(({ data }) => JSON.stringify(data.params));
    expect(texts[1]).toContain("steps.menu_2.speech");
    expect(texts[2]).toContain("steps.horario_reservas.opens");
  });

  test("frames that are copied whole come along", () => {
    const { flow: framed } = group(flow, ["menu", "entender"], "Preguntas");
    expect(clipOf(copy(framed, ["menu"])).groups).toBeUndefined();
    const { flow: doubled } = duplicate(framed, ["menu", "entender"], CATALOGUE);
    expect(doubled.canvas?.groups?.map(({ nodes }) => nodes)).toEqual([
      ["menu", "entender"],
      ["menu_2", "entender_2"],
    ]);
  });

  test("notes that are chosen with steps come along, as far from them as they were", () => {
    const menu = flow.nodes.find(({ id }) => id === "menu")?.position ?? { x: 0, y: 0 };
    const noted = addNote(flow, { position: { x: menu.x + 30, y: menu.y - 50 }, text: "Ojo" });
    expect(clipOf(copy(noted.flow, ["menu"])).notes).toBeUndefined();
    const clip = clipOf(copy(noted.flow, ["menu"], [noted.id]));
    const notes = paste(noted.flow, clip, { x: 1000, y: 2000 }, CATALOGUE).flow.canvas?.notes ?? [];
    expect(notes.at(-1)).toMatchObject({ text: "Ojo", position: { x: 1030, y: 1950 } });
    expect(new Set(notes.map(({ id }) => id)).size).toBe((noted.flow.canvas?.notes ?? []).length + 1);
  });

  test("a duplicate lies beside", () => {
    const { flow: doubled } = duplicate(flow, ["menu"], CATALOGUE, { x: 5, y: 6 });
    const { x, y } = flow.nodes.find(({ id }) => id === "menu")?.position ?? { x: 0, y: 0 };
    expect(doubled.nodes.at(-1)?.position).toEqual({ x: x + 5, y: y + 6 });
  });

  test.each([
    ["any text", "not a part of a flow"],
    ["{}", "not a part of a flow"],
    ['{"centralita":"nodes","version":1,"nodes":[]}', "not whole"],
    ["x".repeat(1024 * 1024 + 1), "larger than 1 MB"],
  ])("%.40s is refused", (text, words) => {
    const read = readClipboard(text);
    expect("problem" in read ? read.problem.en : "").toContain(words);
  });
});

function clipOf(text: string): Clip {
  const clip = readClipboard(text);
  if ("problem" in clip) throw new TypeError(clip.problem.en);
  return clip;
}
