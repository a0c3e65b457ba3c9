import { expect } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { hashApiKey, newApiKey } from "../../engine/http/key-secret.ts";
import { newId } from "../../engine/ids.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { apiClient, type Call } from "./api-client.ts";

export interface TestApi {
  readonly engine: TestEngine;
  /** As the demo tenant, who may do everything. */
  readonly call: Call;
  /** As nobody. */
  readonly anonymous: Call;
  /** With a new key of these scopes. */
  withScopes(scopes: readonly string[], tenantId?: string): Promise<Call>;
  /** A second tenant, and its key for everything. */
  otherTenant(status?: "active" | "suspended"): Promise<{ readonly tenantId: string; readonly call: Call }>;
  /** Creates and publishes a flow over the API. Gives the address of its generic webhook, without the host. */
  publish(flow: Flow, call?: Call): Promise<string>;
  stop(): Promise<void>;
}

/** The whole engine with a client for its API. */
export async function startTestApi(options: Parameters<typeof buildEngine>[0] = {}): Promise<TestApi> {
  const engine = await buildEngine(options);
  const call = apiClient(engine.url, engine.apiKey);
  const withScopes = async (scopes: readonly string[], tenantId = engine.tenantId) => {
    const key = newApiKey();
    const values = [newId("apiKey"), tenantId, "test", hashApiKey(key), scopes];
    await inspect(
      engine.connection,
      "insert into api_keys (id, tenant_id, name, hash, scopes) values ($1, $2, $3, $4, $5)",
      values,
    );
    return apiClient(engine.url, key);
  };
  return {
    engine,
    call,
    anonymous: apiClient(engine.url, null),
    withScopes,
    async otherTenant(status = "active") {
      const tenantId = newId("tenant");
      const sql =
        "insert into tenants (id, name, country, timezone, locale, status) values ($1, 'Otra', 'ES', 'Europe/Madrid', 'es', $2)";
      await inspect(engine.connection, sql, [tenantId, status]);
      return { tenantId, call: await withScopes(["*"], tenantId) };
    },
    async publish(flow, by = call) {
      const created = await by("POST", "/api/v1/flows", { json: flow });
      expect(created.status, created.text).toBe(201);
      const published = await by("POST", `/api/v1/flows/${flow.key}/publish`, { json: {} });
      expect(published.status, published.text).toBe(201);
      return new URL(created.body.hookUrl).pathname;
    },
    stop: engine.stop,
  };
}
