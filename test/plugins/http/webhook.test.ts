import { describe, expect, test } from "vitest";
import { createValidator } from "../../../engine/validator.ts";
import { httpAuth } from "../../../plugins/http/credentials.ts";
import webhook from "../../../plugins/http/triggers/webhook.ts";

const { violations } = createValidator();

describe("http.webhook", () => {
  test.each(["none", "basic", "bearer", "hmac"])("knows the check %s", (auth) => {
    expect(violations(webhook.params, { auth, credential: "crd_1", respond: "reply" })).toEqual([]);
  });

  test("gives the request as it came", () => {
    const given = {
      method: "POST",
      headers: { "x-id": "1" },
      query: { tag: ["a", "b"] },
      body: { stock: 2 },
    };
    expect(violations(webhook.gives, given)).toEqual([]);
    expect(violations(webhook.gives, { ...given, query: { tag: 1 } })).not.toEqual([]);
  });
});

describe("http.auth", () => {
  const ctx = { fetch: () => Promise.reject(new Error("There is nowhere to ask.")) };

  test.each([
    [{ type: "basic", username: "a", password: "b" }, true],
    [{ type: "bearer", token: "t" }, true],
    [{ type: "header", headerName: "X-Key", token: "t" }, true],
    [{ type: "hmac", secret: "s" }, true],
    [{ type: "basic", username: "a" }, false],
    [{ type: "header", token: "t" }, false],
    [{ type: "hmac" }, false],
    [{}, false],
  ])("%j is complete: %s", async (fields, ok) => {
    expect(await httpAuth.test(fields, ctx)).toMatchObject({ ok });
  });

  test("every secret is marked", () => {
    const marked = Object.entries(httpAuth.fields.properties).filter(
      ([, field]) => Reflect.get(field, "x-secret") === true,
    );
    expect(marked.map(([name]) => name)).toEqual(["password", "token", "secret"]);
  });
});
