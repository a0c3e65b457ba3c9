import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as edits from "../../../editor/model/edits.ts";
import {
  canRedo,
  canUndo,
  change,
  createHistory,
  type History,
  present,
  redo,
  redoLabel,
  seal,
  undo,
  undoLabel,
} from "../../../editor/model/history.ts";
import { violations } from "../../../editor/model/schema-check.ts";
import { FlowSchema } from "../../../engine/core/flow.ts";
import { applyEdit, randomEdit } from "./random-edits.ts";
import { REAL_FLOWS, realFlow } from "./real-flows.ts";

const LABEL = { en: "Edit", es: "Editar" };
const flow = realFlow("ivr-sales-support-reservations");

describe("history", () => {
  test("200 random edits taken back give the same document, and done again the last", () => {
    const start = fc.nat({ max: REAL_FLOWS.length - 1 });
    fc.assert(
      fc.property(start, fc.array(randomEdit, { minLength: 200, maxLength: 200 }), (at, list) => {
        const first = REAL_FLOWS[at]?.[1] ?? flow;
        const done = list.reduce(
          (now, edit) => change(now, LABEL, (doc) => applyEdit(doc, edit)),
          createHistory(first),
        );
        const last = present(done);
        expect(violations(FlowSchema, last)).toEqual([]);
        const back = repeated(done, undo, canUndo);
        expect(present(back)).toEqual(first);
        expect(present(repeated(back, redo, canRedo))).toEqual(last);
      }),
      { numRuns: 15 },
    );
  });

  test("takes functions that change the draft as well as those that give another flow", () => {
    const drafted = change(createHistory(flow), LABEL, (draft) => {
      draft.name = "Otro";
    });
    const given = change(createHistory(flow), LABEL, (doc) => edits.setDetails(doc, { name: "Otro" }));
    expect(present(drafted)).toEqual(present(given));
    expect(given.past[0]?.patches).toEqual([{ op: "replace", path: ["name"], value: "Otro" }]);
  });

  test("says in patches only what changed", () => {
    const moved = change(createHistory(flow), LABEL, (doc) => edits.moveNodes(doc, { menu: { x: 1, y: 2 } }));
    expect(moved.past[0]?.patches.map(({ path }) => path.join("/"))).toEqual([
      "nodes/1/position/x",
      "nodes/1/position/y",
    ]);
  });

  test("typing in one field is one step, and typing on after undoing another", () => {
    let history = createHistory(flow);
    for (const text of ["H", "Ho", "Hol", "Hola"]) {
      history = change(history, LABEL, (doc) => edits.setLabel(doc, "menu", text), {
        mergeKey: "label:menu",
      });
    }
    expect(history.past.length).toBe(1);
    expect(present(undo(history))).toEqual(flow);
    const sealed = change(seal(history), LABEL, (doc) => edits.setLabel(doc, "menu", "Hola!"), {
      mergeKey: "label:menu",
    });
    expect(sealed.past.length).toBe(2);
    expect(present(undo(sealed)).nodes[1]?.data.label).toBe("Hola");
  });

  test("what was typed and deleted again leaves no trace", () => {
    const typed = change(createHistory(flow), LABEL, (doc) => edits.setDetails(doc, { name: "X" }), {
      mergeKey: "name",
    });
    const deleted = change(typed, LABEL, (doc) => edits.setDetails(doc, { name: flow.name }), {
      mergeKey: "name",
    });
    expect(deleted.past).toEqual([]);
    expect(present(deleted)).toEqual(flow);
  });

  test("a change of nothing adds nothing and keeps what may be redone", () => {
    const undone = undo(change(createHistory(flow), LABEL, (doc) => edits.setDetails(doc, { name: "X" })));
    const same = change(undone, LABEL, (doc) => edits.setDetails(doc, { name: flow.name }));
    expect(same).toBe(undone);
    expect(redoLabel(same)).toEqual(LABEL);
  });

  test("a change after undo forgets what was undone", () => {
    const undone = undo(change(createHistory(flow), LABEL, (doc) => edits.setDetails(doc, { name: "X" })));
    const other = change(undone, { en: "Name", es: "Nombre" }, (doc) => edits.setDetails(doc, { name: "Y" }));
    expect(canRedo(other)).toBe(false);
    expect(undoLabel(other)).toEqual({ en: "Name", es: "Nombre" });
  });

  test("keeps the last 500 steps", () => {
    let history = createHistory(flow);
    for (let step = 0; step < 510; step++)
      history = change(history, LABEL, (doc) => edits.setDetails(doc, { name: `N ${step}` }));
    expect(history.past.length).toBe(500);
    expect(present(repeated(history, undo, canUndo)).name).toBe("N 9");
  });

  test("nothing to undo or redo is no mistake", () => {
    const history = createHistory(flow);
    expect(undo(history)).toBe(history);
    expect(redo(history)).toBe(history);
    expect(undoLabel(history)).toBeNull();
  });
});

function repeated(
  history: History,
  step: (now: History) => History,
  more: (now: History) => boolean,
): History {
  let now = history;
  while (more(now)) now = step(now);
  return now;
}
