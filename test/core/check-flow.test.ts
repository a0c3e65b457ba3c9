import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkFlow } from "../../engine/core/check-flow.ts";
import type { Problem } from "../../engine/core/check-tools.ts";
import type { Flow, FlowEdge, FlowNode } from "../../engine/core/flow.ts";
import { PROBLEM_TEXTS, type ProblemCode } from "../../engine/core/problem-texts.ts";
import { flowCheckTools } from "./flow-check-tools.ts";

const tools = flowCheckTools();

function node(id: string, type: string, params: Record<string, unknown>, version = 1): FlowNode {
  return { id, type, version, position: { x: 0, y: 0 }, data: { params } };
}

function edge(source: string, sourceHandle: string, target: string): FlowEdge {
  return { id: `${source}-${sourceHandle}-${target}`, source, sourceHandle, target };
}

const says = (id: string, text: string, more: Record<string, unknown> = {}): FlowNode =>
  node(id, "test.say", { text, ...more });
const menu = (id: string, ...ports: string[]): FlowNode =>
  node(id, "test.menu", { choices: ports.map((port) => ({ port })) }, 2);

/** Call → menu: sales → say; timeout → back to the menu. */
function reception(): Flow {
  return {
    schemaVersion: 1,
    key: "reception",
    name: "Reception",
    settings: { timezone: "America/Bogota", locale: "es-CO" },
    variables: [{ key: "greeting", default: "Hola" }],
    nodes: [
      node("call", "test.call", {}),
      menu("menu", "sales", "support"),
      node("keep", "core.set", { values: [{ name: "choice", value: "{{ steps.menu.digits }}" }] }),
      says("sales", "{{ vars.greeting }} {{ trigger.call.from }}, {{ vars.choice | upcase }}"),
    ],
    edges: [
      edge("call", "next", "menu"),
      edge("menu", "sales", "keep"),
      edge("keep", "next", "sales"),
      edge("menu", "timeout", "menu"),
    ],
  };
}

function codes(document: unknown): ProblemCode[] {
  return [...new Set(checkFlow(document, tools).map((problem) => problem.code))];
}

function only(document: unknown, code: ProblemCode): Problem {
  const problems = checkFlow(document, tools);
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  return problems[0] as Problem;
}

/** The reception with something done to it. */
function changed(change: (flow: Flow) => void): Flow {
  const flow = reception();
  change(flow);
  return flow;
}

/** The reception in which sales says something else. */
function saying(text: string, more: Record<string, unknown> = {}): Flow {
  return changed((flow) => flow.nodes.splice(3, 1, says("sales", text, more)));
}

test("a sound flow has no problems", () => {
  expect(checkFlow(reception(), tools)).toEqual([]);
});

describe("document", () => {
  test("what is no flow at all", () => {
    for (const document of [null, 3, "flow", [], {}]) expect(codes(document)).toEqual(["document_malformed"]);
  });

  test("a fault beside nodes and edges does not hide the others", () => {
    const flow = changed((each) => each.edges.push(edge("sales", "next", "nowhere")));
    expect(codes({ ...flow, name: "" })).toEqual(["document_malformed", "dangling_edge"]);
  });

  test("a fault in a node names the node, and a closed choice its values once", () => {
    const flow = { ...reception(), settings: { contactPolicy: "always" } };
    const policy = only(flow, "document_malformed");
    expect(policy).toMatchObject({ path: "/settings/contactPolicy", nodeId: null, severity: "error" });
    expect(policy.message).toContain('must be one of "parallel", "resume", "queue", "replace"');
    const nodes = [{ ...node("call", "test.call", {}), version: 0 }];
    expect(only({ ...reception(), nodes }, "document_malformed")).toMatchObject({
      path: "/nodes/0/version",
      nodeId: "call",
    });
  });

  test("limits out of range", () => {
    expect(only({ ...reception(), settings: { maxSteps: 0 } }, "document_malformed").path).toBe(
      "/settings/maxSteps",
    );
  });

  test("time zone, language and variables", () => {
    const settings = { timezone: "Bogota", locale: "no such" };
    expect(codes({ ...reception(), settings })).toEqual(["locale_unknown", "timezone_unknown"]);
    const variables = [{ key: "greeting" }, { key: "greeting" }];
    expect(only({ ...reception(), variables }, "duplicate_variable").path).toBe("/variables/1/key");
  });
});

