import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthenticate } from "../../engine/http/authenticate.ts";
import { makeEmbedToken } from "../../engine/http/embed-token.ts";
import { createSafeFetch } from "../../engine/runtime/safe-fetch.ts";
import { createKeys } from "../../engine/runtime/sealing.ts";
import { inspect } from "../support/database.ts";
import { type Answer, apiClient, type Call } from "./api-client.ts";
import { openBrowser } from "./browser.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const PATH = "/api/v1/api-keys";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const withKey = (key: string) => apiClient(api.engine.url, key);
const make = (body: object, call: Call = api.call) => call("POST", PATH, { json: body });
const sql = (text: string, values: unknown[] = []) => inspect(api.engine.connection, text, values);
const codeOf = (answer: Answer) => [answer.status, answer.body?.error?.code];

describe("[S40] an API key", () => {
  test("is shown once; what is kept is its hash, and how it begins", async () => {
    const made = await make({ name: "ERP", scopes: ["runs:read"] });
    expect(made.status, made.text).toBe(201);
    const { key, id, hint } = made.body;
    expect(key).toMatch(/^ck_[\w-]{43}$/);
    expect(key.startsWith(hint) && hint.length < 12).toBe(true);
    expect(made.headers.get("cache-control")).toBe("no-store");
    const listed = await api.call("GET", PATH);
    expect(listed.body.items[0]).toMatchObject({ id, name: "ERP", status: "active", scopes: ["runs:read"] });
    expect(listed.text).not.toContain(key);
    expect(JSON.stringify(await sql("select * from api_keys"))).not.toContain(key);
  });

  test("opens what it names, and says when it was last used", async () => {
    const { body } = await make({ name: "reader", scopes: ["runs:read"] });
    const call = withKey(body.key);
    expect((await call("GET", "/api/v1/runs")).status).toBe(200);
    const refused = await call("GET", "/api/v1/flows");
    expect([codeOf(refused), refused.body.error.details]).toEqual([
      [403, "SCOPE_MISSING"],
      { scope: "flows:read" },
    ]);
    const { items } = (await api.call("GET", PATH)).body;
    expect(items.find(({ id }: { id: string }) => id === body.id).lastUsedAt).toMatch(/^\d{4}-.*Z$/);
  });

  test("gives nobody what its maker lacks", async () => {
    const few = await api.withScopes(["keys:write", "runs:read"]);
    expect(codeOf(await make({ name: "x", scopes: ["flows:write"] }, few))).toEqual([403, "SCOPE_MISSING"]);
    expect(codeOf(await make({ name: "x", scopes: ["*"] }, few))).toEqual([403, "SCOPE_MISSING"]);
    const strong = (await make({ name: "strong", scopes: ["flows:write"] })).body;
    expect(codeOf(await few("POST", `${PATH}/${strong.id}/rotate`, { json: {} }))).toEqual([
      403,
      "SCOPE_MISSING",
    ]);
    expect((await make({ name: "x", scopes: ["runs:read"] }, few)).status).toBe(201);
  });

  test.each([
    [{ name: "x", scopes: [] }],
    [{ name: "", scopes: ["runs:read"] }],
    [{ name: "x", scopes: ["runs:fly"] }],
    [{ name: "x", scopes: ["runs:read", "runs:read"] }],
    [{ name: "x", scopes: ["runs:read"], expiresAt: "2020-01-01" }],
    [{ name: "x", scopes: ["runs:read"], hash: "mine" }],
  ])("%j is no key to make", async (body) => {
    expect(codeOf(await make(body))).toEqual([422, "INPUT_INVALID"]);
  });

  test("ends at its end", async () => {
    const { body } = await make({ name: "short", scopes: ["*"], expiresAt: "2100-01-01" });
    await sql("update api_keys set expires_at = now() - interval '1 second' where id = $1", [body.id]);
    expect(codeOf(await withKey(body.key)("GET", "/api/v1/me"))).toEqual([401, "UNAUTHENTICATED"]);
    expect(codeOf(await api.call("POST", `${PATH}/${body.id}/rotate`, { json: {} }))).toEqual([
      409,
      "KEY_ENDED",
    ]);
  });

  test("is changed for another while both are good, then only the new one is", async () => {
    const { body } = await make({ name: "turning", scopes: ["runs:read"] });
    const turned = await api.call("POST", `${PATH}/${body.id}/rotate`, { json: { overlapHours: 1 } });
    expect(turned.status, turned.text).toBe(200);
    expect(turned.body.key).not.toBe(body.key);
    for (const key of [body.key, turned.body.key])
      expect((await withKey(key)("GET", "/api/v1/runs")).status).toBe(200);
    const { body: other } = await make({ name: "at once", scopes: ["runs:read"] });
    const atOnce = await api.call("POST", `${PATH}/${other.id}/rotate`, { json: { overlapHours: 0 } });
    expect((await withKey(other.key)("GET", "/api/v1/runs")).status).toBe(401);
    expect((await withKey(atOnce.body.key)("GET", "/api/v1/runs")).status).toBe(200);
  });

  test("that is revoked opens nothing more, nor does the one before it", async () => {
    const { body } = await make({ name: "gone", scopes: ["*"] });
    const { body: turned } = await api.call("POST", `${PATH}/${body.id}/rotate`, { json: {} });
    expect((await api.call("DELETE", `${PATH}/${body.id}`)).status).toBe(204);
    expect((await api.call("DELETE", `${PATH}/${body.id}`)).status).toBe(204);
    for (const key of [body.key, turned.key])
      expect((await withKey(key)("GET", "/api/v1/me")).status).toBe(401);
    const lines = (await api.call("GET", `/api/v1/audit?target=${body.id}`)).body.items;
    expect(lines.map(({ action }: { action: string }) => action)).toEqual([
      "api-key.revoke",
      "api-key.rotate",
      "api-key.create",
    ]);
    expect(JSON.stringify(lines)).not.toContain(turned.key);
  });

  test("of another tenant is not there", async () => {
    const { body } = await make({ name: "mine", scopes: ["*"] });
    const { call } = await api.otherTenant();
    expect(codeOf(await call("DELETE", `${PATH}/${body.id}`))).toEqual([404, "NOT_FOUND"]);
    expect(codeOf(await call("POST", `${PATH}/${body.id}/rotate`, { json: {} }))).toEqual([404, "NOT_FOUND"]);
    expect((await call("GET", PATH)).text).not.toContain(body.id);
  });

  test("is made by a person who may do everything, with everything", async () => {
    const browser = openBrowser(api.engine.url);
    await browser.signIn();
    const made = await browser.call("POST", PATH, { json: { name: "all", scopes: ["*"] } });
    expect(made.status, made.text).toBe(201);
    expect(made.body.createdBy).toMatch(/^usr_/);
  });

  test("lists by pages", async () => {
    const first = await api.call("GET", `${PATH}?limit=2`);
    const second = await api.call("GET", `${PATH}?limit=2&cursor=${first.body.nextCursor}`);
    const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });
});

