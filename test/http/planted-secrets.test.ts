import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { createLog } from "../../engine/log.ts";
import { inspect } from "../support/database.ts";
import { apiClient } from "./api-client.ts";
import { openBrowser } from "./browser.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const masterKey = randomBytes(32);
const lines: string[] = [];
let api: TestApi;

beforeAll(async () => {
  const log = createLog("trace", { write: (line) => void lines.push(line) });
  api = await startTestApi({ log, config: { masterKey } });
});
afterAll(() => api.stop());

/** Every row of every table as text. */
async function dump(): Promise<string> {
  const sql = (text: string) => inspect<{ t: string }>(api.engine.connection, text);
  const tables = await sql(
    "select format('%I.%I', schemaname, tablename) as t from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  const rows = await Promise.all(tables.map(({ t }) => sql(`select x::text as t from ${t} x`)));
  return rows
    .flat()
    .map(({ t }) => t)
    .join("\n");
}

/** Does with secrets whatever can be done with them, well and badly. Gives each by its name. */
async function plant(): Promise<Readonly<Record<string, string>>> {
  const keys = "/api/v1/api-keys";
  const once = { "idempotency-key": "plant" };
  const made = await api.call("POST", keys, { json: { name: "x", scopes: ["*"] }, headers: once });
  const again = await api.call("POST", keys, { json: { name: "x", scopes: ["*"] }, headers: once });
  expect(again.body.key).toBe(made.body.key);
  const turned = await api.call("POST", `${keys}/${made.body.id}/rotate`, { json: {} });
  const call = apiClient(api.engine.url, turned.body.key);
  const embed = await call("POST", "/api/v1/embed-tokens", { json: { scopes: ["runs:read"] } });
  expect((await apiClient(api.engine.url, embed.body.token)("GET", "/api/v1/runs")).status).toBe(200);
  const store = await call("POST", "/api/v1/stores", {
    json: {
      name: "T",
      country: "CO",
      timezone: "America/Bogota",
      webhook: { url: "https://shop.example/in" },
    },
  });
  expect(store.status, store.text).toBe(201);
  const browser = openBrowser(api.engine.url);
  await browser.signIn(DEMO.signIn.email, "planted-wrong-password");
  await browser.signIn();
  const wrongKey = `ck_${randomBytes(32).toString("base64url")}`;
  await apiClient(api.engine.url, wrongKey)("GET", "/api/v1/me");
  await call("POST", "/api/v1/flows", {
    raw: `{"planted": "${wrongKey}"`,
    headers: { "content-type": "application/json" },
  });
  return {
    "a key": made.body.key,
    "a rotated key": turned.body.key,
    "the demo's key": api.engine.apiKey,
    "an embed token": embed.body.token,
    "a webhook's secret": store.body.webhook.secret,
    "a session": browser.cookie().split("=")[1] ?? "",
    "a wrong password": "planted-wrong-password",
    "a wrong key": wrongKey,
    "the master key": masterKey.toString("base64"),
    "the master key in hex": masterKey.toString("hex"),
  };
}

test("[S47] no secret is in a table or in the log, whatever was done with it", async () => {
  const secrets = await plant();
  const [tables, log] = [await dump(), lines.join("")];
  // They did look: what is no secret is there.
  expect(tables).toContain(api.engine.tenantId);
  expect(log).toContain("a request was refused");
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(15);
    expect(tables.includes(secret), `${name} is in a table`).toBe(false);
    expect(log.includes(secret), `${name} is in the log`).toBe(false);
  }
});
