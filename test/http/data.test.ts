import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pruneData, writeItem } from "../../engine/store/data-items.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.publish(
    flowOf(
      "counts",
      [
        ["api", "api.run"],
        ["look", "data.get", { table: "calls", key: "{{ trigger.input.who }}" }],
        [
          "count",
          "data.put",
          {
            table: "calls",
            key: "{{ trigger.input.who }}",
            mode: "increment",
            ttl: { amount: 1, unit: "days" },
          },
        ],
        ["first", "core.end", { outcome: "first", output: { count: "{{ steps.count }}" } }],
        [
          "again",
          "core.end",
          {
            outcome: "again",
            output: { before: "{{ steps.look.value }}", expires: "{{ steps.look.expiresAt }}" },
          },
        ],
      ],
      [
        ["api", "next", "look"],
        ["look", "missing", "count"],
        ["count", "next", "first"],
        ["look", "found", "again"],
      ],
    ),
  );
  await api.publish(
    flowOf("merges", [
      ["api", "api.run"],
      ["put", "data.put", { table: "calls", key: "text", mode: "merge", value: { a: 1 } }],
    ]),
  );
});
afterAll(() => api.stop());

const run = (flow: string, input: object) =>
  api.call("POST", `/api/v1/flows/${flow}/runs?wait=20`, { json: { input } });
const put = (path: string, json: object, headers = {}) =>
  api.call("PUT", `/api/v1/data/${path}`, { json, headers });
const get = (path: string) => api.call("GET", `/api/v1/data/${path}`);

describe("flows", () => {
  test("leave values for one another, and see when they expire", async () => {
    const first = await run("counts", { who: "+57300" });
    expect(first.body).toMatchObject({
      outcome: "first",
      output: { count: { value: 1, version: 1, created: true, written: true } },
    });
    const again = await run("counts", { who: "+57300" });
    expect(again.body).toMatchObject({ outcome: "again", output: { before: 1 } });
    const inMs = Date.parse(again.body.output.expires) - Date.now();
    expect(Math.round(inMs / 3_600_000)).toBe(24);
    expect((await get("calls/+57300")).body).toMatchObject({ key: "+57300", value: 1, version: 1 });
  });

  test("[A6] a value of another kind is the step's error", async () => {
    await put("calls/text", { value: "hello" });
    expect((await run("merges", {})).body).toMatchObject({ status: "failed", outcome: "DATA_TYPE_MISMATCH" });
  });

  test("[T14] the same step again counts once and hears the same; another counts", async () => {
    const { runtime } = api.engine.app;
    const write = (writer: string) =>
      runtime.db.asTenant(api.engine.tenantId, (scope) =>
        writeItem(scope, { table: "steps", key: "n", mode: "increment", value: 1, writer }),
      );
    const [first, ...same] = await Promise.all(["a", "a", "a"].map((step) => write(`run_1:${step}:1`)));
    expect(same).toEqual([first, first]);
    expect(await write("run_1:a:2")).toMatchObject({ value: 2, created: false });
    expect(await write("run_1:a:1")).toEqual(first);
    expect((await get("steps/n")).body).toMatchObject({ value: 2, version: 2 });
  });

  test("no increment is lost when many count at once", async () => {
    await Promise.all(Array.from({ length: 20 }, () => put("busy/n", { value: 1, mode: "increment" })));
    expect((await get("busy/n")).body).toMatchObject({ value: 20, version: 20 });
  });
});

describe("the API", () => {
  test("writes, reads, lists by prefix and page, and deletes", async () => {
    for (const key of ["a:1", "a:2", "a:3", "b:1", "ñ"])
      await put(`list/${encodeURIComponent(key)}`, { value: key });
    const page = await get("list?prefix=a:&limit=2");
    expect(page.body.items.map((item: { key: string }) => item.key)).toEqual(["a:1", "a:2"]);
    const rest = await get(`list?prefix=a:&limit=2&cursor=${page.body.nextCursor}`);
    expect([rest.body.items[0].key, rest.body.nextCursor]).toEqual(["a:3", null]);
    expect((await get(`list/${encodeURIComponent("ñ")}`)).body.value).toBe("ñ");
    expect((await api.call("DELETE", "/api/v1/data/list/a:1")).status).toBe(204);
    for (const method of ["GET", "DELETE"])
      expect((await api.call(method, "/api/v1/data/list/a:1")).body.error.code).toBe("NOT_FOUND");
  });

  test("puts only where nothing is, and repeats a request without counting it", async () => {
    const once = { value: "mine", mode: "put-if-absent" };
    expect((await put("once/k", once)).body).toMatchObject({ written: true, created: true });
    expect((await put("once/k", { ...once, value: "yours" })).body).toMatchObject({
      written: false,
      value: "mine",
    });
    const key = { "idempotency-key": "k1" };
    const first = await put("once/n", { value: 5, mode: "increment" }, key);
    expect((await put("once/n", { value: 5, mode: "increment" }, key)).body).toEqual(first.body);
  });

  test.each([
    ["a value that is too large", "t/k", { value: "x".repeat(70_000) }, "DATA_TOO_LARGE"],
    ["a sum with a text", "calls/text", { value: 1, mode: "increment" }, "DATA_TYPE_MISMATCH"],
    ["a mode nobody knows", "t/k", { value: 1, mode: "append" }, "INPUT_INVALID"],
    ["a table of another name", "T!/k", { value: 1 }, "NOT_FOUND"],
    ["a key that is too long", `t/${"k".repeat(300)}`, { value: 1 }, "NOT_FOUND"],
  ])("refuses %s", async (_what, path, json, code) => {
    await put("calls/text", { value: "hello" });
    expect((await put(path, json)).body.error.code).toBe(code);
  });

  test("keeps tenants apart", async () => {
    const { call } = await api.otherTenant();
    await put("calls/mine", { value: 1 });
    expect((await call("GET", "/api/v1/data/calls/mine")).status).toBe(404);
    expect((await call("GET", "/api/v1/data/calls")).body.items).toEqual([]);
  });
});

describe("[T10] what has expired", () => {
  const expire = (key: string) =>
    inspect(
      api.engine.connection,
      "update data_items set expires_at = now() - interval '1 second' where key = $1",
      [key],
    );

  test("is not there, counts from the start, and can be put again", async () => {
    await put("t/short", { value: 7, ttlSeconds: 60 });
    await expire("short");
    expect((await get("t/short")).status).toBe(404);
    expect((await get("t?prefix=short")).body.items).toEqual([]);
    const again = await put("t/short", { value: 1, mode: "increment" });
    expect(again.body).toMatchObject({ value: 1, version: 1, created: true });
    expect((await get("t/short")).body.expiresAt).toBeNull();
  });

  test("is deleted in the background, and what is kept stays", async () => {
    await put("t/gone", { value: 1, ttlSeconds: 60 });
    await put("t/stays", { value: 1, ttlSeconds: 60 });
    await expire("gone");
    await pruneData(api.engine.app.runtime.db, 100);
    const rows = await inspect(
      api.engine.connection,
      "select key from data_items where key in ('gone', 'stays')",
    );
    expect(rows).toEqual([{ key: "stays" }]);
  });

  test("a write keeps how long it was to be kept, unless it says otherwise", async () => {
    await put("t/ttl", { value: 1, ttlSeconds: 600 });
    await put("t/ttl", { value: 1, mode: "increment" });
    expect((await get("t/ttl")).body.expiresAt).not.toBeNull();
    await put("t/ttl", { value: 1, ttlSeconds: null });
    expect((await get("t/ttl")).body.expiresAt).toBeNull();
  });
});