describe("graph", () => {
  const cases: [ProblemCode, string, (flow: Flow) => void][] = [
    ["duplicate_node_id", "/nodes/4/id", (flow) => flow.nodes.push(says("sales", "again"))],
    [
      "duplicate_edge_id",
      "/edges/4/id",
      (flow) => flow.edges.push({ ...edge("menu", "support", "sales"), id: "call-next-menu" }),
    ],
    ["dangling_edge", "/edges/4/target", (flow) => flow.edges.push(edge("sales", "next", "nowhere"))],
    ["dangling_edge", "/edges/4/source", (flow) => flow.edges.push(edge("nowhere", "next", "sales"))],
    ["edge_into_trigger", "/edges/4/target", (flow) => flow.edges.push(edge("sales", "next", "call"))],
    [
      "port_taken",
      "/edges/4/sourceHandle",
      (flow) => flow.edges.push({ ...edge("menu", "sales", "keep"), id: "twice" }),
    ],
    ["port_unknown", "/edges/4/sourceHandle", (flow) => flow.edges.push(edge("menu", "billing", "keep"))],
    ["port_unknown", "/edges/4/sourceHandle", (flow) => flow.edges.push(edge("call", "error", "menu"))],
    [
      "node_unreachable",
      "/nodes/4",
      (flow) => flow.nodes.push(says("island", "hola {{ steps.sales.spoken }}")),
    ],
  ];

  test.each(cases)("%s at %s", (code, path, change) => {
    const flow = changed(change);
    // The second way into `sales` passes by what it refers to; that is another matter.
    if (code === "duplicate_edge_id") flow.nodes.splice(3, 1, says("sales", "hola"));
    expect(only(flow, code).path).toBe(path);
  });

  test("without a trigger that is the only thing said", () => {
    const flow = changed((each) => {
      each.nodes.shift();
      each.edges.shift();
    });
    expect(only(flow, "trigger_missing")).toMatchObject({ path: "/nodes", nodeId: null });
  });

  test("every node has an error port", () => {
    const flow = changed((each) => {
      each.nodes.push(says("sorry", "{{ steps.menu.error.message }}"));
      each.edges.push(edge("menu", "error", "sorry"));
    });
    expect(checkFlow(flow, tools)).toEqual([]);
  });

  test("a loop needs a node that waits", () => {
    const flow = changed((each) => {
      each.nodes.push(says("tick", "a"), says("tock", "b"));
      each.edges.push(
        edge("sales", "next", "tick"),
        edge("tick", "next", "tock"),
        edge("tock", "next", "tick"),
      );
    });
    const loop = only(flow, "loop_without_wait");
    expect(loop).toMatchObject({ path: "/nodes/4", nodeId: "tick", severity: "error" });
    expect(loop.message).toContain("tick, tock");
    const itself = changed((each) => each.edges.push(edge("sales", "next", "sales")));
    expect(only(itself, "loop_without_wait").nodeId).toBe("sales");
    const back = changed((each) => each.edges.push(edge("sales", "next", "menu")));
    expect(checkFlow(back, tools)).toEqual([]);
  });
});

describe("types", () => {
  test("an unknown type suggests the nearest, and nothing else is said of it", () => {
    const flow = changed((each) => each.nodes.splice(1, 1, { ...menu("menu", "sales"), type: "test.menus" }));
    const problem = only(flow, "node_type_unknown");
    expect(problem).toMatchObject({
      path: "/nodes/1/type",
      nodeId: "menu",
      fix: 'Did you mean "test.menu"?',
    });
  });

  test("an unknown trigger type does not cut the flow off", () => {
    const flow = changed((each) => each.nodes.splice(0, 1, node("call", "other.call", {})));
    expect(only(flow, "node_type_unknown").fix).toContain("catalogue");
  });

  test("an unknown version names the known ones", () => {
    const flow = changed((each) => each.nodes.splice(1, 1, { ...menu("menu", "sales"), version: 9 }));
    expect(only(flow, "node_version_unknown")).toMatchObject({
      path: "/nodes/1/version",
      fix: "Use version 2.",
    });
  });
});

