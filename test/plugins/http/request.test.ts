import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  AppError,
  type FetchAnswer,
  type FetchInit,
  type GuardedFetch,
  type JsonObject,
} from "../../../engine/plugin-api.ts";
import { contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import request from "../../../plugins/http/nodes/request.ts";

const URL = "https://erp.example/customers";

/** A server that keeps what it got. */
function server(answer: Partial<FetchAnswer> | Error = {}) {
  const got: { url: string; init: FetchInit }[] = [];
  const fetch: GuardedFetch = async (url, init = {}) => {
    got.push({ url, init });
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, text: "", ...answer };
  };
  return { got, fetch };
}

const failed = (phase: string) => new AppError("FETCH_FAILED", "It failed", { phase });
const json = { "content-type": "application/json; charset=utf-8" };

describe("how it leaves", () => {
  test.each([
    [200, "success"],
    [204, "success"],
    [304, "success"],
    [400, "client_error"],
    [404, "client_error"],
    [500, "server_error"],
    [503, "server_error"],
  ])("status %i leaves by %s", async (status, port) => {
    const { fetch } = server({ status, headers: json, text: '{"a":[1]}' });
    const output = { status, headers: json, body: { a: [1] }, text: '{"a":[1]}' };
    expect(await runNode(request, { url: URL }, { fetch })).toEqual({ kind: "next", port, output });
  });

  test.each([
    [json, "{broken", null],
    [{ "content-type": "text/html" }, '{"a":1}', null],
    [{ "content-type": "application/problem+json" }, '{"a":1}', { a: 1 }],
    [{}, "[1]", [1]],
    [{}, "plain", null],
  ])("an answer %j %j has the body %j", async (headers, text, body) => {
    const { fetch } = server({ headers, text });
    expect(await runNode(request, { url: URL }, { fetch })).toMatchObject({ output: { body, text } });
  });

  test("no answer in time leaves by timeout; what was only read is not in doubt", async () => {
    const { fetch } = server(failed("timeout"));
    expect(await runNode(request, { url: URL }, { fetch })).toMatchObject({
      port: "timeout",
      output: { inDoubt: false },
    });
  });

  test.each([failed("connect"), failed("sent"), new AppError("FETCH_BLOCKED", "private")])(
    "%s is the step's error",
    async (error) => {
      await expect(runNode(request, { url: URL }, server(error))).rejects.toBe(error);
    },
  );
});

