import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashOf } from "../../engine/http/canonical-json.ts";
import { chain, greeting, silent } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const create = (key: string) => api.call("POST", "/api/v1/flows", { json: greeting(key) });
const put = (key: string, revision: string | null, document: unknown) =>
  api.call("PUT", `/api/v1/flows/${key}`, {
    json: document,
    headers: revision === null ? {} : { "if-match": revision },
  });

describe("drafts", () => {
  test("one is created, read back whole and listed", async () => {
    const created = await create("made");
    expect([created.status, created.headers.get("etag"), created.body.problems]).toEqual([201, '"1"', []]);
    const read = await api.call("GET", "/api/v1/flows/made");
    expect([read.status, read.headers.get("etag"), read.body.draft]).toEqual([200, '"1"', greeting("made")]);
    expect(read.body).toMatchObject({
      revision: 1,
      published: null,
      hookUrl: expect.stringContaining(`${api.engine.url}/hooks/in/`),
    });
    const listed = await api.call("GET", "/api/v1/flows?limit=200");
    expect(listed.body.items.map((flow: { key: string }) => flow.key)).toContain("made");
  });

  test("a key is taken once", async () => {
    await create("taken");
    const again = await create("taken");
    expect([again.status, again.body.error.code]).toEqual([409, "REVISION_CONFLICT"]);
  });

  test("a save names the revision it was made from", async () => {
    await create("saved");
    const missing = await put("saved", null, greeting("saved"));
    expect([missing.status, missing.body.error.code]).toEqual([428, "PRECONDITION_REQUIRED"]);
    const odd = await put("saved", "x", greeting("saved"));
    expect([odd.status, odd.body.error.code]).toEqual([422, "INPUT_INVALID"]);
    const first = await put("saved", '"1"', { ...greeting("saved"), name: "Mine" });
    expect([first.status, first.headers.get("etag"), first.body.name]).toEqual([200, '"2"', "Mine"]);
    const stale = await put("saved", '"1"', { ...greeting("saved"), name: "Theirs" });
    expect([stale.status, stale.body.error.code, stale.body.error.details]).toEqual([
      409,
      "REVISION_CONFLICT",
      { revision: 2 },
    ]);
    expect((await api.call("GET", "/api/v1/flows/saved")).body.name).toBe("Mine");
    const absent = await put("absent", '"1"', greeting("absent"));
    expect([absent.status, absent.body.error.code]).toEqual([404, "NOT_FOUND"]);
  });

  test("two saves of the same revision: one wins", async () => {
    await create("raced");
    const statuses = await Promise.all(
      [1, 2, 3, 4].map(
        async (n) => (await put("raced", "1", { ...greeting("raced"), name: `n${n}` })).status,
      ),
    );
    expect(statuses.toSorted()).toEqual([200, 409, 409, 409]);
  });

  test("an unfinished draft is kept, and what is wrong with it is told", async () => {
    await create("unfinished");
    const document = chain("unfinished", ["api", "api.run"], ["odd", "core.unheard-of"]);
    const saved = await put("unfinished", "1", document);
    expect(saved.status).toBe(200);
    expect(saved.body.problems).toContainEqual(expect.objectContaining({ nodeId: "odd", severity: "error" }));
    const refused = await api.call("POST", "/api/v1/flows/unfinished/publish", { json: {} });
    expect([refused.status, refused.body.error.code]).toEqual([422, "FLOW_INVALID"]);
    expect(refused.body.error.details.problems).toContainEqual(expect.objectContaining({ nodeId: "odd" }));
  });

  test("what is no flow document at all is refused with the places", async () => {
    const { nodes: _nodes, ...headless } = greeting("headless");
    const refused = await api.call("POST", "/api/v1/flows", { json: { ...headless, extra: 1 } });
    expect([refused.status, refused.body.error.code]).toEqual([422, "INPUT_INVALID"]);
    const paths = refused.body.error.details.violations.map((violation: { path: string }) => violation.path);
    expect(paths.toSorted()).toEqual(["/extra", "/nodes"]);
  });

  test("a flow keeps its key", async () => {
    await create("mine");
    const refused = await put("mine", "1", greeting("yours"));
    expect([refused.status, refused.body.error.code]).toEqual([422, "INPUT_INVALID"]);
  });

  test("one that was never published can be deleted, another cannot", async () => {
    await create("scrap");
    expect((await api.call("DELETE", "/api/v1/flows/scrap")).status).toBe(204);
    expect((await api.call("GET", "/api/v1/flows/scrap")).status).toBe(404);
    expect((await api.call("DELETE", "/api/v1/flows/scrap")).status).toBe(404);
    await api.publish(greeting("kept"));
    const refused = await api.call("DELETE", "/api/v1/flows/kept");
    expect([refused.status, refused.body.error.details]).toEqual([409, { published: 1 }]);
  });

  test("lists page by cursor, each flow once", async () => {
    const { call } = await api.otherTenant();
    for (const key of ["a", "b", "c", "d", "e"]) await call("POST", "/api/v1/flows", { json: greeting(key) });
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await call("GET", `/api/v1/flows?limit=2${cursor ? `&cursor=${cursor}` : ""}`);
      seen.push(...page.body.items.map((flow: { key: string }) => flow.key));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("a query no text can hold is refused before it is read", async () => {
    const refused = await api.call("GET", "/api/v1/flows?cursor=%00");
    expect([refused.status, refused.body.error.code]).toEqual([400, "BODY_MALFORMED"]);
  });
  test.each(["limit=0", "limit=201", "limit=x", "limit=1&limit=2", "statsu=1"])(
    "the query %s is refused",
    async (query) => {
      const refused = await api.call("GET", `/api/v1/flows?${query}`);
      expect([refused.status, refused.body.error.code]).toEqual([422, "INPUT_INVALID"]);
    },
  );
});

describe("check", () => {
  test("says what is wrong with any document, in the caller's language", async () => {
    const document = chain("odd", ["api", "api.run"], ["odd", "core.unheard-of"]);
    const check = async (language: string) =>
      (
        await api.call("POST", "/api/v1/flows/check", {
          json: document,
          headers: { "accept-language": language },
        })
      ).body.problems;
    const [english, spanish] = [await check("en"), await check("es-CO")];
    expect(english.map((problem: { code: string }) => problem.code)).toEqual(
      spanish.map((problem: { code: string }) => problem.code),
    );
    expect(english[0].message).not.toBe(spanish[0].message);
  });

  test.each([[], null, "x", 3, { nodes: {} }])("%j is no flow, and no reason to fail", async (document) => {
    const answer = await api.call("POST", "/api/v1/flows/check", { json: document });
    expect(answer.status).toBe(200);
    expect(answer.body.problems.length).toBeGreaterThan(0);
  });

  test("a document that is wrong everywhere is told so in a thousand places, not in a million", async () => {
    const nodes = Array.from({ length: 50_000 }, () => ({}));
    const checked = await api.call("POST", "/api/v1/flows/check", { json: { ...greeting("vast"), nodes } });
    expect([checked.status, checked.body.problems.length]).toEqual([200, 1000]);
    const refused = await api.call("POST", "/api/v1/flows", { json: { ...greeting("vast"), nodes } });
    expect([refused.status, refused.body.error.details.violations]).toEqual([
      422,
      [{ path: "/nodes", message: "must have at most 2000 entries, not 50000" }],
    ]);
  });

  test("the example flows have no errors", async () => {
    const { items } = (await api.call("GET", "/api/v1/flows?limit=200")).body;
    const examples = items.filter(
      (flow: { published: number | null; name: string }) =>
        flow.published !== null && !flow.name.startsWith("Test "),
    );
    expect(examples.length).toBeGreaterThan(0);
    for (const { key } of examples) {
      const { draft } = (await api.call("GET", `/api/v1/flows/${key}`)).body;
      const { problems } = (await api.call("POST", "/api/v1/flows/check", { json: draft })).body;
      expect(
        problems.filter((problem: { severity: string }) => problem.severity === "error"),
        key,
      ).toEqual([]);
    }
  });
});

describe("versions", () => {
  test("publishing freezes the draft under the next number", async () => {
    await create("grown");
    const first = await api.call("POST", "/api/v1/flows/grown/publish", { json: { note: "the first" } });
    expect([first.status, first.body.version]).toEqual([
      201,
      expect.objectContaining({ number: 1, note: "the first", hash: hashOf(greeting("grown")) }),
    ]);
    const next = { ...silent("grown"), name: "Second" };
    await put("grown", "1", next);
    await api.call("POST", "/api/v1/flows/grown/publish", { json: {} });
    const { body } = await api.call("GET", "/api/v1/flows/grown/versions");
    expect(body.items.map((version: { number: number }) => version.number)).toEqual([2, 1]);
    expect((await api.call("GET", "/api/v1/flows/grown/versions/1")).body.document).toEqual(
      greeting("grown"),
    );
    expect((await api.call("GET", "/api/v1/flows/grown")).body).toMatchObject({ published: 2, revision: 2 });
  });

  test("an old version becomes the draft again, as a new revision, and nothing is published by that", async () => {
    await api.publish(greeting("restored"));
    await put("restored", "1", silent("restored"));
    const stale = await api.call("POST", "/api/v1/flows/restored/versions/1/restore", {
      headers: { "if-match": "1" },
    });
    expect([stale.status, stale.body.error.code]).toEqual([409, "REVISION_CONFLICT"]);
    const restored = await api.call("POST", "/api/v1/flows/restored/versions/1/restore");
    expect([restored.status, restored.headers.get("etag"), restored.body.draft]).toEqual([
      200,
      '"3"',
      greeting("restored"),
    ]);
    expect(restored.body.published).toBe(1);
  });

  test("publishing can insist on a revision", async () => {
    await create("insisted");
    const refused = await api.call("POST", "/api/v1/flows/insisted/publish", {
      json: {},
      headers: { "if-match": "7" },
    });
    expect([refused.status, refused.body.error.code]).toEqual([409, "REVISION_CONFLICT"]);
  });

  test.each(["0", "99", "x", "1.5", "99999999999"])("version %s is not there", async (number) => {
    await create(`v${number.replaceAll(/\W/g, "")}`);
    const answer = await api.call("GET", `/api/v1/flows/v${number.replaceAll(/\W/g, "")}/versions/${number}`);
    expect([answer.status, answer.body.error.code]).toEqual([404, "NOT_FOUND"]);
  });
});

test("another tenant's flows are not there", async () => {
  await api.publish(greeting("secret"));
  const { call } = await api.otherTenant();
  const requests: readonly [string, string, unknown?][] = [
    ["GET", "/api/v1/flows/secret"],
    ["PUT", "/api/v1/flows/secret", greeting("secret")],
    ["DELETE", "/api/v1/flows/secret"],
    ["POST", "/api/v1/flows/secret/publish", {}],
    ["GET", "/api/v1/flows/secret/versions"],
    ["GET", "/api/v1/flows/secret/versions/1"],
    ["POST", "/api/v1/flows/secret/versions/1/restore"],
    ["POST", "/api/v1/flows/secret/runs", {}],
  ];
  for (const [method, path, json] of requests) {
    const answer = await call(method, path, { headers: { "if-match": "1" }, ...(json ? { json } : {}) });
    expect([answer.status, answer.body.error.code], `${method} ${path}`).toEqual([404, "NOT_FOUND"]);
  }
  expect((await call("GET", "/api/v1/flows")).body.items).toEqual([]);
  // The same key is free for somebody else.
  expect((await call("POST", "/api/v1/flows", { json: greeting("secret") })).status).toBe(201);
});

test("bodies: not JSON, too large, of another type, with dangerous keys", async () => {
  const post = (raw: string, type = "application/json") =>
    api.call("POST", "/api/v1/flows/check", { raw, headers: { "content-type": type } });
  const codeOf = async (answer: ReturnType<typeof post>) => [
    (await answer).status,
    (await answer).body.error.code,
  ];
  expect(await codeOf(post("{"))).toEqual([400, "BODY_MALFORMED"]);
  expect(await codeOf(post("{}", "text/plain"))).toEqual([400, "BODY_MALFORMED"]);
  expect(await codeOf(post('{"a":{"__proto__":{}}}'))).toEqual([400, "BODY_MALFORMED"]);
  expect(await codeOf(post(`"${"x".repeat(1024 * 1024)}"`))).toEqual([413, "BODY_TOO_LARGE"]);
  expect((await post(`"${"x".repeat(1024 * 1024 - 2)}"`)).status).toBe(200);
});