describe("[S41] an embed token", () => {
  const token = async (call: Call, json: object) => call("POST", "/api/v1/embed-tokens", { json });

  test("does what it names and its key may, until its key ends", async () => {
    const { body: made } = await make({ name: "widgets", scopes: ["runs:read", "conversations:read"] });
    const call = withKey(made.key);
    const answer = await token(call, { scopes: ["runs:read"], user: "caja-3" });
    expect(answer.status, answer.text).toBe(201);
    const widget = withKey(answer.body.token);
    expect((await widget("GET", "/api/v1/runs")).status).toBe(200);
    expect(codeOf(await widget("GET", "/api/v1/conversations"))).toEqual([403, "SCOPE_MISSING"]);
    expect(codeOf(await token(widget, { scopes: ["runs:read"] }))).toEqual([403, "SCOPE_MISSING"]);
    expect(codeOf(await token(call, { scopes: ["flows:read"] }))).toEqual([403, "SCOPE_MISSING"]);
    await api.call("DELETE", `${PATH}/${made.id}`);
    const later = await token(api.call, { scopes: ["runs:read"] });
    expect((await withKey(later.body.token)("GET", "/api/v1/runs")).status).toBe(200);
  });

  test("ends with its key, its time, and any change", async () => {
    const { keys } = api.engine.app.runtime;
    const { body: made } = await make({ name: "widgets", scopes: ["runs:read"] });
    const claims = { tenantId: api.engine.tenantId, keyId: made.id, scopes: ["runs:read"], user: null };
    const good = await makeEmbedToken(keys, claims, 600);
    const [head = "", , mac = ""] = good.split(".");
    const stronger = Buffer.from(JSON.stringify({ tenant: claims.tenantId, sub: made.id, scope: "*" }));
    const foreign = await makeEmbedToken(createKeys(Buffer.alloc(32, 7)), claims, 600);
    const elsewhere = await makeEmbedToken(keys, { ...claims, tenantId: "ten_other" }, 600);
    const ended = await makeEmbedToken(keys, claims, -1);
    for (const bad of [
      ended,
      foreign,
      elsewhere,
      `${head}.${stronger.toString("base64url")}.${mac}`,
      `${head}..`,
    ])
      expect(codeOf(await withKey(bad)("GET", "/api/v1/runs")), bad).toEqual([401, "UNAUTHENTICATED"]);
    await api.call("DELETE", `${PATH}/${made.id}`);
    expect(codeOf(await withKey(good)("GET", "/api/v1/runs"))).toEqual([401, "UNAUTHENTICATED"]);
  });

  test.each([
    [{ scopes: ["keys:write"] }],
    [{ scopes: ["*"] }],
    [{ scopes: ["runs:read"], seconds: 86_400 }],
    [{}],
  ])("%j is none to make", async (body) => {
    expect(codeOf(await token(api.call, body))).toEqual([422, "INPUT_INVALID"]);
  });
});

