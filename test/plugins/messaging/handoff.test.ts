import { expect, test } from "vitest";
import type { HandoffState } from "../../../engine/plugin-api.ts";
import { contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import handoff from "../../../plugins/messaging/nodes/handoff.ts";

const NOW = new Date("2026-11-21T15:00:00Z");
const ADDRESS = { channel: "whatsapp", number: "+576015550100", contact: "+573001112233" } as const;

const state = (more: Partial<HandoffState> = {}): HandoffState => ({
  conversationId: `cnv_${"0".repeat(32)}`,
  startedAt: "2026-11-21T14:00:00.000Z",
  until: "2026-11-21T16:00:00.000Z",
  outcome: null,
  endedAt: null,
  closedBy: null,
  assignedTo: "usr_1",
  messages: [{ direction: "inbound", body: "Hola", at: "2026-11-21T14:10:00.000Z" }],
  ...more,
});

test("gives the conversation of the run to a team, and sleeps until it is closed", async () => {
  const data = contextData({ conversation: ADDRESS });
  const result = await runNode(
    handoff,
    { team: "Reservas", note: "Cambio", timeoutMinutes: 30 },
    { data, now: NOW },
  );
  expect(data.handoffs).toEqual([
    { ...ADDRESS, team: "Reservas", note: "Cambio", until: new Date("2026-11-21T15:30:00Z") },
  ]);
  expect(result).toMatchObject({
    kind: "again",
    until: "2026-11-21T15:30:00.000Z",
    keys: ["step:run_1:node_1:1"],
    hears: true,
  });
});

test("has nothing to give where nobody wrote", async () => {
  await expect(runNode(handoff, {}, { data: contextData() })).rejects.toMatchObject({
    code: "PARAMS_INVALID",
  });
});

test("closed: by whom, how long, and what was said", async () => {
  const closed = state({ outcome: "closed", endedAt: "2026-11-21T14:20:00.000Z", closedBy: "usr_1" });
  const result = await runNode(handoff, {}, { data: contextData({ handoff: closed }), now: NOW });
  expect(result).toMatchObject({
    port: "closed",
    output: { closedBy: "usr_1", assignedTo: "usr_1", seconds: 1200, messages: [{ body: "Hola" }] },
  });
});

test("woken before its time it sleeps on; at its time it takes the conversation back", async () => {
  const early = await runNode(handoff, {}, { data: contextData({ handoff: state() }), now: NOW });
  expect(early).toMatchObject({ kind: "again", until: "2026-11-21T16:00:00.000Z" });
  const data = contextData({ handoff: state({ until: NOW.toISOString() }) });
  const late = await runNode(handoff, {}, { data, now: NOW });
  expect(late).toMatchObject({ port: "timeout", output: { seconds: 3600 } });
  expect(data.handoff?.outcome).toBe("timeout");
});
