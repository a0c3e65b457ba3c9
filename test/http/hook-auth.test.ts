import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { isAuthentic } from "../../engine/http/hook-auth.ts";
import type { WebhookRequest } from "../../engine/plugin-api.ts";

const rawBody = Buffer.from('{"stock": 3}');

function request(headers: Record<string, string>, body = rawBody): WebhookRequest {
  return {
    method: "POST",
    url: "https://x.example/hooks/in/k",
    params: {},
    query: {},
    headers,
    rawBody: body,
    form: null,
  };
}

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
const signature = (secret: string, body = rawBody) =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

test("basic: name and password, which may hold a colon", () => {
  const credential = { type: "basic", username: "erp", password: "s:3cret" };
  expect(isAuthentic("basic", request(basic("erp:s:3cret")), credential)).toBe(true);
  expect(isAuthentic("basic", request(basic("erp:other")), credential)).toBe(false);
  expect(isAuthentic("basic", request(basic("")), credential)).toBe(false);
  expect(isAuthentic("basic", request({}), credential)).toBe(false);
});

test("bearer: the very token", () => {
  const credential = { type: "bearer", token: "t0ken" };
  expect(isAuthentic("bearer", request({ authorization: "Bearer t0ken" }), credential)).toBe(true);
  expect(isAuthentic("bearer", request({ authorization: "bearer t0ken" }), credential)).toBe(true);
  expect(isAuthentic("bearer", request({ authorization: "Bearer t0ke" }), credential)).toBe(false);
  expect(isAuthentic("bearer", request({ authorization: "Basic t0ken" }), credential)).toBe(false);
});

test("hmac: over the body as it came, in the default or a named header", () => {
  const credential = { type: "hmac", secret: "k" };
  expect(isAuthentic("hmac", request({ "x-signature-256": signature("k") }), credential)).toBe(true);
  expect(isAuthentic("hmac", request({ "x-signature-256": signature("other") }), credential)).toBe(false);
  expect(
    isAuthentic(
      "hmac",
      request({ "x-signature-256": signature("k") }, Buffer.from('{"stock":3}')),
      credential,
    ),
  ).toBe(false);
  expect(isAuthentic("hmac", request({}), credential)).toBe(false);
  const named = { ...credential, headerName: "X-Hub-Signature-256" };
  expect(isAuthentic("hmac", request({ "x-hub-signature-256": signature("k") }), named)).toBe(true);
  expect(isAuthentic("hmac", request({ "x-signature-256": signature("k") }), named)).toBe(false);
});

test("an empty secret or a credential of another kind lets nobody in", () => {
  expect(
    isAuthentic("hmac", request({ "x-signature-256": signature("") }), { type: "hmac", secret: "" }),
  ).toBe(false);
  expect(isAuthentic("basic", request(basic("erp:")), { type: "basic", username: "erp", password: "" })).toBe(
    false,
  );
  expect(isAuthentic("bearer", request({ authorization: "Bearer x" }), { type: "bearer" })).toBe(false);
  expect(
    isAuthentic("bearer", request({ authorization: "Bearer x" }), {
      type: "header",
      headerName: "x",
      token: "x",
    }),
  ).toBe(false);
});