describe("[S42] a token of a system of the tenant's own", () => {
  const issuer = "https://erp.example";
  let server: Server;
  let served: object[] = [];
  let asked = 0;
  let jwksUrl: string;

  beforeAll(async () => {
    server = createServer((_, response) => {
      asked += 1;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ keys: served }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  });
  afterAll(() => new Promise((done) => server.close(done)));

  const signer = async (kid: string) => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    served.push({ ...(await exportJWK(publicKey)), kid, alg: "ES256" });
    return (claims: { aud?: string; iss?: string; scope?: string; exp?: string | number; iat?: number }) => {
      const { aud = api.engine.tenantId, iss = issuer, exp = "5m", iat, ...rest } = claims;
      return new SignJWT({ ...rest, sub: "empleado-7" })
        .setProtectedHeader({ alg: "ES256", kid })
        .setIssuer(iss)
        .setAudience(aud)
        .setIssuedAt(iat)
        .setExpirationTime(exp)
        .sign(privateKey);
    };
  };

  test("is taken within its scopes while its issuer is trusted; keys are asked for rarely", async () => {
    served = [];
    const sign = await signer("one");
    const body = { name: "ERP", issuer, jwksUrl, scopes: ["runs:read", "flows:read"] };
    const made = await api.call("POST", "/api/v1/token-issuers", { json: body });
    expect(made.status, made.text).toBe(201);
    expect(made.body.audience).toBe(api.engine.tenantId);
    expect(codeOf(await api.call("POST", "/api/v1/token-issuers", { json: body }))).toEqual([
      409,
      "ISSUER_EXISTS",
    ]);
    const { runtime } = api.engine.app;
    const fetch = createSafeFetch({ allowedOrigins: [new URL(jwksUrl).origin] });
    const authenticate = createAuthenticate({ ...runtime, fetch: fetch.fetch }, async () => null);
    const of = (token: string) =>
      authenticate({ method: "GET", headers: { authorization: `Bearer ${token}` } });

    expect(await of(await sign({}))).toMatchObject({
      tenantId: api.engine.tenantId,
      scopes: ["runs:read", "flows:read"],
      by: `${made.body.id}/empleado-7`,
    });
    expect(await of(await sign({ scope: "runs:read keys:write" }))).toMatchObject({ scopes: ["runs:read"] });
    expect(asked).toBe(1);
    const now = Math.floor(Date.now() / 1000);
    const { tenantId: other } = await api.otherTenant();
    const bad = [
      await sign({ aud: other }),
      await sign({ aud: "ten_nobody" }),
      await sign({ iss: "https://else.example" }),
      await sign({ exp: now - 120 }),
      await sign({ iat: now - 2 * 86_400, exp: now + 600 }),
      `${(await sign({})).slice(0, -4)}AAAA`,
    ];
    for (const token of bad) await expect(of(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    // Whoever could have a public key taken for a shared secret could sign anything.
    const hmac = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256", kid: "one" })
      .setIssuer(issuer)
      .setAudience(api.engine.tenantId)
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(Buffer.from(JSON.stringify(served[0])));
    await expect(of(hmac)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    // Unknown keys make nobody ask again and again.
    const stranger = await signer("two");
    for (let n = 0; n < 5; n++) await of(await stranger({})).catch(() => undefined);
    expect(asked).toBe(1);
    expect((await api.call("DELETE", `/api/v1/token-issuers/${made.body.id}`)).status).toBe(204);
    await expect(of(await sign({}))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await fetch.close();
  });

  test("cannot be proven by an address inside our own house", async () => {
    served = [];
    const sign = await signer("inside");
    const body = { name: "inside", issuer: "https://inside.example", jwksUrl, scopes: ["runs:read"] };
    expect((await api.call("POST", "/api/v1/token-issuers", { json: body })).status).toBe(201);
    const before = asked;
    const answer = await withKey(await sign({ iss: "https://inside.example" }))("GET", "/api/v1/runs");
    expect([codeOf(answer), asked]).toEqual([[401, "UNAUTHENTICATED"], before]);
    expect((await api.call("GET", "/api/v1/token-issuers")).body.items).toMatchObject([{ name: "inside" }]);
    const unknown = `/api/v1/token-issuers/iss_${"0".repeat(32)}`;
    expect(codeOf(await api.call("DELETE", unknown))).toEqual([404, "NOT_FOUND"]);
  });
});
