import type { Flow } from "../core/flow.ts";
import { ownEdge, ownFlow, ownNode } from "./own-flow.ts";
import type { Runtime } from "./runtime.ts";
import type { Version } from "./versions.ts";

/**
 * The engine's own flow that sends one message: what the API and people in the inbox send is a run of it, and so keeps the
 * same rules as what a flow sends. Its key is one no author can write, so nobody can see, change or start it.
 */
const KEY = "_message";
/** Raised with every change of the document: tenants get the new one with their next message. */
const REVISION = 1;

export function messageFlow(runtime: Runtime, tenantId: string): Promise<Version> {
  return ownFlow(runtime, tenantId, DOCUMENT);
}

/** Which trigger starts it, and which step sends. */
export const MESSAGE_NODES = {
  text: { trigger: "text", send: "send_text" },
  template: { trigger: "template", send: "send_template" },
} as const;

const PORTS = ["sent", "undeliverable", "opted_out", "quiet_hours", "insufficient_credits"] as const;
export type MessageOutcome = (typeof PORTS)[number];

const input = (name: string) => `{{ trigger.input.${name} }}`;
const common = {
  to: input("to"),
  channels: input("channels"),
  purpose: input("purpose"),
  trackLinks: input("trackLinks"),
  fromNumber: input("fromNumber"),
  reference: { module: input("module"), recordId: input("recordId") },
};

const DOCUMENT: Flow = {
  schemaVersion: 1,
  key: KEY,
  name: `One message (${REVISION})`,
  settings: {},
  nodes: [
    ownNode("text", "api.run", {}),
    ownNode("template", "api.run", {}),
    ownNode("send_text", "messaging.send", { ...common, text: input("text"), media: input("media") }),
    ownNode("send_template", "messaging.send", {
      ...common,
      template: { key: input("template"), locale: input("locale"), variables: input("variables") },
    }),
    ...PORTS.map((port) => ownNode(port, "core.end", { outcome: port })),
  ],
  edges: Object.values(MESSAGE_NODES).flatMap(({ trigger, send }) => [
    ownEdge(trigger, "next", send),
    ...PORTS.map((port) => ownEdge(send, port, port)),
  ]),
};
