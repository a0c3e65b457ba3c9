import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newDraft, STARTS } from "../../editor/flows/new-draft.ts";
import type { NodeType } from "../../editor/model/catalogue.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const flow: Flow = {
  schemaVersion: 1,
  key: "zz-espera",
  name: "Espera un 100 %",
  description: "Duerme una hora",
  settings: {},
  nodes: [
    { id: "inicio", type: "api.run", version: 1, position: { x: 0, y: 0 }, data: { params: {} } },
    {
      id: "dormir",
      type: "core.wait",
      version: 1,
      position: { x: 0, y: 120 },
      data: { params: { for: { amount: 1, unit: "hours" } } },
    },
  ],
  edges: [{ id: "e1", source: "inicio", sourceHandle: "next", target: "dormir" }],
};

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const found = async (search: string) =>
  (await api.call("GET", `/api/v1/flows?search=${encodeURIComponent(search)}`)).body.items;

describe("the list of flows", () => {
  test("says what a draft is for, what starts it, and whether it is what was published", async () => {
    await api.call("POST", "/api/v1/flows", { json: flow });
    const wanted = { key: flow.key, description: flow.description, starts: ["api.run"] };
    expect(await found("zz-espera")).toMatchObject([{ ...wanted, published: null, changed: true }]);
    await api.call("POST", `/api/v1/flows/${flow.key}/publish`, { json: {} });
    expect(await found("zz-espera")).toMatchObject([{ ...wanted, published: 1, changed: false }]);
    const revised = { ...flow, name: "Espera otro 100 %" };
    await api.call("PUT", `/api/v1/flows/${flow.key}`, { json: revised, headers: { "if-match": '"1"' } });
    expect(await found("zz-espera")).toMatchObject([{ published: 1, changed: true }]);
  });

  test("is searched in name, key and description, and takes every letter for itself", async () => {
    expect((await found("DUERME UNA HORA")).map(({ key }: Flow) => key)).toEqual([flow.key]);
    expect((await found("100 %")).map(({ key }: Flow) => key)).toEqual([flow.key]);
    expect(await found("100_%")).toEqual([]);
  });

  test("has beside it how many runs of each are under way", async () => {
    const activity = async () => {
      const { body } = await api.call("GET", "/api/v1/flow-activity");
      return body.items.find((item: { flow: string }) => item.flow === flow.key);
    };
    expect(await activity()).toBeUndefined();
    await api.call("POST", `/api/v1/flows/${flow.key}/runs`, { json: {} });
    await until("the run waits", async () => (await activity())?.waiting === 1);
    expect(await activity()).toEqual({ flow: flow.key, running: 0, waiting: 1 });
    const other = await api.otherTenant();
    expect((await other.call("GET", "/api/v1/flow-activity")).body.items).toEqual([]);
  });
});

test("what the editor begins with from any trigger is a draft without errors", async () => {
  const { items } = (await api.call("GET", "/api/v1/node-types")).body;
  const triggers: NodeType[] = items.filter(({ kind }: NodeType) => kind === "trigger");
  expect(triggers.map(({ type }) => type)).toEqual(expect.arrayContaining(Object.values(STARTS)));
  for (const trigger of triggers) {
    const draft = newDraft({ key: "nuevo", name: "Nuevo" }, trigger);
    const { body } = await api.call("POST", "/api/v1/flows/check", { json: draft });
    const errors = body.problems.filter(({ severity }: { severity: string }) => severity === "error");
    expect(errors, trigger.type).toEqual([]);
  }
});
