import { expect, test } from "vitest";
import { awaitTaken } from "../../engine/http/await-run.ts";
import type { EngineFunction } from "../../engine/store/database.ts";

const ANSWER = { status: 200, headers: {}, body: '{"sent":true}' };
const RUN_ID = "run_1";
const DELIVERY_ID = "dlv_1";

/** A database in which the run answers and ends, in one commit, between the first thing that is read and the second. */
function endsAfterTheFirstRead() {
  let reads = 0;
  const read = (name: EngineFunction) => {
    const over = reads++ > 0;
    return name === "engine_answer"
      ? { runId: RUN_ID, tenant: "ten_1", answer: over ? ANSWER : null }
      : { id: RUN_ID, status: over ? "succeeded" : "running", state: { outcome: over ? OUTCOME : null } };
  };
  return {
    call: async <T>(name: EngineFunction) => read(name) as T,
    rows: () => Promise.reject(new Error("nothing lists")),
    asTenant: () => Promise.reject(new Error("nothing is read behind the wall")),
    isReachable: async () => true,
    pools: () => [],
    close: async () => undefined,
  };
}
const OUTCOME = { name: "completed", output: {} };

test("[A9] a caller who looks while the run ends hears the flow's answer, not the bare outcome", async () => {
  const db = endsAfterTheFirstRead();
  const exchanges = {
    answererOf: () => ({ answer: () => ANSWER }),
    publish: () => undefined,
    wait: async () => null,
  };
  const taken = {
    kind: "duplicate",
    runId: RUN_ID,
    deliveryId: DELIVERY_ID,
    fingerprint: null,
    answered: async () => null,
  } as const;
  const result = await awaitTaken({ db, exchanges }, taken, Date.now() + 10_000);
  expect(result).toEqual({ kind: "answered", runId: RUN_ID, answer: ANSWER });
});
