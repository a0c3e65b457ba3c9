import type { RunLine, RunMessage, RunRecord } from "../../../editor/runs/run-record.ts";
import type { Flow } from "../../../engine/core/flow.ts";
import { flowOf } from "../../support/small-flow.ts";

const BEGAN = Date.parse("2026-11-28T10:00:00.000Z");

/** So many seconds into the run. */
export function at(seconds: number): string {
  return new Date(BEGAN + seconds * 1000).toISOString();
}

export function line(nodeId: string, seconds: number, rest: Partial<RunLine> = {}): RunLine {
  const stepKey = `run_1:${nodeId}:1`;
  return { nodeId, stepKey, type: "core.set", kind: "left", at: at(seconds), ms: 10, ...rest };
}

export function message(id: string, seconds: number, rest: Partial<RunMessage> = {}): RunMessage {
  return {
    id,
    direction: "outbound",
    channel: "whatsapp",
    contact: "+573001112233",
    number: "+576015550100",
    body: "Hola",
    status: "delivered",
    error: null,
    ref: null,
    effectId: null,
    units: 1,
    simulated: true,
    createdAt: at(seconds),
    ...rest,
  };
}

export function run(rest: Partial<RunRecord> = {}): RunRecord {
  return {
    id: "run_1",
    flow: "reminder",
    status: "waiting",
    trigger: "api.run",
    contact: "+573001112233",
    contactName: null,
    startedAt: at(0),
    endedAt: null,
    wakeAt: null,
    pausedAt: null,
    parentRunId: null,
    parentStep: null,
    branch: null,
    node: "ask",
    version: 1,
    outcome: null,
    retryOf: null,
    input: {},
    progress: null,
    vars: {},
    journal: "kept",
    steps: [],
    effects: [],
    waits: [],
    messages: [],
    credits: {},
    charges: [],
    children: [],
    ...rest,
  };
}

/** Tells somebody, and asks until they answer. */
export const REMINDER: Flow = flowOf(
  "reminder",
  [
    ["start", "api.run"],
    ["tell", "messaging.send", { text: "Hola" }],
    ["ask", "twilio.gather", { prompt: { text: "Hola {{ vars.name }}, ¿viene {{ steps.tell.day }}?" } }],
    ["done", "core.end"],
  ],
  [
    ["start", "next", "tell"],
    ["tell", "sent", "ask"],
    ["ask", "digits", "done"],
    ["ask", "timeout", "ask"],
  ],
);

/** Sent a message, waited ten seconds for its receipt, and waits for an answer. */
export function waitingRun(rest: Partial<RunRecord> = {}): RunRecord {
  const effect = {
    id: "eff_1",
    stepKey: "run_1:tell:1",
    part: "whatsapp",
    kind: "message",
    provider: "twilio",
    simulated: true,
    channel: "whatsapp",
    to: "+573001112233",
    state: "accepted",
    status: "delivered",
    ref: null,
    outcome: null,
    attempts: 1,
    createdAt: at(1),
    settledAt: at(2),
  };
  return run({
    steps: [
      line("tell", 1, { type: "messaging.send", kind: "again" }),
      line("tell", 11, { type: "messaging.send", port: "sent", output: { day: "mañana" } }),
      line("ask", 12, { type: "twilio.gather", kind: "slept" }),
    ],
    effects: [effect, { ...effect, id: "eff_2", kind: "lookup", channel: null }],
    messages: [
      message("msg_1", 1, { effectId: "eff_1" }),
      message("msg_2", 11.5, { direction: "inbound", body: "¿Quién es?", status: "received" }),
    ],
    charges: [
      { meter: "whatsapp", units: 2, effectId: "eff_1", stepKey: "run_1:tell:1", at: at(11) },
      { meter: "whatsapp", units: -1, effectId: "eff_1", stepKey: "run_1:tell:1", at: at(11) },
    ],
    ...rest,
  });
}
