import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { Policy, ToolRule } from "./policy.ts";
import type { ToolCall } from "./state.ts";

/** A call the model made, looked at: it may run, has to be confirmed first, or is answered with what is wrong. */
export type Judged =
  | { readonly kind: "run"; readonly call: ToolCall; readonly arguments: JsonObject }
  | {
      readonly kind: "confirm";
      readonly call: ToolCall;
      readonly rule: ToolRule;
      readonly arguments: JsonObject;
    }
  | { readonly kind: "refused"; readonly call: ToolCall; readonly text: string };

/** The model proposes; the list of this node, the schema and the class of the tool decide. */
export function judge(policy: Policy, call: ToolCall): Judged {
  const rule = policy.tools.find(({ name }) => name === call.name);
  if (!rule) return refused(call, `There is no tool "${call.name}". Use only the tools you were given.`);
  const values = parsed(call.arguments);
  if (!values) return refused(call, "The arguments are not a JSON object. Nothing was done.");
  const fault = rule.check(values);
  if (fault !== null) return refused(call, `Nothing was done: ${fault}`);
  if (rule.class === "write") return { kind: "confirm", call, rule, arguments: values };
  return { kind: "run", call, arguments: values };
}

function refused(call: ToolCall, text: string): Judged {
  return { kind: "refused", call, text };
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The values as they are read back, in the order of the tool's labels, the others behind. */
export function readBackOf({ labels }: ToolRule, values: JsonObject): readonly (readonly [string, string])[] {
  const named = Object.keys(labels).filter((name) => name in values);
  const others = Object.keys(values).filter((name) => !(name in labels));
  return [...named, ...others].flatMap((name) => {
    const value = values[name];
    if (value === null || value === undefined || value === "") return [];
    return [
      [labels[name] ?? name, typeof value === "object" ? JSON.stringify(value) : String(value)] as const,
    ];
  });
}
