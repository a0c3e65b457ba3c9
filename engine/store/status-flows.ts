import type { JsonObject } from "../core/json.ts";
import type { Database } from "./database.ts";

/** A published flow that some trigger starts. */
export interface TriggeredFlowRow {
  readonly flowKey: string;
  readonly nodeId: string;
  readonly params: JsonObject | null;
}

export function flowsWithTrigger(db: Database, tenantId: string, type: string): Promise<TriggeredFlowRow[]> {
  return db.call("engine_flows_with_trigger", [tenantId, type]);
}

/** The message a status is about. */
export type ReportedMessage = {
  readonly id: string;
  readonly ref: string | null;
  readonly channel: string;
  readonly to: string | null;
  readonly from: string;
  readonly numberId: string | null;
  readonly body: string;
  readonly template: string | null;
  readonly storeId: string | null;
  readonly module: string | null;
  readonly recordId: string | null;
  readonly runId: string;
  readonly flow: string | null;
  readonly createdAt: string;
  /** The furthest it has got. */
  readonly status: string | null;
  /** Its run, or one that started it, was started by that trigger. */
  readonly byStatus: boolean;
};

export function messageOfEffect(
  db: Database,
  {
    tenantId,
    effectId,
    trigger,
  }: { readonly tenantId: string; readonly effectId: string; readonly trigger: string },
): Promise<ReportedMessage | null> {
  return db.call("engine_message_of_effect", [tenantId, effectId, trigger]);
}
