import { expect, test } from "vitest";
import { hookTrigger } from "../../engine/http/hook-body.ts";
import type { WebhookRequest } from "../../engine/plugin-api.ts";

function request(part: Partial<WebhookRequest>): WebhookRequest {
  return {
    method: "POST",
    url: "https://x.example/",
    params: {},
    query: {},
    headers: {},
    rawBody: Buffer.alloc(0),
    form: null,
    ...part,
  };
}

test("JSON is data", () => {
  const json = request({
    headers: { "content-type": "application/json" },
    rawBody: Buffer.from('{"sku":"pan"}'),
  });
  expect(hookTrigger(json).body).toEqual({ sku: "pan" });
});

test("a form is data, anything else text, nothing null", () => {
  expect(hookTrigger(request({ rawBody: Buffer.from("a=1"), form: { a: "1", b: ["2", "3"] } })).body).toEqual(
    { a: "1", b: ["2", "3"] },
  );
  expect(hookTrigger(request({ rawBody: Buffer.from("hola") })).body).toBe("hola");
  expect(hookTrigger(request({})).body).toBeNull();
});

test("what would let others act as the sender is left out", () => {
  const headers = { authorization: "Bearer t", cookie: "s=1", "proxy-authorization": "x", "x-shop": "7" };
  expect(hookTrigger(request({ headers, query: { q: ["a", "b"] } }))).toMatchObject({
    headers: { "x-shop": "7" },
    query: { q: ["a", "b"] },
  });
  expect(Object.keys(hookTrigger(request({ headers })).headers ?? {})).toEqual(["x-shop"]);
});

test("what cannot be kept is refused, whatever its type", () => {
  const malformed = expect.objectContaining({ code: "BODY_MALFORMED" });
  expect(() => hookTrigger(request({ rawBody: Buffer.from([65, 0, 66]) }))).toThrow(malformed);
  expect(() => hookTrigger(request({ query: { a: "\0" } }))).toThrow(malformed);
  const json = { headers: { "content-type": "application/json" }, rawBody: Buffer.from('{"__proto__":{}}') };
  expect(() => hookTrigger(request(json))).toThrow(malformed);
});
