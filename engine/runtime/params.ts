import type { FlowNode } from "../core/flow.ts";
import { visibleParams } from "../core/visibility.ts";
import { AppError } from "../errors.ts";
import type { NodeDefinition } from "../plugin-api.ts";
import type { Validator } from "../validator.ts";
import type { TemplateScope, Templates } from "./templates.ts";

type Params = Record<string, unknown>;

interface Tools {
  readonly validator: Validator;
  readonly templates: Templates;
}

/** What of a node's parameters can be known before it runs. Versions are immutable, so this is worked out once. */
interface Prepared {
  /** With defaults, without hidden fields; strings may still be templates. */
  readonly params: Params;
  readonly schema: object;
  readonly hidden: readonly string[];
  /** The checked result where there is no template to fill in. */
  readonly fixed: Params | null;
}

/** Fills in and checks the parameters of nodes. */
export interface ParamsReader {
  /** @throws AppError TEMPLATE_INVALID, PARAMS_INVALID */
  read(definition: NodeDefinition, node: FlowNode, scope: TemplateScope): Params;
}

export function createParamsReader(tools: Tools): ParamsReader {
  const prepared = new WeakMap<FlowNode, Prepared>();
  return {
    read(definition, node, scope) {
      const known = prepared.get(node) ?? prepare(tools, definition, node);
      prepared.set(node, known);
      if (known.fixed) return known.fixed;
      const rendered = tools.templates.render(known.params, scope, known.schema) as Params;
      const filled = tools.validator.fillDefaults(definition.params, rendered);
      // [P10] The defaults of hidden parameters have come back with the others.
      for (const name of known.hidden) delete filled[name];
      return checked(tools, definition, node, filled, known.schema);
    },
  };
}

function prepare(tools: Tools, definition: NodeDefinition, node: FlowNode): Prepared {
  const filled = tools.validator.fillDefaults(definition.params, structuredClone(node.data.params));
  const { params, schema, hidden } = visibleParams(definition.params, filled);
  if (tools.templates.hasMarkup(params, schema)) return { params, schema, hidden, fixed: null };
  return { params, schema, hidden, fixed: checked(tools, definition, node, params, schema) };
}

function checked(
  { validator }: Pick<Tools, "validator">,
  definition: NodeDefinition,
  node: FlowNode,
  params: Params,
  schema: object,
): Params {
  const [first, ...rest] = validator.violations(schema, params);
  if (!first) return params;
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : "";
  const message = `Node "${node.id}" (${definition.type}): params${first.path} ${first.message}${more}.`;
  throw new AppError("PARAMS_INVALID", message, { violations: [first, ...rest] });
}