describe("params", () => {
  test("a wrong value, by its place", () => {
    const problem = only(saying("hola", { loop: 100 }), "param_invalid");
    expect(problem).toMatchObject({ path: "/nodes/3/data/params/loop", nodeId: "sales" });
    expect(problem.message).toContain("must be <= 99");
  });

  test("a missing one, and one nobody knows", () => {
    const missing = changed((flow) => flow.nodes.splice(3, 1, node("sales", "test.say", {})));
    expect(only(missing, "param_invalid")).toMatchObject({ path: "/nodes/3/data/params/text" });
    expect(only(saying("hola", { lopp: 2 }), "param_unknown")).toMatchObject({
      path: "/nodes/3/data/params/lopp",
      fix: 'Did you mean "loop"?',
    });
  });

  test("a value that a template will give is not checked", () => {
    expect(
      checkFlow(saying("hola", { loop: "{{ vars.greeting }}", voice: "{% if true %}bob{% endif %}" }), tools),
    ).toEqual([]);
    expect(codes(saying("hola", { loop: "five" }))).toEqual(["param_invalid"]);
  });

  test("parameters are checked as a run would get them", () => {
    const { withDefaults: _, ...asTheyStand } = tools;
    const flow = saying("hola", { loop: "5" });
    expect(checkFlow(flow, tools)).toEqual([]);
    expect(checkFlow(flow, asTheyStand).map((problem) => problem.path)).toEqual([
      "/nodes/3/data/params/loop",
      "/nodes/3/data/params/repeat",
    ]);
  });

  test("a closed choice is one problem", () => {
    expect(only(saying("hola", { voice: "carol" }), "param_invalid").message).toContain(
      'must be one of "alice", "bob"',
    );
    expect(only(saying("hola", { mode: "loud" }), "param_invalid").message).toContain(
      'must be one of "plain", "ssml"',
    );
  });

  test("hidden ones are neither required nor checked", () => {
    expect(checkFlow(saying("hola", { mode: "plain", ssml: 5 }), tools)).toEqual([]);
    expect(checkFlow(saying("hola", { ssml: "{{ nothing.here }}" }), tools)).toEqual([]);
    expect(codes(saying("hola", { mode: "ssml" }))).toEqual(["param_invalid"]);
  });

  test("inside a union the branch that fits best speaks, at its place", () => {
    const branch = (operator: string): Flow =>
      changed((flow) => {
        const inner = { match: "any", conditions: [{ left: "{{ vars.greeting }}", operator, right: "x" }] };
        flow.nodes.push(node("which", "test.branch", { when: { match: "all", conditions: [inner] } }));
        flow.edges.push(edge("sales", "next", "which"));
      });
    expect(checkFlow(branch("contains"), tools)).toEqual([]);
    const problem = only(branch("holds"), "param_invalid");
    expect(problem.path).toMatch(/^\/nodes\/4\/data\/params\/when\/conditions\/0\/conditions\/0/);
  });

  test("the document is not changed", () => {
    const flow = saying("hola", { lopp: 1 });
    const before = structuredClone(flow);
    checkFlow(flow, tools);
    expect(flow).toEqual(before);
  });
});

