import {
  AppError,
  type Json,
  type JsonObject,
  type NodeContext,
  type NodeTool,
} from "../../../engine/plugin-api.ts";
import type { ToolOutcome } from "../turn/events.ts";
import { type Field, schemaOf } from "../value-field.ts";
import { faultIn } from "./check-values.ts";
import { type AgentTool, type ToolOrder, toldAs } from "./tool.ts";

/** A node as a tool, as its author chose it. */
export interface NodeToolChoice {
  readonly node: string;
  readonly version: number;
  readonly name: string;
  readonly description: string;
  /** Decided by the author; may use `{{ args.… }}`. */
  readonly params: JsonObject;
  /** Parameters of the node the model fills in. */
  readonly open: readonly string[];
  /** Further values the model fills in, for `params` to use. */
  readonly arguments: readonly Field[];
  /** Read back, and done after a yes. */
  readonly confirm: boolean;
}

/** Where something goes, by whom and with what rights is the author's to say: a model that could would send it anywhere. */
const NEVER_OPEN =
  /^(to|cc|bcc|from.*|sender.*|number.*|contact.*|recipient.*|url|.*Url|headers|method|auth|credential.*|account.*|code|channels?|template.*|media|native|amount|meter|table|list.*)$/i;

/** @throws AppError PARAMS_INVALID, in words its author can act on */
export function nodeTool(ctx: NodeContext, choice: NodeToolChoice, language: string): AgentTool {
  const found = toolFor(ctx, choice);
  const english = /^en(-|_|$)/i.test(language);
  const fields = { ...openFields(ctx, choice, found), ...argumentFields(choice) };
  const parameters: JsonObject = {
    type: "object",
    properties: fields,
    required: requiredOf(choice, found),
    additionalProperties: false,
  };
  return {
    name: choice.name,
    // What cannot be taken back is always asked first.
    class: choice.confirm || found.effect === "once" ? "write" : "read",
    description: choice.description,
    parameters,
    says: (english ? found.title.en : found.title.es).toLowerCase(),
    labels: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, labelOf(name, field, english)]),
    ),
    check: (values) => faultIn(parameters, values),
    run: (order) => runTool(choice, order),
  };
}

function toolFor(ctx: NodeContext, { node, version, name }: NodeToolChoice): NodeTool {
  const found = ctx.agent.nodeTool(node, version);
  if (found) return found;
  throw invalid(
    ctx,
    name,
    `${node} (version ${version}) is no node that can be one; it must neither wait nor speak on the call`,
  );
}

function openFields(ctx: NodeContext, { open, name }: NodeToolChoice, { params }: NodeTool): JsonObject {
  const known = objectOf(params.properties);
  return Object.fromEntries(
    open.map((field) => {
      if (NEVER_OPEN.test(field)) throw invalid(ctx, name, `"${field}" is yours to decide, not the model's`);
      const schema = known[field];
      if (schema === undefined)
        throw invalid(
          ctx,
          name,
          `there is no parameter "${field}"; there are ${Object.keys(known).join(", ")}`,
        );
      return [field, plainSchema(schema)];
    }),
  );
}

function argumentFields({ arguments: fields }: NodeToolChoice): JsonObject {
  return Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)]));
}

function requiredOf({ open, arguments: fields }: NodeToolChoice, { params }: NodeTool): Json[] {
  const required = Array.isArray(params.required) ? params.required : [];
  return [
    ...open.filter((name) => required.includes(name)),
    ...fields.filter((field) => field.required).map(({ name }) => name),
  ];
}

/** Without words for the editor, and without defaults: some of them are templates. */
function plainSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(plainSchema);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => !name.startsWith("x-") && name !== "default")
      .map(([name, part]) => [name, plainSchema(part)]),
  );
}

function labelOf(name: string, field: Json | undefined, english: boolean): string {
  const { title, description } = objectOf(field);
  const words = english ? title : (title ?? description);
  return typeof words === "string" && words.length <= 40 ? words.toLowerCase() : name.replaceAll("_", " ");
}

/** What went wrong is told the model in words; what is no error of the node's own is not its business. */
async function runTool(
  { node: type, version, params, open }: NodeToolChoice,
  order: ToolOrder,
): Promise<ToolOutcome> {
  const { ctx, part, arguments: values } = order;
  try {
    const { port, output } = await ctx.agent.runNode({ type, version, params, values, open, part });
    return { text: toldAs({ outcome: port, ...output }) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.log.warn({ err: error, tool: type }, "a tool of an agent failed");
    return { text: toldAs({ error: error.code, message: error.message }) };
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function invalid(ctx: NodeContext, tool: string, why: string): AppError {
  return new AppError("PARAMS_INVALID", `${ctx.nodeId}: the tool "${tool}": ${why}.`, { tool });
}
