import { createHmac } from "node:crypto";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../engine/errors.ts";
import { createApp } from "../../engine/http/app.ts";
import { NO_NEWS } from "../../engine/http/live/flow-changes.ts";
import { createMetrics } from "../../engine/metrics/metrics.ts";
import { definePlugin, defineWebhook, type WebhookRequest } from "../../engine/plugin-api.ts";
import { createRegistry } from "../../engine/registry.ts";
import { errorOf } from "./api-client.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

describe("a plugin's webhook", () => {
  const heard: WebhookRequest[] = [];
  let failure: AppError | null = null;
  let url = "";
  let close = () => {};

  beforeAll(async () => {
    const probe = defineWebhook({
      path: "probe/:kind/:id",
      methods: ["GET", "POST"],
      async verify(request) {
        heard.push(request);
        if (failure) throw failure;
        return { ok: request.headers["x-signed"] === "yes" };
      },
      parse: () => [],
      ack: { status: 201, headers: { "content-type": "text/xml" }, body: "<ok/>" },
    });
    const { runtime, engine, simulations } = api.engine.app;
    if (!simulations) throw new TypeError("nothing is served");
    const plugin = definePlugin({ id: "probe", title: { en: "Probe", es: "Sonda" }, webhooks: [probe] });
    const registry = createRegistry([plugin], runtime.validator.compile);
    const app = createApp({
      runtime: { ...runtime, registry },
      engine,
      examples: [],
      simulations,
      news: NO_NEWS,
      metrics: createMetrics({ db: runtime.db, inFlight: () => 0 }),
      ready: async () => ({ ready: false, parts: { database: false } }),
      version: "1.2.3",
      editorFolder: "",
      demoSignIn: false,
      trustedProxies: [],
    });
    const server = app.listen(0);
    await new Promise((resolve) => server.once("listening", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = () => server.close();
  });
  afterAll(() => close());

  const send = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { headers: { "x-signed": "yes" }, ...init });

  test("hears the request as it came, at its public address", async () => {
    const body = "From=%2B573001234567&MediaUrl=a&MediaUrl=b&Body=hola+Ana&Empty=";
    const headers = {
      "x-signed": "yes",
      "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
      "X-Twilio-Signature": "s=",
    };
    const answer = await send("/hooks/probe/status/eff_1%20x?n=1&n=2&q=", { method: "POST", body, headers });
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      201,
      "text/xml",
      "<ok/>",
    ]);
    const request = heard.at(-1);
    expect(request).toMatchObject({
      method: "POST",
      url: `${api.engine.url}/hooks/probe/status/eff_1%20x?n=1&n=2&q=`,
      params: { kind: "status", id: "eff_1 x" },
      query: { n: ["1", "2"], q: "" },
      form: { From: "+573001234567", MediaUrl: ["a", "b"], Body: "hola Ana", Empty: "" },
    });
    expect(request?.headers["x-twilio-signature"]).toBe("s=");
    expect(request?.rawBody.toString()).toBe(body);
  });

  test("gets other bodies untouched", async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 123]);
    await send("/hooks/probe/a/b", {
      method: "POST",
      body: bytes,
      headers: { "x-signed": "yes", "content-type": "application/json" },
    });
    expect(heard.at(-1)?.rawBody).toEqual(bytes);
    expect(heard.at(-1)?.form).toBeNull();
    await send("/hooks/probe/a/b");
    expect(heard.at(-1)).toMatchObject({ method: "GET", rawBody: Buffer.alloc(0) });
  });

  test("refuses a wrong signature, and counts it by path", async () => {
    const answer = await fetch(`${url}/hooks/probe/a/b`, { method: "POST" });
    expect([answer.status, (await errorOf(answer)).code]).toEqual([403, "SIGNATURE_INVALID"]);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'centralita_refused_signatures_total{webhook="probe/:kind/:id"} 1\n',
    );
  });

  test("asks the vendor to come again when the database is away", async () => {
    failure = new AppError("DATABASE_UNAVAILABLE", "The database does not answer.");
    const answer = await send("/hooks/probe/a/b", { method: "POST" });
    failure = null;
    expect([answer.status, answer.headers.get("retry-after") !== null]).toEqual([503, true]);
  });

  test("takes 3 MiB and no more", async () => {
    const full = await send("/hooks/probe/a/b", { method: "POST", body: Buffer.alloc(3 * 1024 * 1024) });
    expect(full.status).toBe(201);
    const more = await send("/hooks/probe/a/b", { method: "POST", body: Buffer.alloc(3 * 1024 * 1024 + 1) });
    expect([more.status, (await errorOf(more)).code]).toEqual([413, "BODY_TOO_LARGE"]);
  });

  test("is not reached by other methods or half a path", async () => {
    for (const [method, path] of [
      ["PUT", "/hooks/probe/a/b"],
      ["POST", "/hooks/probe/a"],
    ] as const) {
      expect((await send(path, { method })).status, path).toBe(404);
    }
  });

  test("health: alive, but not ready", async () => {
    const live = await fetch(`${url}/healthz`);
    expect([live.status, await live.json()]).toEqual([200, { status: "ok", version: "1.2.3" }]);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { ready: false, parts: { database: false, running: true } },
    ]);
  });
});

describe("Meta's webhook", () => {
  const secret = "demo-app-secret";
  const sign = (body: string) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const post = (body: string, signature: string) =>
    api.anonymous("POST", "/hooks/meta", {
      raw: body,
      headers: { "content-type": "application/json", "x-hub-signature-256": signature },
    });

  test("the handshake echoes the challenge to whoever knows the word", async () => {
    const ask = (token: string) =>
      api.anonymous(
        "GET",
        `/hooks/meta?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1158201444`,
      );
    expect(await ask("demo-verify-token")).toMatchObject({ status: 200, text: "1158201444" });
    expect((await ask("wrong")).status).toBe(403);
  });

  test("the signature is checked on the very bytes", async () => {
    const body = JSON.stringify({ object: "whatsapp_business_account", entry: [] });
    expect((await post(body, sign(body))).status).toBe(200);
    expect((await post(`${body} `, sign(body))).status).toBe(403);
    const odd = '{"object":"page"}';
    expect((await post(odd, sign(odd))).status).toBe(400);
  });
});