describe("references", () => {
  test.each<[ProblemCode, string, string]>([
    ["template_malformed", "{{ vars.greeting", "closed"],
    ["template_malformed", "{% nosuch %}", "nosuch"],
    ["reference_root_unknown", "{{ step.menu.digits }}", 'Did you mean "steps"?'],
    ["reference_root_unknown", "{{ customer.name }}", "contact"],
    ["reference_step_unknown", "{{ steps.manu.digits }}", 'Did you mean "steps.menu"?'],
    ["reference_step_unknown", "{{ steps.call.from }}", "trigger"],
    ["reference_output_unknown", "{{ steps.menu.digit }}", "digits"],
    ["reference_output_unknown", "{{ steps.menu.error.reason }}", "digits"],
    ["reference_trigger_unknown", "{{ trigger.call.form }}", "call"],
    ["reference_trigger_unknown", "{{ trigger.message.body }}", "call"],
    ["variable_undeclared", "{{ vars.greting }}", 'Did you mean "vars.greeting"?'],
    ["reference_step_later", "{{ steps.sales.spoken }}", "sales"],
  ])("%s: %s", (code, text, hint) => {
    const problem = only(saying(text), code);
    expect(problem).toMatchObject({ path: "/nodes/3/data/params/text", nodeId: "sales" });
    expect(`${problem.message} ${problem.fix}`).toContain(hint);
  });

  test.each([
    "{{ now }} {{ run.id }} {{ tenant.name }} {{ store.hoursText }} {{ contact.name | default: 'amigo' }}",
    "{% for each in steps.menu %}{{ each.anything }}{{ forloop.index }}{% endfor %}",
    "{% assign local = trigger.call.from %}{{ local.size }}",
    "{{ steps.menu.waited }} {{ steps.menu.error.code }} {{ steps.keep.whatever.goes }}",
    "{{ steps[vars.choice].digits }} {{ trigger['call']['from'] }}",
  ])("fine: %s", (text) => {
    expect(checkFlow(saying(text), tools)).toEqual([]);
  });

  test("what comes later, and what some ways leave out", () => {
    const later = changed((flow) =>
      flow.nodes.splice(
        2,
        1,
        node("keep", "core.set", { values: [{ name: "choice", value: "{{ steps.sales.spoken }}" }] }),
      ),
    );
    expect(only(later, "reference_step_later")).toMatchObject({
      nodeId: "keep",
      path: "/nodes/2/data/params/values/0/value",
    });
    const skipped = changed((flow) => {
      flow.nodes.splice(3, 1, says("sales", "{{ steps.keep.choice }}"));
      flow.edges.push(edge("menu", "support", "sales"));
    });
    expect(only(skipped, "reference_step_skipped")).toMatchObject({ nodeId: "sales", severity: "warning" });
  });

  test("a step that may be passed over is nothing to tell where every use has a default", () => {
    const using = (text: string): Flow =>
      changed((flow) => {
        flow.nodes.splice(3, 1, says("sales", text));
        flow.edges.push(edge("menu", "support", "sales"));
      });
    expect(codes(using('{{ steps.keep.choice | upcase | default: "-" }}'))).toEqual([]);
    expect(codes(using('{{ steps.keep.choice | default: "-" }} {{ steps.keep.choice }}'))).toEqual([
      "reference_step_skipped",
    ]);
  });

  test("on a loop a step may refer to itself, but not count on it", () => {
    const flow = changed((each) => {
      each.nodes.splice(3, 1, says("sales", "{{ steps.sales.spoken }}"));
      each.edges.push(edge("sales", "next", "menu"));
    });
    expect(only(flow, "reference_step_skipped").nodeId).toBe("sales");
  });

  test("lists inside outputs", () => {
    const flow = (text: string): Flow =>
      changed((each) => {
        each.nodes.push(says("end", text));
        each.edges.push(edge("sales", "next", "end"));
      });
    expect(checkFlow(flow("{{ steps.sales.marks[0].at }} {{ steps.sales.marks.size }}"), tools)).toEqual([]);
    expect(codes(flow("{{ steps.sales.marks[0].on }}"))).toEqual(["reference_output_unknown"]);
  });

  test("source code is no template", () => {
    expect(checkFlow(saying("hola", { source: "const a = {{}};" }), tools)).toEqual([]);
  });

  test("source code that does not parse is told with its line", () => {
    const found = only(saying("hola", { source: "\nwrong" }), "code_malformed");
    expect(found).toMatchObject({ path: "/nodes/3/data/params/source", nodeId: "sales" });
    expect(found.message).toBe('The code in "source" cannot be read at line 2: a wrong word.');
  });
});

describe("texts", () => {
  test("every code speaks both languages", () => {
    const english = checkFlow(saying("{{ steps.manu.digits }}"), flowCheckTools("en"))[0];
    const spanish = checkFlow(saying("{{ steps.manu.digits }}"), flowCheckTools("es"))[0];
    expect(english?.message).toBe('"text" uses {{ steps.manu.digits }}, but no step has that id.');
    expect(spanish?.message).toBe('"text" usa {{ steps.manu.digits }}, pero ningún paso tiene ese id.');
    for (const text of Object.values(PROBLEM_TEXTS)) expect(["error", "warning"]).toContain(text.severity);
  });

  test("document first, then node by node, then by path", () => {
    const flow = changed((each) => {
      each.settings.timezone = "nowhere";
      each.nodes.splice(3, 1, says("sales", "{{ a.b }}", { lopp: 1, loop: 0 }));
      each.nodes.splice(1, 1, node("menu", "test.menu", { choices: [{ port: "sales" }], mute: true }, 2));
    });
    expect(checkFlow(flow, tools).map((problem) => problem.path)).toEqual([
      "/settings/timezone",
      "/nodes/1/data/params/mute",
      "/nodes/3/data/params/loop",
      "/nodes/3/data/params/lopp",
      "/nodes/3/data/params/text",
    ]);
  });
});

