import { afterAll, beforeAll, expect, test } from "vitest";
import { pruneKeptAnswers } from "../../engine/store/kept-answers.ts";
import { inspect } from "../support/database.ts";
import type { Answer } from "./api-client.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const PATH = "/api/v1/api-keys";
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const sql = (text: string) => inspect(api.engine.connection, text);
const make = (key: string, name: string, call = api.call) =>
  call("POST", PATH, { json: { name, scopes: ["runs:read"] }, headers: { "idempotency-key": key } });
const codeOf = ({ status, body }: Answer) => [status, body.error.code];

test("[S44] the same key and request get the same answer, and do nothing more", async () => {
  const first = await make("one", "Cajas");
  const again = await make("one", "Cajas");
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect([first.headers.get("idempotent-replayed"), again.headers.get("idempotent-replayed")]).toEqual([
    null,
    "true",
  ]);
  expect(again.headers.get("cache-control")).toBe("no-store");
  const { items } = (await api.call("GET", PATH)).body;
  expect(items.filter(({ name }: { name: string }) => name === "Cajas")).toHaveLength(1);
  expect(JSON.stringify(await sql("select * from kept_answers"))).not.toContain(first.body.key);
});

test("[S44] the same key for something else is refused", async () => {
  await make("two", "Cajas 2");
  expect(codeOf(await make("two", "Cajas 3"))).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  const elsewhere = await api.call("DELETE", `${PATH}/key_${"0".repeat(32)}`, {
    headers: { "idempotency-key": "two" },
  });
  expect(codeOf(elsewhere)).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
});

test("[S44] of many at once one is done", async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => make("three", "Cajas 4")));
  const made = answers.filter(({ status }) => status === 201);
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  for (const answer of answers.filter(({ status }) => status !== 201))
    expect(codeOf(answer)).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
});

test("[S44] a key is its caller's own", async () => {
  const other = await api.withScopes(["keys:write", "runs:read"]);
  const [mine, theirs] = [await make("four", "Cajas 5"), await make("four", "Cajas 6", other)];
  expect([mine.status, theirs.status]).toEqual([201, 201]);
  expect(mine.body.id).not.toBe(theirs.body.id);
});

test("[S44] a refusal is not kept: with what was missing the same key goes through", async () => {
  const unknown = `${PATH}/key_${"0".repeat(32)}/rotate`;
  const ask = () => api.call("POST", unknown, { json: {}, headers: { "idempotency-key": "five" } });
  expect(codeOf(await ask())).toEqual([404, "NOT_FOUND"]);
  expect((await make("five", "Cajas 7")).status).toBe(201);
});

test("[S44] after a day the key is free; what a dead process left is, after a minute", async () => {
  const first = await make("six", "Cajas 8");
  await sql("update kept_answers set created_at = now() - interval '25 hours' where key = 'six'");
  const later = await make("six", "Cajas 9");
  expect([later.status, later.body.id === first.body.id]).toEqual([201, false]);
  await sql("update kept_answers set answer = null where key = 'six'");
  expect(codeOf(await make("six", "Cajas 9"))).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  await sql("update kept_answers set created_at = now() - interval '2 minutes' where key = 'six'");
  expect((await make("six", "Cajas 9")).status).toBe(201);
});

test("[S44] answers of yesterday go", async () => {
  await make("seven", "Cajas 10");
  await sql("update kept_answers set created_at = now() - interval '25 hours' where key = 'seven'");
  expect(await pruneKeptAnswers(api.engine.app.runtime.db, 100)).toBe(1);
  expect(await sql("select key from kept_answers where key = 'seven'")).toEqual([]);
});

test.each(["", "x".repeat(256)])("[S44] a key of length %#, not 1 to 255, is refused", async (key) => {
  expect(codeOf(await make(key, "x"))).toEqual([422, "INPUT_INVALID"]);
});
