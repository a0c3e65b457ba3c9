import type { Json, JsonObject } from "../core/json.ts";
import { AppError } from "../errors.ts";
import type {
  NodeContext,
  NodeDefinition,
  NodeResult,
  NodeTool,
  NodeToolResult,
  NodeToolRun,
} from "../plugin-api.ts";
import type { Validator } from "../validator.ts";
import { redact } from "./redaction.ts";
import type { Templates } from "./templates.ts";

// The structure of a flow means nothing outside of it, and an agent that starts agents knows no end.
const NO_TOOLS = ["core.", "agent."];
const TOOLS_ALL_THE_SAME = ["core.code", "core.hours"];

/** The node as a tool; null where it is none. */
export function nodeToolOf(definition: NodeDefinition | undefined): NodeTool | null {
  if (!definition || !mayBeTool(definition)) return null;
  const { title, help, params, effect } = definition;
  // A schema is JSON but for marks of the package that made it.
  return { title, help, params: JSON.parse(JSON.stringify(params)), effect };
}

export function mayBeTool({ type, waits, needsLine, replacedBy, ports }: NodeDefinition): boolean {
  if (waits || needsLine || replacedBy !== undefined) return false;
  if (ports.some((port) => typeof port !== "string")) return false;
  return TOOLS_ALL_THE_SAME.includes(type) || !NO_TOOLS.some((prefix) => type.startsWith(prefix));
}

interface Tools {
  readonly definition: NodeDefinition;
  readonly validator: Pick<Validator, "withDefaults" | "violations">;
  readonly templates: Pick<Templates, "render">;
}

/**
 * Runs a node inside of another node's step. Its effects are effects of that step, below the part that is given, so the same
 * call of a step computed again does nothing twice. @throws AppError PARAMS_INVALID, and whatever the node throws
 */
export async function runNodeTool(
  tools: Tools,
  ctx: NodeContext,
  order: NodeToolRun,
): Promise<NodeToolResult> {
  const { definition } = tools;
  const params = paramsFor(tools, ctx, order);
  const result = (await definition.run(contextBelow(ctx, order.part), params as never)) as NodeResult;
  if (result.kind !== "next") return { port: result.kind, output: {} };
  const schema = definition.outputs[result.port] ?? definition.outputs["*"];
  return { port: result.port, output: redact(schema, result.output) };
}

/** The author's templates are filled in; what the model wrote is put beside them as it is. */
function paramsFor(
  { definition, validator, templates }: Tools,
  ctx: NodeContext,
  order: NodeToolRun,
): JsonObject {
  const schema = definition.params;
  const filled = validator.withDefaults(schema, order.params);
  const written = Object.fromEntries(Object.entries(filled).filter(([name]) => !order.open.includes(name)));
  const rendered = templates.render(written, scopeOf(ctx, order.values), schema) as JsonObject;
  const params = validator.withDefaults(schema, { ...rendered, ...chosen(order) });
  const [first] = validator.violations(schema, params);
  if (!first) return params;
  throw new AppError("PARAMS_INVALID", `The tool ${definition.type}: params${first.path} ${first.message}.`, {
    violations: [first],
  });
}

function chosen({ open, values }: NodeToolRun): JsonObject {
  return Object.fromEntries(
    open.flatMap((name): [string, Json][] => {
      const value = values[name];
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );
}

function scopeOf(ctx: NodeContext, args: JsonObject) {
  const { trigger, steps, vars, contact, tenant, store, runId, flowKey, now } = ctx;
  const run = { id: runId, flow: flowKey };
  return { trigger, steps, vars, contact, tenant, store, run, now: now.toISOString(), args };
}

function contextBelow(ctx: NodeContext, part: string): NodeContext {
  const below = (name: string) => `${part}.${name}`;
  // Not a copy: some of what a context has is only made when somebody asks for it.
  return Object.assign(Object.create(ctx), {
    memo: null,
    heard: null,
    once: (name, intent, act) => ctx.once(below(name), intent, act),
    send: (name, channel, draft) => ctx.send(below(name), channel, draft),
    async sendMany(channel, messages) {
      const sent = await ctx.sendMany(
        channel,
        messages.map(({ part: name, draft }) => ({ part: below(name), draft })),
      );
      return new Map([...sent].map(([name, outcome]) => [name.slice(part.length + 1), outcome]));
    },
  } satisfies Partial<NodeContext>);
}
