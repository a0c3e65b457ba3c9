import type { Flow } from "../../engine/core/flow.ts";
import type { NodeType } from "../model/catalogue.ts";

/** Ways to begin that most people look for. */
export const STARTS = {
  call: "twilio.incoming-call",
  message: "twilio.incoming-message",
  erp: "api.run",
} as const;

/** A draft of nothing but what starts it. A trigger that cannot do without parameters begins with those of its example. */
export function newDraft(
  { key, name }: { readonly key: string; readonly name: string },
  trigger: NodeType,
): Flow {
  const needsParams = "required" in trigger.params;
  return {
    schemaVersion: 1,
    key,
    name,
    settings: {},
    nodes: [
      {
        id: "inicio",
        type: trigger.type,
        version: trigger.version,
        position: { x: 0, y: 0 },
        data: { params: needsParams ? { ...trigger.example.params } : {} },
      },
    ],
    edges: [],
  };
}
