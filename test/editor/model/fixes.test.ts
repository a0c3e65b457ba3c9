import { describe, expect, test } from "vitest";
import { fixesFor } from "../../../editor/model/fixes.ts";
import { browserCheckTools, problemsOf } from "../../../editor/model/problems.ts";
import { violations } from "../../../editor/model/schema-check.ts";
import { type Flow, FlowSchema } from "../../../engine/core/flow.ts";
import type { ProblemCode } from "../../../engine/core/problem-texts.ts";
import { BROKEN_FLOWS } from "./broken-flows.ts";
import { CATALOGUE } from "./real-flows.ts";

const tools = browserCheckTools(CATALOGUE, "en");

/** Nothing a click could know: what was meant, or what belongs there. */
const NEEDS_A_PERSON: ReadonlySet<ProblemCode> = new Set(["document_malformed", "reference_step_later"]);

const OWN = { templates: ["llamada-perdida", "reserva-confirmada"] };

describe("fixes", () => {
  test("a template is offered only where the tenant has it", () => {
    const flow = BROKEN_FLOWS.find(([name]) => name === "a template nobody chose")?.[1] as Flow;
    const [problem] = problemsOf(flow, tools);
    if (!problem) throw new Error("the flow has no problem");
    const labels = fixesFor(problem, flow, CATALOGUE, OWN).map(({ label }) => label.es);
    expect(labels).toEqual(["Usar «llamada-perdida»", "Usar «reserva-confirmada»"]);
    expect(fixesFor(problem, flow, CATALOGUE)).toEqual([]);
  });

  test("a call passed on to nobody is a problem that says where, and no number is made up for it", () => {
    const flow = BROKEN_FLOWS.find(([name]) => name === "a call passed on to nobody")?.[1] as Flow;
    const [problem, ...more] = problemsOf(flow, browserCheckTools(CATALOGUE, "es"));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      code: "param_invalid",
      nodeId: "pasar",
      path: "/nodes/1/data/params/to",
    });
    expect(problem?.message).toContain("debe tener al menos un elemento");
    const fixes = problem ? fixesFor(problem, flow, CATALOGUE) : [];
    expect(fixes.map(({ label }) => label.es)).toEqual(["Como en el ejemplo «El móvil de la tienda»"]);
  });

  test.each(BROKEN_FLOWS)("each fix for %s mends what it is for", (_name, flow) => {
    for (const problem of problemsOf(flow, tools)) {
      const fixes = fixesFor(problem, flow, CATALOGUE, OWN);
      if (!NEEDS_A_PERSON.has(problem.code)) expect(fixes, problem.message).not.toEqual([]);
      for (const fix of fixes) {
        const mended = fix.apply(flow);
        expect(keysOf(mended), `${problem.message} ${fix.label.en}`).not.toContain(keyOf(problem));
        expect(fix.label.es).not.toBe("");
      }
    }
  });

  test("fixes leave a flow that can be stored, where it could be before", () => {
    for (const [, flow] of BROKEN_FLOWS.filter(([, each]) => violations(FlowSchema, each).length === 0)) {
      for (const problem of problemsOf(flow, tools)) {
        for (const { apply } of fixesFor(problem, flow, CATALOGUE, OWN))
          expect(violations(FlowSchema, apply(flow))).toEqual([]);
      }
    }
  });

  test.each([
    ["an unknown root", "Write “contact.name”"],
    ["an unknown step", "Write “steps.menu.digits”"],
    ["an unknown output", "Write “steps.menu.digits”"],
    ["an unknown field of the trigger", "Write “trigger.call.from”"],
    ["an unknown variable", "Write “vars.telefono_ventas”"],
    ["an unknown type", "Make it “Ask”"],
    ["an unknown parameter", "Call it “language”"],
    ["a choice there is not", "Use “dtmf”"],
    ["a number out of range", "Use “120”"],
    ["a template left open", "Use “Hola {{ contact.name }}”"],
    ["an unknown time zone and language", "Use America/Bogota"],
    ["two nodes with one id", "Call it “menu_2”"],
    ["a split that is not whole", "In the same ratio: 50 % · 50 %"],
    ["a missing parameter", "Fill in an example"],
    ["a parallel without join", "Join the branches"],
  ])("for %s the first is: %s", (name, label) => {
    const flow = BROKEN_FLOWS.find(([each]) => each === name)?.[1] as Flow;
    const offered = problemsOf(flow, tools).flatMap((problem) =>
      fixesFor(problem, flow, CATALOGUE, OWN).slice(0, 1),
    );
    expect(offered.map((fix) => fix.label.en)).toContain(label);
  });
});

function keysOf(flow: Flow): string[] {
  return problemsOf(flow, tools).map(keyOf);
}

function keyOf({ code, message }: { code: string; message: string }): string {
  return `${code} ${message}`;
}
