import { fieldOf } from "../../../engine/core/plain-data.ts";
import type { NodeType } from "../../model/catalogue.ts";

export type Channel = "whatsapp" | "sms";

export type PreviewKind =
  | { readonly kind: "spoken" }
  | { readonly kind: "message"; readonly channels: readonly Channel[] }
  | { readonly kind: "line" };

/** How the long texts of a node reach somebody: read aloud, as a message, or not at all. */
export function previewKindOf(
  type: NodeType | null,
  params: unknown,
  path: readonly (string | number)[],
): PreviewKind {
  if (type?.family === "voice" && !SCRIPTS.has(String(path.at(-1)))) return { kind: "spoken" };
  // A text inside of something else (of a card, a retry) is no message of its own.
  if (type?.family !== "messages" || path.length > 1 || !MESSAGE_TEXTS.has(String(path[0])))
    return { kind: "line" };
  const channels = channelsOf(type, params);
  return channels.length === 0 ? { kind: "line" } : { kind: "message", channels };
}

const SCRIPTS: ReadonlySet<string> = new Set(["twiml", "taskAttributes"]);
const MESSAGE_TEXTS: ReadonlySet<string> = new Set(["text", "body", "retryText"]);

function channelsOf(type: NodeType, params: unknown): readonly Channel[] {
  const named = fieldOf(params, "channels") ?? fieldOf(params, "channel") ?? defaultChannels(type);
  const list = (Array.isArray(named) ? named : [named]).filter(isChannel);
  if (list.length > 0) return list;
  const meters = type.cost && "meters" in type.cost ? type.cost.meters : [];
  return meters.filter(isChannel);
}

function defaultChannels(type: NodeType): unknown {
  const properties = fieldOf(type.params, "properties");
  return (
    fieldOf(fieldOf(properties, "channels"), "default") ?? fieldOf(fieldOf(properties, "channel"), "default")
  );
}

function isChannel(value: unknown): value is Channel {
  return value === "whatsapp" || value === "sms";
}
