import type { FlowNode } from "../../engine/core/flow.ts";
import { fieldOf } from "../../engine/core/plain-data.ts";
import type { Catalogue } from "./catalogue.ts";
import { appliedParams } from "./ports.ts";
import { smsSegments } from "./sms-segments.ts";

/** From so many to so many; null: nobody knows how many at most. */
export interface Range {
  readonly min: number;
  readonly max: number | null;
}

/** Credits by meter, and in all. A message that goes by one channel or another costs once, whichever it is. */
export interface Cost {
  readonly meters: Readonly<Record<string, Range>>;
  readonly credits: Range;
}

export const NOTHING: Range = { min: 0, max: 0 };
export const FREE: Cost = { meters: {}, credits: NOTHING };

/** Leaving by these, nothing was used: what was set aside is given back. */
const FREE_PORTS: ReadonlySet<string> = new Set([
  "blocked",
  "busy",
  "error",
  "failed",
  "insufficient_credits",
  "invalid",
  "no_answer",
  "opted_out",
  "quiet_hours",
  "undeliverable",
  "window_closed",
]);

/** What a node costs when a run leaves it by this port; null for the end of a node without connections. */
export function nodeCost(node: FlowNode, port: string | null, catalogue: Catalogue): Cost {
  const type = catalogue.get(node.type, node.version);
  const meters = type?.cost && "meters" in type.cost ? type.cost.meters : [];
  if (!type || meters.length === 0 || (port !== null && FREE_PORTS.has(port))) return FREE;
  const params = appliedParams(type, node.data.params);
  if (node.type === "credits.deduct") return deduction(params);
  const used = usedMeters(meters, params);
  const ranges = used.map((meter) => [meter, amountOf(meter, node.type, params)] as const);
  if (ranges.length === 1) return { meters: Object.fromEntries(ranges), credits: ranges[0]?.[1] ?? NOTHING };
  return {
    meters: Object.fromEntries(ranges.map(([meter, { max }]) => [meter, { min: 0, max }])),
    credits: anyOf(ranges.map(([, range]) => range)),
  };
}

export function plus(a: Range, b: Range): Range {
  return { min: a.min + b.min, max: a.max === null || b.max === null ? null : a.max + b.max };
}

/** What it may be when it is one of these. */
export function anyOf(ranges: readonly Range[]): Range {
  if (ranges.length === 0) return NOTHING;
  const tops = ranges.map(({ max }) => max);
  const known = tops.filter((max) => max !== null);
  return {
    min: Math.min(...ranges.map(({ min }) => min)),
    max: known.length < tops.length ? null : Math.max(...known),
  };
}

/** Settling takes what earlier steps have set aside already. */
function deduction(params: object): Cost {
  const [meter, amount] = [fieldOf(params, "meter"), fieldOf(params, "amount")];
  if (fieldOf(params, "mode") !== "amount" || typeof meter !== "string") return FREE;
  const range = typeof amount === "number" ? { min: amount, max: amount } : { min: 0, max: null };
  return { meters: { [meter]: range }, credits: range };
}

/** Of the meters a type may charge, those of the channels this node uses. */
function usedMeters(meters: readonly string[], params: object): readonly string[] {
  const channels = fieldOf(params, "channels") ?? fieldOf(params, "channel");
  const named = [channels].flat().filter((channel) => typeof channel === "string");
  const used = meters.filter((meter) => named.includes(meter));
  return used.length > 0 ? used : meters;
}

function amountOf(meter: string, type: string, params: object): Range {
  if (type === "messaging.bulk") return { min: 0, max: null };
  if (meter === "voice") {
    const limit = fieldOf(params, "timeLimitSeconds");
    return { min: 1, max: typeof limit === "number" ? Math.ceil(limit / 60) : null };
  }
  const text = fieldOf(params, "text") ?? fieldOf(params, "body");
  if (meter !== "sms" || typeof text !== "string") return { min: 1, max: 1 };
  // What is filled in may make it longer; how much, nobody knows before.
  const templated = text.includes("{");
  const fixed = smsSegments(text.replaceAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, ""));
  return { min: fixed, max: templated ? Math.max(fixed, smsSegments(text)) : fixed };
}