describe("what is sent", () => {
  const sent = async (params: JsonObject, credentials: Record<string, JsonObject> = {}) => {
    const { got, fetch } = server();
    await runNode(request, { url: URL, ...params }, { fetch, data: contextData({ credentials }) });
    const [first] = got;
    if (first === undefined) throw new Error("Nothing was sent.");
    return {
      url: first.url,
      method: first.init.method,
      headers: first.init.headers ?? {},
      body: first.init.body,
      timeoutMs: first.init.timeoutMs,
    };
  };

  test("a query is added; lists repeat, empty values are left out", async () => {
    const { url } = await sent({
      url: `${URL}?a=1`,
      query: { name: "Ana & Co", tag: ["x", "y"], none: "", missing: null, n: 3 },
    });
    expect(url).toBe(`${URL}?a=1&name=Ana+%26+Co&tag=x&tag=y&n=3`);
  });

  test.each([
    [{ kind: "json", json: { a: 1 } }, "application/json", '{"a":1}'],
    [
      { kind: "form", fields: { a: "1 2", b: ["x", "y"] } },
      "application/x-www-form-urlencoded",
      "a=1+2&b=x&b=y",
    ],
    [{ kind: "text", text: "hola" }, "text/plain; charset=utf-8", "hola"],
  ])("a body %j is %s %s", async (body, type, text) => {
    expect(await sent({ method: "POST", body })).toMatchObject({
      headers: { "content-type": type },
      body: text,
    });
  });

  test("a multipart form has the same boundary again in a repeated step", async () => {
    const params = { method: "POST", body: { kind: "multipart", fields: { 'a"b': "1", c: "á" } } };
    const first = await sent(params);
    const boundary = /boundary=(\w+)/.exec(String(first.headers["content-type"]))?.[1];
    expect(first.body).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="a%22b"\r\n\r\n1\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="c"\r\n\r\ná\r\n--${boundary}--\r\n`,
    );
    expect(await sent(params)).toEqual(first);
  });

  test("no body, no content type; the default limit is ten seconds", async () => {
    expect(await sent({})).toMatchObject({ method: "GET", headers: {}, body: undefined, timeoutMs: 10_000 });
    expect((await sent({ timeoutMs: 500 })).timeoutMs).toBe(500);
  });

  test.each([
    [{ type: "basic", username: "ana", password: "s" }, { authorization: "Basic YW5hOnM=" }],
    [{ type: "bearer", token: "t" }, { authorization: "Bearer t" }],
    [{ type: "header", headerName: "X-Key", token: "t" }, { "x-key": "t" }],
    [
      { type: "hmac", secret: "k" },
      { "x-signature-256": `sha256=${createHmac("sha256", "k").update("hola").digest("hex")}` },
    ],
  ])("a credential %j shows %j", async (fields, headers) => {
    const params = { method: "POST", auth: "crd_1", body: { kind: "text", text: "hola" } };
    expect((await sent(params, { "http.auth": fields })).headers).toMatchObject(headers);
  });

  test("the author's own header stands before a derived one", async () => {
    const { headers } = await sent({
      method: "POST",
      headers: { "Content-Type": "application/vnd.x+json" },
      body: { kind: "json", json: {} },
    });
    expect(headers["content-type"]).toBe("application/vnd.x+json");
  });

  test.each([
    { url: "not an address" },
    { url: "ftp://erp.example" },
    { url: URL, body: { kind: "text", text: "x" } },
  ])("refuses %j", async (params) => {
    await expect(runNode(request, params, server())).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  });

  test("refuses a credential that lacks what its kind needs", async () => {
    await expect(sent({ auth: "crd_1" }, { "http.auth": { type: "bearer" } })).rejects.toMatchObject({
      code: "CREDENTIAL_MISSING",
    });
  });
});

describe("requests that change something", () => {
  test.each(["POST", "PUT", "PATCH", "DELETE"])(
    "%s goes out once, with an idempotency key",
    async (method) => {
      const data = contextData();
      const { got, fetch } = server({ status: 201, headers: json, text: '{"id":7}' });
      const result = await runNode(request, { method, url: `${URL}?secret=1` }, { data, fetch });
      expect(result).toMatchObject({ port: "success", output: { status: 201, body: { id: 7 } } });
      expect(data.effects).toEqual([
        { part: "request", intent: { kind: "http", provider: "http", to: URL, details: { method } } },
      ]);
      expect(got[0]?.init.headers).toEqual({ "idempotency-key": "eff_run_1:node_1:1_request" });
    },
  );

  test("a POST marked safe to repeat is no effect", async () => {
    const data = contextData();
    await runNode(request, { method: "POST", url: URL, repeatable: true }, { data, fetch: server().fetch });
    expect(data.effects).toEqual([]);
  });

  test("what the effect remembers is given again without asking again", async () => {
    const data = contextData({
      outcomes: {
        request: {
          state: "accepted",
          ref: "eff_1",
          status: "delivered",
          data: { status: 409, headers: json, text: '{"a":1}' },
        },
      },
    });
    const { got, fetch } = server();
    expect(await runNode(request, { method: "POST", url: URL }, { data, fetch })).toMatchObject({
      port: "client_error",
      output: { status: 409, headers: json, body: { a: 1 } },
    });
    expect(got).toEqual([]);
  });

  test("a request nobody knows the end of leaves by timeout, in doubt", async () => {
    const data = contextData({ outcomes: { request: { state: "unresolved", effectId: "eff_1" } } });
    expect(await runNode(request, { method: "POST", url: URL }, { data })).toMatchObject({
      port: "timeout",
      output: { inDoubt: true },
    });
  });

  test.each([
    ["connect", "FETCH_FAILED"],
    ["sent", "EFFECT_IN_DOUBT"],
    ["timeout", "EFFECT_IN_DOUBT"],
  ])("failing in phase %s is told to the engine as %s", async (phase, code) => {
    const { fetch } = server(failed(phase));
    await expect(runNode(request, { method: "POST", url: URL }, { fetch })).rejects.toMatchObject({ code });
  });
});
