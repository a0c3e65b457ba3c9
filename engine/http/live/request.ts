import type { LiveRequest, LiveTopic } from "../../core/live.ts";
import { fieldOf } from "../../core/plain-data.ts";
import type { Scope } from "../scopes.ts";

const FLOW = /^flow:[a-z][a-z0-9-]{0,63}$/;
const TOPICS: readonly { readonly pattern: RegExp; readonly scope: Scope }[] = [
  { pattern: /^runs$/, scope: "runs:read" },
  { pattern: /^run:run_[0-9a-z_]{1,64}$/, scope: "runs:read" },
  { pattern: FLOW, scope: "flows:read" },
  { pattern: /^simulation:sim_[0-9a-f]{32}$/, scope: "simulations:write" },
];
const MAX_SELECTED = 200;

/** What somebody must be allowed to hear of a topic; null: there is no such topic. */
export function scopeOf(topic: string): Scope | null {
  return TOPICS.find(({ pattern }) => pattern.test(topic))?.scope ?? null;
}

/** A message of a client; null for what is none. Whether its topic exists is looked at when it is answered. */
export function readRequest(text: string): LiveRequest | null {
  const given = parsed(text);
  const kind = fieldOf(given, "kind");
  const topic = fieldOf(given, "topic");
  if (typeof topic !== "string" || topic.length > 120) return null;
  if (kind === "subscribe" || kind === "unsubscribe") return { kind, topic: topic as LiveTopic };
  if (!isFlow(topic)) return null;
  if (kind === "leave") return { kind, topic };
  if (kind !== "presence") return null;
  return {
    kind,
    topic,
    editing: fieldOf(given, "editing") === true,
    selection: textsOf(fieldOf(given, "selection")),
  };
}

function isFlow(topic: string): topic is `flow:${string}` {
  return FLOW.test(topic);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((entry): entry is string => typeof entry === "string" && entry.length <= 64)
    .slice(0, MAX_SELECTED);
}
