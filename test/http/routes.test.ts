import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp, routesOf } from "../../engine/http/app.ts";
import { EDITOR_PAGES } from "../../engine/http/editor-files.ts";
import { NO_NEWS } from "../../engine/http/live/flow-changes.ts";
import { ROLES } from "../../engine/http/roles.ts";
import type { Route } from "../../engine/http/route.ts";
import { ANY_KEY, ANY_PERSON, SCOPES } from "../../engine/http/scopes.ts";
import { createMetrics } from "../../engine/metrics/metrics.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
let routes: readonly Route[];

beforeAll(async () => {
  api = await startTestApi();
  const { webhooks, others } = routesOf(dependencies());
  routes = [...webhooks, ...others];
});
afterAll(() => api.stop());

function dependencies() {
  const { runtime, engine, simulations } = api.engine.app;
  if (!simulations) throw new TypeError("nothing is served");
  const ready = async () => ({ ready: true, parts: {} });
  const site = { editorFolder: "", demoSignIn: true, trustedProxies: [] };
  const parts = { runtime, engine, simulations, news: NO_NEWS, examples: [] };
  const metrics = createMetrics({ db: runtime.db, inFlight: () => 0 });
  return { ...parts, ready, metrics, version: "0.0.0", ...site };
}

test("every route express knows is declared, and says who may use it", () => {
  const layers = createApp(dependencies()).router.stack;
  const known = layers.flatMap(({ route }) =>
    route ? route.stack.map(({ method }) => `${method} ${route.path}`) : [],
  );
  expect(known.toSorted()).toEqual(routes.map((route) => `${route.method} ${route.path}`).toSorted());
  expect(known.length).toBeGreaterThan(30);
});

test("a scope is one of the list, and who needs none says why", () => {
  for (const route of routes) {
    if ("scope" in route) expect([...SCOPES, ANY_KEY, ANY_PERSON], route.id).toContain(route.scope);
    else expect(route.public.length, route.id).toBeGreaterThan(10);
  }
});

test("what a route asks for, somebody's role gives", () => {
  const given = new Set<string>(Object.values(ROLES).flat());
  const asked = routes.flatMap((route) => ("scope" in route ? [route.scope] : []));
  const open = [ANY_KEY, ANY_PERSON] as readonly string[];
  expect(asked.filter((scope) => !open.includes(scope) && !given.has(scope))).toEqual([]);
});

test("every role may do what the one below it may, and none more than there is", () => {
  const ladder = [ROLES.viewer, ROLES.agent, ROLES.editor, ROLES.admin, ROLES.owner] as const;
  for (const [index, scopes] of ladder.entries()) {
    const below: readonly string[] = ladder[index - 1] ?? [];
    expect(scopes).toEqual(expect.arrayContaining([...below]));
    expect(SCOPES).toEqual(expect.arrayContaining([...scopes]));
  }
  expect(ROLES.viewer.filter((scope) => !scope.endsWith(":read"))).toEqual([]);
});

test("only health, documentation, signing in, the editor, links and what vendors or strangers call is public", () => {
  const open = routes.filter((route) => !("scope" in route)).map((route) => route.path);
  const expected =
    /^\/(hooks\/.+|t\/:code|media\/:id|healthz|readyz|metrics|api\/openapi\.json|api\/docs|api\/v1\/auth\/login|)$/;
  const editor = ["/assets/:file", ...EDITOR_PAGES.map((page) => `/${page}{/*below}`)];
  const aliases = [
    "/api/integrations/twilio/incoming-message",
    "/api/integrations/twilio/status-callback",
    "/api/integrations/twilio/voice/incoming",
    "/api/whatsapp/webhook",
    "/webhook/whatsapp",
  ];
  const others = open.filter((path) => !expected.test(path) && !editor.includes(path));
  expect([...new Set(others)].toSorted()).toEqual(aliases);
});

test("without a key every other route is closed, before anything is read", async () => {
  for (const route of routes.filter((candidate) => "scope" in candidate)) {
    const path = route.path.replaceAll(/:\w+/g, "x");
    const answer = await api.anonymous(route.method.toUpperCase(), path, {
      raw: route.method === "get" ? undefined : "{",
    } as object);
    expect([answer.status, answer.body?.error.code], route.id).toEqual([401, "UNAUTHENTICATED"]);
    expect(answer.headers.get("www-authenticate"), route.id).toBe("Bearer");
  }
});

test("with a key of no scopes every other route is closed but the one about the key", async () => {
  const call = await api.withScopes([]);
  for (const route of routes) {
    if (!("scope" in route)) continue;
    const answer = await call(route.method.toUpperCase(), route.path.replaceAll(/:\w+/g, "x"));
    if (route.scope === ANY_KEY) expect(answer.status, route.id).toBe(200);
    else expect([answer.status, answer.body.error.details], route.id).toEqual([403, { scope: route.scope }]);
  }
});

test("a key opens what its scopes name, and nothing beside", async () => {
  const reader = await api.withScopes(["flows:read"]);
  expect((await reader("GET", "/api/v1/flows")).status).toBe(200);
  expect((await reader("GET", "/api/v1/runs")).status).toBe(403);
  const me = await reader("GET", "/api/v1/me");
  expect(me.body).toMatchObject({ scopes: ["flows:read"], tenant: { id: api.engine.tenantId } });
});

test.each(["Bearer wrong", "Basic abc", "Bearer ", "Bearer a b", "ck_x"])(
  "%j is no key",
  async (authorization) => {
    const answer = await api.anonymous("GET", "/api/v1/me", { headers: { authorization } });
    expect([answer.status, answer.body.error.code]).toEqual([401, "UNAUTHENTICATED"]);
  },
);

test("what is not there is NOT_FOUND in the envelope, whatever the method", async () => {
  for (const [method, path] of [
    ["GET", "/api/v1/nothing"],
    ["DELETE", "/hooks/meta"],
    ["PATCH", "/api/v1/flows"],
  ] as const) {
    const answer = await api.call(method, path);
    expect([answer.status, answer.body.error.code], path).toEqual([404, "NOT_FOUND"]);
    expect(answer.body.error.requestId).toBe(answer.headers.get("x-request-id"));
  }
});

test("answers carry the headers that keep browsers out of trouble, and no name of the server", async () => {
  const { headers } = await api.call("GET", "/api/v1/me");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.has("x-powered-by")).toBe(false);
});