// ------------------------------------------------------------------------------------------------ properties

interface Growth {
  readonly kind: "say" | "menu" | "set";
  readonly parent: number;
  readonly refers: number;
  readonly back: boolean;
}

const growth: fc.Arbitrary<Growth> = fc.record({
  kind: fc.constantFrom("say", "menu", "set"),
  parent: fc.nat(),
  refers: fc.nat(),
  back: fc.boolean(),
});

/** A tree that grows from a trigger; each node may refer to what surely ran before it, and lead back to a menu above it. */
function grown(steps: readonly Growth[]): Flow {
  const nodes: FlowNode[] = [node("call", "test.call", {})];
  const edges: FlowEdge[] = [];
  const above = new Map<string, FlowNode[]>([["call", []]]);
  const free: { id: string; port: string }[] = [{ id: "call", port: "next" }];
  for (const [index, step] of steps.entries()) {
    const [slot] = free.splice(step.parent % free.length, 1);
    if (!slot) break;
    const id = `${step.kind}_${index}`;
    const parent = nodes.find((each) => each.id === slot.id);
    const path = [...(above.get(slot.id) ?? []), ...(parent && parent.id !== "call" ? [parent] : [])];
    const added = grownNode(id, step, path[step.refers % Math.max(1, path.length)]);
    nodes.push(added);
    edges.push(edge(slot.id, slot.port, id));
    above.set(id, path);
    const ports = step.kind === "menu" ? ["one", "two", "timeout"] : ["next"];
    free.push(...ports.map((port) => ({ id, port })));
    const target = path.find((each) => each.type === "test.menu");
    if (step.back && target) edges.push(edge(id, "error", target.id));
  }
  return { ...reception(), nodes, edges };
}

function grownNode(id: string, step: Growth, seen: FlowNode | undefined): FlowNode {
  const field = { "test.say": "spoken", "test.menu": "digits", "core.set": "any.thing" }[seen?.type ?? ""];
  const text =
    seen && field ? `{{ steps.${seen.id}.${field} }}` : "{{ trigger.call.from }} {{ vars.greeting }}";
  if (step.kind === "menu") return menu(id, "one", "two");
  if (step.kind === "set") return node(id, "core.set", { values: [{ name: "seen", value: text }] });
  return says(id, text);
}

type Fault = readonly [code: ProblemCode, inject: (flow: Flow, at: FlowNode) => void];

