import { createHash, randomBytes } from "node:crypto";
import type { Flow } from "../core/flow.ts";
import { newId } from "../ids.ts";
import { insertFlow, publishVersion } from "../store/flows.ts";
import type { Runtime } from "./runtime.ts";
import type { Version } from "./versions.ts";

/**
 * The engine's own flow that sends one message: what the API and people in the inbox send is a run of it, and so keeps the
 * same rules as what a flow sends. Its key is one no author can write, so nobody can see, change or start it.
 */
const KEY = "_message";
/** Raised with every change of the document: tenants get the new one with their next message. */
const REVISION = 1;

/** The tenant's own copy of it, published with the first message. */
export async function messageFlow(runtime: Runtime, tenantId: string): Promise<Version> {
  const known = await runtime.versions.published(tenantId, KEY);
  if (known?.graph.flow.name === DOCUMENT.name) return known;
  await runtime.db.asTenant(tenantId, async (scope) => {
    const hookKey = randomBytes(18).toString("base64url");
    await insertFlow(scope, { id: newId("flow"), hookKey, draft: DOCUMENT });
    const hash = createHash("sha256").update(JSON.stringify(DOCUMENT)).digest("hex");
    const version = { id: newId("flowVersion"), key: KEY, document: DOCUMENT, hash, note: null, by: null };
    await publishVersion(scope, version);
  });
  runtime.versions.forget(tenantId, KEY);
  const made = await runtime.versions.published(tenantId, KEY);
  if (!made) throw new TypeError(`the flow ${KEY} of ${tenantId} was published and is not there`);
  return made;
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
    node("text", "api.run", {}),
    node("template", "api.run", {}),
    node("send_text", "messaging.send", { ...common, text: input("text"), media: input("media") }),
    node("send_template", "messaging.send", {
      ...common,
      template: { key: input("template"), locale: input("locale"), variables: input("variables") },
    }),
    ...PORTS.map((port) => node(port, "core.end", { outcome: port })),
  ],
  edges: Object.values(MESSAGE_NODES).flatMap(({ trigger, send }) => [
    edge(trigger, "next", send),
    ...PORTS.map((port) => edge(send, port, port)),
  ]),
};

function node(
  id: string,
  type: string,
  params: Flow["nodes"][number]["data"]["params"],
): Flow["nodes"][number] {
  return { id, type, version: 1, position: { x: 0, y: 0 }, data: { params } };
}

function edge(source: string, sourceHandle: string, target: string): Flow["edges"][number] {
  return { id: `${source}-${sourceHandle}`, source, sourceHandle, target };
}
