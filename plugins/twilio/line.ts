import type { JsonObject, NodeContext } from "../../engine/plugin-api.ts";

/** The parties of a call a step speaks on. */
export interface CallLine {
  readonly sid: string;
  /** Empty where it is not told. */
  readonly from: string;
  readonly to: string;
}

/** The call a step speaks on; null where there is none. */
export function lineOf({ trigger }: Pick<NodeContext, "trigger">): CallLine | null {
  const { call }: JsonObject = trigger;
  if (typeof call !== "object" || call === null) return null;
  const [sid, from, to] = ["sid", "from", "to"].map((name) => Reflect.get(call, name));
  return typeof sid === "string" ? { sid, from: textOf(from), to: textOf(to) } : null;
}

/** What a wait is woken by when the call ends: `call:CA…`, at once. */
export function hangupKeys(ctx: Pick<NodeContext, "trigger">): string[] {
  const line = lineOf(ctx);
  return line === null ? [] : [`call:${line.sid}`];
}

/** The same for a step that expects a callback which tells more: it counts only where that does not come. */
export function lateHangupKeys(ctx: Pick<NodeContext, "trigger">): string[] {
  const line = lineOf(ctx);
  return line === null ? [] : [`call-ended:${line.sid}`];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
