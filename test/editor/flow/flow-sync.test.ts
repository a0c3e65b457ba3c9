import { afterEach, expect, test, vi } from "vitest";
import { call } from "../../../editor/api/client.ts";
import type { FlowStore } from "../../../editor/flow/flow-store.ts";
import { FlowSync } from "../../../editor/flow/flow-sync.ts";

vi.mock("../../../editor/api/client.ts", () => ({
  call: vi.fn(() => Promise.reject(new Error("no connection"))),
  failureOf: () => ({ code: "OFFLINE", details: {} }),
  ofRevision: () => ({}),
}));

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("who left a flow without a connection saves once more and then never again", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("window", new EventTarget());
  const state = {
    key: "a",
    history: { document: {} },
    stored: { revision: 1 },
    saving: { kind: "unsaved" },
    set: (change: object) => Object.assign(state, change),
  };
  const store = { getState: () => state, subscribe: () => () => {} } as unknown as FlowStore;
  new FlowSync(store).stop();
  await vi.advanceTimersByTimeAsync(60_000);
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.saving.kind).toBe("offline");
  expect(call).toHaveBeenCalledTimes(1);
});