/** Each damages a sound flow in one way; `at` is any node but the trigger. */
const FAULTS: readonly Fault[] = [
  ["document_malformed", (flow) => Object.assign(flow, { key: "No Key" })],
  ["timezone_unknown", (flow) => Object.assign(flow.settings, { timezone: "America/Macondo" })],
  ["locale_unknown", (flow) => Object.assign(flow.settings, { locale: "_" })],
  ["duplicate_variable", (flow) => flow.variables?.push({ key: "greeting" })],
  ["duplicate_node_id", (flow, at) => flow.nodes.push(structuredClone(at))],
  ["dangling_edge", (flow, at) => lead(flow, at, says("nowhere", "x")) && flow.nodes.pop()],
  ["dangling_edge", (flow, at) => flow.edges.push(edge("nowhere", "next", at.id))],
  [
    "edge_into_trigger",
    (flow, at) => lead(flow, at, says("extra", "x")) && flow.edges.push(edge("extra", "next", "call")),
  ],
  [
    "port_unknown",
    (flow, at) => flow.edges.push(edge(at.id, "sideways", "extra")) && flow.nodes.push(says("extra", "x")),
  ],
  ["node_unreachable", (flow) => flow.nodes.push(says("island", "{{ steps.island.spoken }}"))],
  ["node_type_unknown", (_flow, at) => Object.assign(at, { type: "test.sey" })],
  ["node_version_unknown", (_flow, at) => Object.assign(at, { version: 77 })],
  ["param_unknown", (_flow, at) => Object.assign(at.data.params, { colour: "red" })],
  ["param_invalid", (_flow, at) => Object.assign(at.data, { params: spoilt(at.data.params) })],
  ["template_malformed", (flow, at) => lead(flow, at, says("extra", "{{ oops"))],
  ["reference_root_unknown", (flow, at) => lead(flow, at, says("extra", "{{ customer.name }}"))],
  ["reference_step_unknown", (flow, at) => lead(flow, at, says("extra", "{{ steps.nobody.spoken }}"))],
  ["reference_step_later", (flow, at) => lead(flow, at, says("extra", "{{ steps.extra.spoken }}"))],
  [
    "reference_output_unknown",
    (flow, at) =>
      lead(flow, at, menu("extra", "a")) &&
      lead(flow, flow.nodes.at(-1), says("more", "{{ steps.extra.nothing }}")),
  ],
  ["reference_trigger_unknown", (flow, at) => lead(flow, at, says("extra", "{{ trigger.nothing }}"))],
  ["variable_undeclared", (flow, at) => lead(flow, at, says("extra", "{{ vars.nothing }}"))],
  [
    "loop_without_wait",
    (flow, at) => lead(flow, at, says("extra", "x")) && flow.edges.push(edge("extra", "next", "extra")),
  ],
];

/** A list with a wrong entry more, or nothing at all: the ports of a list stay what they were. */
function spoilt(params: FlowNode["data"]["params"]): FlowNode["data"]["params"] {
  const lists = Object.entries(params).filter(([, value]) => Array.isArray(value));
  return Object.fromEntries(lists.map(([name, list]) => [name, [...(list as unknown[]), 5]]));
}

/** Hangs a node behind another's error port, taking the place of what was there. */
function lead(flow: Flow, from: FlowNode | undefined, added: FlowNode): boolean {
  if (!from) return false;
  const taken = flow.edges.findIndex((each) => each.source === from.id && each.sourceHandle === "error");
  if (taken >= 0) flow.edges.splice(taken, 1);
  flow.nodes.push(added);
  flow.edges.push(edge(from.id, "error", added.id));
  return true;
}

describe("properties", () => {
  const steps = fc.array(growth, { minLength: 1, maxLength: 25 });

  test("a flow grown by the rules has no problems", () => {
    fc.assert(
      fc.property(steps, (plan) => {
        expect(checkFlow(grown(plan), tools)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test.each(FAULTS)("one fault, one code: %s", (code, inject) => {
    fc.assert(
      fc.property(steps, fc.nat(), (plan, which) => {
        const flow = grown([...plan, { kind: "say", parent: which, refers: 0, back: false }]);
        const inner = flow.nodes.slice(1);
        const at = inner[which % inner.length];
        if (!at) throw new Error("nothing grew");
        inject(flow, at);
        const found = checkFlow(flow, tools);
        expect([...new Set(found.map((problem) => problem.code))]).toEqual([code]);
      }),
      { numRuns: 40 },
    );
  });

  test("any JSON gets an answer, and the same one again", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        const problems = checkFlow(document, tools);
        expect(problems.length).toBeGreaterThan(0);
        expect(checkFlow(document, tools)).toEqual(problems);
      }),
    );
  });

  test("any JSON in the place of a part of a flow gets an answer", () => {
    const pieces = fc.oneof(
      fc.jsonValue(),
      fc.string(),
      fc.constantFrom("menu", "next", "test.menu", "{{ steps.menu.digits }}", "__proto__", "constructor"),
    );
    fc.assert(
      fc.property(fc.nat(), pieces, (which, piece) => {
        const flow: unknown = reception();
        const places = placesIn(flow);
        const place = places[which % places.length];
        if (place) place.owner[place.name] = piece;
        expect(Array.isArray(checkFlow(flow, tools))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

interface Place {
  readonly owner: Record<string, unknown>;
  readonly name: string;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const owner = value as Record<string, unknown>;
  return Object.entries(owner).flatMap(([name, part]) => [{ owner, name }, ...placesIn(part)]);
}
