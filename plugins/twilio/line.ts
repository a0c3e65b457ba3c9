import type { JsonObject, Line, NodeContext } from "../../engine/plugin-api.ts";

/** The call a step speaks on: the one the run placed, else the one that started it; null where there is neither. */
export function lineOf({ line, trigger }: Pick<NodeContext, "line" | "trigger">): Line | null {
  return line ?? lineOfTrigger(trigger);
}

/** What a wait is woken by when the call ends: `call:CA…`, at once. */
export function hangupKeys(ctx: Pick<NodeContext, "line" | "trigger">): string[] {
  const line = lineOf(ctx);
  return line === null ? [] : [`call:${line.sid}`];
}

/** The same for a step that expects a callback which tells more: it counts only where that does not come. */
export function lateHangupKeys(ctx: Pick<NodeContext, "line" | "trigger">): string[] {
  const line = lineOf(ctx);
  return line === null ? [] : [`call-ended:${line.sid}`];
}

function lineOfTrigger({ call }: JsonObject): Line | null {
  if (typeof call !== "object" || call === null) return null;
  const [sid, from, to] = ["sid", "from", "to"].map((name) => Reflect.get(call, name));
  if (typeof sid !== "string") return null;
  return { sid, from: textOf(from), to: textOf(to), direction: "inbound" };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
