import type { Flow } from "../core/flow.ts";
import { ownEdge, ownFlow, ownNode } from "./own-flow.ts";
import type { Runtime } from "./runtime.ts";
import type { Version } from "./versions.ts";

/** The engine's own flow that sends a notice to many: a bulk of the API is a run of it. See `message-flow.ts`. */
const REVISION = 1;
export const BULK_TRIGGER = "start";

export function bulkFlow(runtime: Runtime, tenantId: string): Promise<Version> {
  return ownFlow(runtime, tenantId, DOCUMENT);
}

const input = (name: string) => `{{ trigger.input.${name} }}`;

const DOCUMENT: Flow = {
  schemaVersion: 1,
  key: "_bulk",
  name: `A notice to many (${REVISION})`,
  settings: {},
  nodes: [
    ownNode(BULK_TRIGGER, "api.run", {}),
    ownNode("bulk", "messaging.bulk", {
      list: input("list"),
      contacts: input("contacts"),
      template: { key: input("template"), locale: input("locale"), values: input("values") },
      channels: input("channels"),
      purpose: input("purpose"),
      onDoubt: input("onDoubt"),
      fromNumber: input("fromNumber"),
    }),
    ...["done", "stopped"].map((port) =>
      ownNode(port, "core.end", { outcome: port, output: "{{ steps.bulk }}" }),
    ),
  ],
  edges: [
    ownEdge(BULK_TRIGGER, "next", "bulk"),
    ...["done", "stopped"].map((port) => ownEdge("bulk", port, port)),
  ],
};
