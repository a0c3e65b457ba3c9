import { createHash, randomBytes } from "node:crypto";
import type { Flow } from "../core/flow.ts";
import { newId } from "../ids.ts";
import { insertFlow, publishVersion } from "../store/flows.ts";
import type { Runtime } from "./runtime.ts";
import type { Version } from "./versions.ts";

/**
 * The tenant's own copy of a flow of the engine, published with its first run. A document that has another name than the
 * published one is published again.
 */
export async function ownFlow(runtime: Runtime, tenantId: string, document: Flow): Promise<Version> {
  const { key } = document;
  const known = await runtime.versions.published(tenantId, key);
  if (known?.graph.flow.name === document.name) return known;
  await runtime.db.asTenant(tenantId, async (scope) => {
    const hookKey = randomBytes(18).toString("base64url");
    await insertFlow(scope, { id: newId("flow"), hookKey, draft: document });
    const hash = createHash("sha256").update(JSON.stringify(document)).digest("hex");
    await publishVersion(scope, { id: newId("flowVersion"), key, document, hash, note: null, by: null });
  });
  runtime.versions.forget(tenantId, key);
  const made = await runtime.versions.published(tenantId, key);
  if (!made) throw new TypeError(`the flow ${key} of ${tenantId} was published and is not there`);
  return made;
}

type FlowNode = Flow["nodes"][number];

export function ownNode(id: string, type: string, params: FlowNode["data"]["params"]): FlowNode {
  return { id, type, version: 1, position: { x: 0, y: 0 }, data: { params } };
}

export function ownEdge(source: string, sourceHandle: string, target: string): Flow["edges"][number] {
  return { id: `${source}-${sourceHandle}`, source, sourceHandle, target };
}
