import type { RunState } from "../../engine/core/run.ts";
import type { Database } from "../../engine/store/database.ts";
import { reportStatuses, type StatusReport, type StatusResult } from "../../engine/store/effects.ts";
import {
  type CommitItem,
  type CommitResult,
  commitRuns,
  type DeliveryRow,
  type IntentRow,
  type JournalEvent,
} from "../../engine/store/runs.ts";
import type { TenantIds } from "./seed-tenant.ts";

export const STATE: RunState = {
  cursor: { nodeId: "menu", visit: 1 },
  visits: { menu: 1 },
  stepCount: 1,
  attempts: 0,
  steps: {},
  vars: {},
  trigger: {},
  contact: {},
  store: null,
  segmentAt: "2026-11-21T10:00:00.000Z",
  startedAt: "2026-11-21T10:00:00.000Z",
  wait: null,
  reply: [],
  exchange: null,
  outcome: null,
};

export const OWNER = "owner_1";

/** One commit of a run that this process owns, unless said otherwise. */
export function commitItem(
  of: TenantIds,
  runId: string,
  changes: Partial<CommitItem> & Pick<CommitItem, "seq">,
): CommitItem {
  return {
    tenant: of.tenant,
    runId,
    expect: "leased",
    epoch: 1,
    status: "running",
    state: STATE,
    owner: OWNER,
    leaseMs: 60_000,
    events: [],
    ...changes,
  };
}

/** Commits one item as a batch of its own. */
export async function commitRun(db: Database, item: CommitItem): Promise<CommitResult> {
  const [result] = await commitRuns(db, [item]);
  if (!result) throw new TypeError("no result");
  return result;
}

export async function reportStatus(db: Database, report: StatusReport): Promise<StatusResult> {
  const [result] = await reportStatuses(db, [report]);
  if (!result) throw new TypeError("no result");
  return result;
}

/** The first commit of a run. */
export function newRunItem(of: TenantIds, runId: string, changes: Partial<CommitItem> = {}): CommitItem {
  return commitItem(of, runId, {
    expect: "new",
    seq: 0,
    epoch: 0,
    flowKey: of.flowKey,
    flowVersionId: of.version,
    triggerType: "test.trigger",
    contactPhone: null,
    numberId: null,
    ...changes,
  });
}

/** A commit that puts the run to sleep until tomorrow, or until one of the keys comes. */
export function sleepItem(
  of: TenantIds,
  runId: string,
  seq: number,
  keys: readonly string[],
  changes: Partial<CommitItem> = {},
): CommitItem {
  return commitItem(of, runId, {
    seq,
    status: "waiting",
    waitKeys: keys,
    storedKeys: keys,
    wakeInMs: 86_400_000,
    ...changes,
  });
}

export function deliveryOf(name: string): DeliveryRow {
  return { id: `inb_${name}`, hash: `hash-${name}`, source: "test" };
}

export function messageIntent(id: string, changes: Partial<IntentRow> = {}): IntentRow {
  return {
    id,
    stepKey: "run:send:1",
    part: id,
    kind: "message",
    provider: "twilio",
    channel: "sms",
    from: "+573000000001",
    to: "+573000000002",
    body: "hello",
    ...changes,
  };
}

export function leftEvent(nodeId: string): JournalEvent {
  const at = "2026-11-21T10:00:00.000Z";
  return { nodeId, stepKey: `run:${nodeId}:1`, kind: "left", port: "next", type: "core.test", at, ms: 1 };
}
