import { describe, expect, test, vi } from "vitest";
import { withDefaults } from "../../../editor/model/fill-defaults.ts";
import { browserCheckTools, problemsOf } from "../../../editor/model/problems.ts";
import { checkFlow } from "../../../engine/core/check-flow.ts";
import type { Flow } from "../../../engine/core/flow.ts";
import { PROBLEM_TEXTS } from "../../../engine/core/problem-texts.ts";
import { createValidator } from "../../../engine/validator.ts";
import { BROKEN_FLOWS } from "./broken-flows.ts";
import { CATALOGUE, REAL_FLOWS, serverCheckTools } from "./real-flows.ts";

describe("problems in the browser", () => {
  test.each(REAL_FLOWS)("%s has none", (_key, flow) => {
    expect(problemsOf(flow, browserCheckTools(CATALOGUE, "es"))).toEqual([]);
  });

  test.each(BROKEN_FLOWS)("%s reads as on the server", (_name, flow) => {
    for (const locale of ["es", "en"] as const) {
      const here = problemsOf(flow, browserCheckTools(CATALOGUE, locale));
      expect(here).toEqual(checkFlow(flow, serverCheckTools(locale)));
      expect(here).not.toEqual([]);
    }
  });

  test("the broken flows have every kind of problem but those only the server can find", () => {
    const tools = browserCheckTools(CATALOGUE, "en");
    const found = new Set(
      BROKEN_FLOWS.flatMap(([, flow]) => problemsOf(flow, tools).map(({ code }) => code)),
    );
    const missing = Object.keys(PROBLEM_TEXTS).filter((code) => !found.has(code as never));
    expect(missing.toSorted()).toEqual(["code_malformed", "schedule_invalid", "schedule_never_fires"]);
  });

  test("fills in defaults as the engine does", () => {
    const validator = createValidator();
    for (const type of CATALOGUE.all) {
      const params = { ...type.example.params, timeoutSeconds: "7" };
      expect(withDefaults(type.params, params)).toEqual(validator.withDefaults(type.params, params));
    }
  });

  test("are found without making code of text, which the page's content policy forbids", () => {
    const refused = vi.fn();
    vi.stubGlobal("Function", refused);
    const found = BROKEN_FLOWS.flatMap(([, flow]) => problemsOf(flow, browserCheckTools(CATALOGUE, "es")));
    vi.unstubAllGlobals();
    expect(found).not.toEqual([]);
    expect(refused).not.toHaveBeenCalled();
  });

  test("of a flow as a whole belong to no node", () => {
    const broken = { ...REAL_FLOWS[0]?.[1], nodes: [] } as unknown as Flow;
    const nodes = problemsOf(broken, browserCheckTools(CATALOGUE, "en")).map(({ nodeId }) => nodeId);
    expect(new Set(nodes)).toEqual(new Set([null]));
  });
});
