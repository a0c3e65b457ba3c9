import { createHash, randomBytes } from "node:crypto";
import type { Flow } from "../core/flow.ts";
import { newId } from "../ids.ts";
import { insertFlow, publishVersion, readFlow } from "../store/flows.ts";
import type { Runtime } from "./runtime.ts";
import type { Version } from "./versions.ts";

const DOCUMENT: Omit<Flow, "key"> = {
  schemaVersion: 1,
  name: "Respuesta a BAJA, ALTA y AYUDA",
  description: "Lo que se responde una vez a quien pide no recibir más mensajes, o recibirlos de nuevo.",
  settings: { maxDurationMs: 24 * 3_600_000, maxSteps: 5 },
  variables: [],
  nodes: [
    {
      id: "asked",
      type: "core.called",
      version: 1,
      position: { x: 0, y: 0 },
      data: { label: "Lo ha pedido", params: {} },
    },
    {
      id: "answer",
      type: "messaging.send",
      version: 1,
      position: { x: 240, y: 0 },
      data: {
        label: "Responder",
        params: {
          text: "{{ trigger.input.text }}",
          channels: "{{ trigger.input.channel | split: ',' }}",
          fromNumber: "{{ trigger.input.number }}",
        },
      },
    },
  ],
  edges: [{ id: "asked-answer", source: "asked", sourceHandle: "next", target: "answer" }],
};

const HASH = createHash("sha256").update(JSON.stringify(DOCUMENT)).digest("hex");
/** Begins with what no tenant's key begins with: it is nobody's to open, change or start. A changed document has another. */
const KEY = `_wish-${HASH.slice(0, 8)}`;
const FLOW: Flow = { ...DOCUMENT, key: KEY };

/** The flow that answers wishes, published for this tenant when it is first needed. */
export async function wishFlow(runtime: Runtime, tenantId: string): Promise<Version> {
  const known = await runtime.versions.published(tenantId, KEY);
  if (known) return known;
  await runtime.db.asTenant(tenantId, async (scope) => {
    const row = { id: newId("flow"), hookKey: randomBytes(18).toString("base64url"), draft: FLOW };
    if (!(await readFlow(scope, KEY))) await insertFlow(scope, row);
    const version = {
      id: newId("flowVersion"),
      key: KEY,
      document: FLOW,
      hash: HASH,
      note: null,
      by: "engine",
    };
    await publishVersion(scope, version);
  });
  runtime.versions.forget(tenantId, KEY);
  const published = await runtime.versions.published(tenantId, KEY);
  if (published) return published;
  throw new TypeError(`tenant ${tenantId} does not exist`);
}
