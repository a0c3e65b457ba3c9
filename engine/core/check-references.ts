import { assignedVariables } from "./assigned-variables.ts";
import { CALLBACK_NODE } from "./callback.ts";
import type { Problem } from "./check-tools.ts";
import { type FlowView, type NodeView, problem } from "./flow-view.ts";
import { pointerOf } from "./json-pointer.ts";
import { nearest, suggester } from "./nearest.ts";
import { givenNames, gives } from "./output-schema.ts";
import { type StepOrder, stepOrder } from "./step-order.ts";
import { templatesIn } from "./templates-in.ts";

/** What a template may begin with. */
export const TEMPLATE_ROOTS = [
  "trigger",
  "steps",
  "vars",
  "contact",
  "tenant",
  "store",
  "run",
  "now",
  "callbacks",
] as const;

/** Templates that do not parse, and variables that are not there or may not be there. */
export function checkReferences(view: FlowView): Problem[] {
  const known = knowledgeOf(view);
  return view.nodes.flatMap((node) => {
    const { params = node.node.data.params, schema } = node.visible ?? {};
    return templatesIn(params, schema).flatMap((leaf) => {
      const place = { path: `${node.path}/data/params${pointerOf(leaf.path)}`, nodeId: node.node.id };
      const param = leaf.path.join(".");
      const analysis = view.tools.analyzeTemplate(leaf.source);
      if (!analysis.ok)
        return [problem(view.tools, "template_malformed", place, { param, reason: analysis.message })];
      const paths = new Map(analysis.paths.map((path) => [path.join("."), path]));
      return [...paths].flatMap(([reference, path]) =>
        checkReference(known, { node, place, param, source: leaf.source, reference, path }),
      );
    });
  });
}

interface Use {
  readonly node: NodeView;
  readonly place: { readonly path: string; readonly nodeId: string };
  readonly param: string;
  /** The template it stands in. */
  readonly source: string;
  /** `steps.menu.digits`, and the same in parts. */
  readonly reference: string;
  readonly path: readonly string[];
}

/** What is known about the whole flow; each answer is worked out once. */
interface Knowledge {
  readonly view: FlowView;
  readonly suggestStep: (id: string) => string | undefined;
  readonly variables: ReadonlySet<string>;
  readonly suggestVariable: (key: string) => string | undefined;
  readonly triggers: readonly object[];
  readonly order: StepOrder;
}

function knowledgeOf(view: FlowView): Knowledge {
  const steps = [...view.byId.values()].filter((node) => node.info?.kind !== "trigger");
  const variables = assignedVariables(view.flow);
  return {
    view,
    suggestStep: suggester(steps.map((node) => node.node.id)),
    variables,
    suggestVariable: suggester([...variables]),
    triggers: view.nodes.flatMap((node) =>
      node.info?.kind === "trigger" ? Object.values(node.info.outputs) : [],
    ),
    order: stepOrder([...view.byId.keys()], view.starts, view.after),
  };
}

function checkReference(known: Knowledge, use: Use): Problem[] {
  const [root, name] = use.path;
  const { tools } = known.view;
  if (root === undefined) return [];
  if (!isRoot(root)) {
    const facts = {
      param: use.param,
      reference: use.reference,
      nearest: nearest(root, TEMPLATE_ROOTS),
      roots: TEMPLATE_ROOTS,
    };
    return [problem(tools, "reference_root_unknown", use.place, facts)];
  }
  if (name === undefined) return [];
  if (root === "steps") return checkStep(known, use, name);
  if (root === "vars") return checkVariable(known, use, name);
  if (root === "callbacks") return checkCallback(known, use, name);
  return root === "trigger" ? checkTrigger(known, use) : [];
}

function checkStep(known: Knowledge, use: Use, step: string): Problem[] {
  const { view, suggestStep } = known;
  const facts = { param: use.param, reference: use.reference };
  const target = view.byId.get(step);
  if (!target || target.info?.kind === "trigger") {
    return [
      problem(view.tools, "reference_step_unknown", use.place, { ...facts, nearest: suggestStep(step) }),
    ];
  }
  return [...checkOrder(known, use, step), ...checkOutput(known, use, target)];
}

function checkOrder(known: Knowledge, use: Use, step: string): Problem[] {
  const id = use.place.nodeId;
  // Where no run comes there is no before; that nobody comes here is told elsewhere.
  if (!known.order.isReached(id)) return [];
  const facts = { param: use.param, reference: use.reference, step };
  const { tools } = known.view;
  if (!known.order.mayRunBefore(step, id)) return [problem(tools, "reference_step_later", use.place, facts)];
  if (known.order.alwaysRunsBefore(step, id) || hasDefault(use)) return [];
  return [problem(tools, "reference_step_skipped", use.place, facts)];
}

/** Its author has said what stands there when it is absent, wherever the template uses it. */
function hasDefault({ source, reference }: Use): boolean {
  const path = reference.replaceAll(/[^\w]/g, (letter) => `\\${letter}`);
  const uses = source.match(new RegExp(`(?<![\\w.-])${path}(?![\\w-]|\\.\\w)[^}%]*`, "g")) ?? [];
  return uses.length > 0 && uses.every((use) => /\|\s*default\s*:/.test(use));
}

function checkOutput({ view }: Knowledge, use: Use, target: NodeView): Problem[] {
  const fields = use.path.slice(2);
  const schemas = target.info ? [...Object.values(target.info.outputs), ERROR_OUTPUT] : [];
  if (!target.info || schemas.some((schema) => gives(schema, fields))) return [];
  const outputs = [...new Set(schemas.flatMap(givenNames))];
  const facts = { param: use.param, reference: use.reference, step: target.node.id, outputs };
  return [problem(view.tools, "reference_output_unknown", use.place, facts)];
}

function checkTrigger(known: Knowledge, use: Use): Problem[] {
  const { view, triggers } = known;
  const unsure = view.nodes.some((node) => node.info === null) || triggers.length === 0;
  if (unsure || triggers.some((schema) => gives(schema, use.path.slice(1)))) return [];
  const outputs = [...new Set(triggers.flatMap(givenNames))];
  return [
    problem(view.tools, "reference_trigger_unknown", use.place, {
      param: use.param,
      reference: use.reference,
      outputs,
    }),
  ];
}

function checkVariable({ view, variables, suggestVariable }: Knowledge, use: Use, key: string): Problem[] {
  if (variables.has(key)) return [];
  const facts = { param: use.param, reference: use.reference, key, nearest: suggestVariable(key) };
  return [problem(view.tools, "variable_undeclared", use.place, facts)];
}

function checkCallback({ view }: Knowledge, use: Use, id: string): Problem[] {
  if (view.byId.get(id)?.node.type === CALLBACK_NODE) return [];
  const waiting = view.nodes.filter(({ node }) => node.type === CALLBACK_NODE).map(({ node }) => node.id);
  const facts = { param: use.param, reference: use.reference, nearest: nearest(id, waiting) };
  return [problem(view.tools, "reference_callback_unknown", use.place, facts)];
}

/** What a step gives when it leaves by `error`. */
const ERROR_OUTPUT = {
  type: "object",
  properties: {
    error: { type: "object", properties: { code: { type: "string" }, message: { type: "string" } } },
  },
} as const;

function isRoot(root: string): boolean {
  return (TEMPLATE_ROOTS as readonly string[]).includes(root);
}
