/**
 * Flows that the status of a message starts (`messaging.status`).
 *
 *   M5 a report starts each flow once: the same report again is the same delivery. What a run sends that a status started,
 *      or that such a run started in turn, starts no flow by its own statuses: it could go round for ever.
 */
import type { DeliveryStatus } from "../core/effect-state.ts";
import type { JsonObject } from "../core/json.ts";
import { isUserId } from "../core/written-phone.ts";
import { newId } from "../ids.ts";
import { contactOf } from "../store/contacts.ts";
import { messageOfEffect, type ReportedMessage } from "../store/status-flows.ts";
import { deliveryHash } from "./delivery-hash.ts";
import { asJson, storeInWords, storeView } from "./directory.ts";
import type { Engine } from "./engine.ts";
import type { Runtime } from "./runtime.ts";
import type { TriggeredFlow } from "./versions.ts";

export const STATUS_TRIGGER = "messaging.status";

export interface StatusReport {
  readonly tenantId: string;
  readonly effectId: string;
  readonly status: DeliveryStatus;
  /** Why, of a failure. */
  readonly failure: JsonObject | null;
  /** It said something new. */
  readonly changed: boolean;
}

/** Starts what is to start because of this report. Resolves when all of it is stored. */
export async function startStatusFlows(
  runtime: Runtime,
  engine: Engine,
  report: StatusReport,
): Promise<void> {
  const { tenantId, effectId } = report;
  const flows = await runtime.versions.withTrigger(tenantId, STATUS_TRIGGER);
  if (flows.length === 0) return;
  const message = await messageOfEffect(runtime.db, { tenantId, effectId, trigger: STATUS_TRIGGER });
  if (!message || message.byStatus) return;
  // Said again, it is told again: whoever stored it may have been gone before it started anything.
  if (!report.changed && message.status !== report.status) return;
  const wanted = flows.filter(({ params }) => wants(params, report, message));
  // One of each flow, whichever of its triggers wants it.
  const once = new Map(wanted.toReversed().map((flow) => [flow.flowKey, flow]));
  for (const flow of once.values()) await startOne(runtime, engine, flow, { report, message });
}

// Statuses that say what became of a message.
const REPORTED: readonly string[] = ["delivered", "read", "failed"];

/** What a trigger leaves open it takes. */
function wants(
  params: JsonObject,
  { status }: StatusReport,
  { channel, template }: ReportedMessage,
): boolean {
  return (
    (listOf(params.statuses) ?? REPORTED).includes(status) &&
    (listOf(params.channels) ?? [channel]).includes(channel) &&
    (textOf(params.template) ?? template) === template
  );
}

function listOf(value: JsonObject[string] | undefined): readonly unknown[] | null {
  return Array.isArray(value) && value.length > 0 ? value : null;
}

function textOf(value: JsonObject[string] | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

async function startOne(
  runtime: Runtime,
  engine: Engine,
  { flowKey, nodeId }: TriggeredFlow,
  { report, message }: { readonly report: StatusReport; readonly message: ReportedMessage },
): Promise<void> {
  const { tenantId, effectId, status, failure } = report;
  const version = await runtime.versions.published(tenantId, flowKey);
  if (!version?.graph.node(nodeId)) return;
  const { byStatus: _byStatus, status: _status, to, storeId, ...told } = message;
  const { stores } = await runtime.directory.of(tenantId);
  const store = stores.find(({ id }) => id === storeId);
  await engine.start({
    tenantId,
    version,
    triggerNodeId: nodeId,
    triggerType: STATUS_TRIGGER,
    trigger: { status, error: failure, message: { ...told, to, storeId } },
    contact: await contactJson(runtime, tenantId, to),
    contactPhone: to,
    store: store ? asJson(storeInWords(storeView(store), runtime.clock.now(), "es")) : null,
    numberId: message.numberId,
    delivery: {
      id: newId("delivery"),
      source: "status",
      hash: deliveryHash("status", tenantId, `${flowKey} ${effectId} ${status}`),
    },
    via: null,
  });
}

async function contactJson(runtime: Runtime, tenantId: string, to: string | null): Promise<JsonObject> {
  const isHidden = to !== null && isUserId(to);
  if (to === null || !(isHidden || to.startsWith("+"))) return { id: null, phone: null, name: null };
  const identity = isHidden ? { phone: null, channelUserId: to } : { phone: to, channelUserId: null };
  const row = await contactOf(runtime.db, tenantId, { id: newId("contact"), ...identity, name: null });
  const { id, phone, channel_user_id: userId, name, locale, last_store_id: lastStoreId } = row;
  return { id, phone, userId, name, locale, lastStoreId };
}
