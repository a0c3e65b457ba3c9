import { expect, test } from "vitest";
import { browserCheckTools, problemsOf } from "../../../editor/model/problems.ts";
import { trialFlow } from "../../../editor/model/trial-flow.ts";
import type { Flow, FlowNode } from "../../../engine/core/flow.ts";
import { CATALOGUE } from "./real-flows.ts";

const FLOW: Flow = {
  schemaVersion: 1,
  key: "hola",
  name: "Hola",
  settings: { timezone: "America/Bogota", locale: "es" },
  nodes: [],
  edges: [],
};

function onTrial(type: string, params: FlowNode["data"]["params"], sample: Record<string, unknown>) {
  const node: FlowNode = { id: "paso", type, version: 1, position: { x: 5, y: 5 }, data: { params } };
  const known = CATALOGUE.get(type);
  if (!known) throw new TypeError(type);
  return trialFlow(FLOW, node, known, sample);
}

test("a step that speaks is begun by a call, with its templates filled in", () => {
  const flow = onTrial("twilio.say", { text: "Hola {{ contact.name }}" }, { contact: { name: "Ana" } });
  expect(flow.nodes.map(({ type }) => type)).toEqual(["twilio.incoming-call", "twilio.say"]);
  expect(flow.nodes[1]?.data.params.text).toBe("Hola Ana");
  expect(problemsOf(flow, browserCheckTools(CATALOGUE, "en")).filter((p) => p.severity === "error")).toEqual(
    [],
  );
});

test("a step that speaks to nobody is begun by the API; a whole value keeps its type", () => {
  const flow = onTrial(
    "core.set",
    { values: { n: "{{ steps.menu.times }}" } },
    { steps: { menu: { times: 3 } } },
  );
  expect(flow.nodes[0]?.type).toBe("api.run");
  expect(flow.nodes[1]?.data.params).toEqual({ values: { n: 3 } });
});
