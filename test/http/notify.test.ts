import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspect } from "../support/database.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
let people = 0;
beforeAll(async () => {
  api = await startTestApi();
  await settings({});
});
afterAll(() => api.stop());

async function settings(some: object): Promise<void> {
  const all = JSON.stringify({ quietHours: null, ...some });
  await inspect(api.engine.connection, "update tenants set settings = $2 where id = $1", [
    api.engine.tenantId,
    all,
  ]);
  api.engine.app.runtime.directory.forget(api.engine.tenantId);
}

function newPerson(): string {
  people += 1;
  return `+57300911${String(people).padStart(4, "0")}`;
}

const READY = { module: "pos", template: "pos-order-ready" };
let values: Record<string, string>;
beforeAll(async () => {
  const { items } = (await api.call("GET", "/api/v1/modules")).body;
  const pos = items.find(({ module }: { module: string }) => module === "pos");
  const ready = pos.templates.find(({ key }: { key: string }) => key === READY.template);
  values = Object.fromEntries(
    ready.variables.map(({ name, example }: { name: string; example: string }) => [name, example]),
  );
});

const notify = (json: object, headers: Record<string, string> = {}, call = api.call) =>
  call("POST", "/api/v1/notify", { json, headers });
const countRuns = async () =>
  (await inspect(api.engine.connection, "select 1 from runs where tenant_id = $1", [api.engine.tenantId]))
    .length;
const sentTo = (to: string) =>
  api.engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === to);

describe("a notice", () => {
  test("of a module goes out as it is: WhatsApp has not approved it, so by SMS", async () => {
    const to = newPerson();
    const order = { ...READY, to, variables: values, channels: ["whatsapp", "sms"], recordId: "P-9" };
    const { status, body, text } = await notify(order);
    expect(status, text).toBe(202);
    expect(body).toMatchObject({
      runId: expect.stringMatching(/^run_/),
      messageId: expect.stringMatching(/^msg_/),
      channel: "sms",
    });
    expect(sentTo(to)).toMatchObject([
      { channel: "sms", body: expect.stringContaining(values.nombre ?? "") },
    ]);
    const { items } = (await api.call("GET", "/api/v1/messages?module=pos&recordId=P-9")).body;
    expect(items).toMatchObject([{ id: body.messageId, template: READY.template, channel: "sms" }]);
    const run = (await api.call("GET", `/api/v1/runs/${body.runId}`)).body;
    expect(run.credits).toEqual({ sms: items[0].units });
  });

  test("is the tenant's own where there is one of this key, in the language that is asked for", async () => {
    await inspect(
      api.engine.connection,
      `insert into templates (id, tenant_id, key, locale, category, body, variables)
         values ('tpl_own', $1, 'pos-order-ready', 'es', 'utility', 'Ya está, {{ quien }}', '{quien}')`,
      [api.engine.tenantId],
    );
    api.engine.app.runtime.directory.forget(api.engine.tenantId);
    const to = newPerson();
    const { status, text } = await notify({ ...READY, to, variables: { quien: "Ana" }, channels: ["sms"] });
    expect(status, text).toBe(202);
    expect(sentTo(to).map(({ body }) => body)).toEqual(["Ya está, Ana"]);
    await inspect(api.engine.connection, "delete from templates where id = 'tpl_own'");
    api.engine.app.runtime.directory.forget(api.engine.tenantId);
    const english = newPerson();
    await notify({ ...READY, to: english, variables: values, channels: ["sms"], locale: "en" });
    expect(sentTo(english)[0]?.body).toMatch(/^Hi /);
  });

  test("[D2] is sent once for one key, and refused where the key was used for another", async () => {
    const to = newPerson();
    const order = { ...READY, to, variables: values, idempotencyKey: "n-1" };
    const [first, again] = [await notify(order), await notify(order)];
    expect(again.body.messageId).toBe(first.body.messageId);
    expect(sentTo(to)).toHaveLength(1);
    const other = await notify({ ...order, to: newPerson() });
    expect([other.status, other.body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  });
});

describe("a notice is refused", () => {
  test.each([
    [{ variables: {} }, "TEMPLATE_INVALID", "has no value for nombre"],
    [{ values: { extra: "x" } }, "TEMPLATE_INVALID", "no place for extra"],
    [{ values: { nombre: "N".repeat(1_100) } }, "TEMPLATE_INVALID", "expected at most 1024"],
    [{ values: { nombre: "  " } }, "TEMPLATE_INVALID", "no value for nombre"],
    [{ template: "pos-nothing" }, "TEMPLATE_MISSING", "expected one of pos-order-"],
    [{ template: "gym-class-reminder" }, "TEMPLATE_MISSING", "has no notice"],
    [{ module: "shop", template: "what" }, "TEMPLATE_MISSING", "expected the key of a template of yours"],
    [{ storeId: "sto_nowhere" }, "STORE_MISSING", "sto_nowhere"],
    [{ to: "300" }, "INPUT_INVALID", "/to"],
    [{ colour: "red" }, "INPUT_INVALID", "colour"],
  ])("before anything is held: %j", async (change, code, words) => {
    const { values: other = {}, ...rest }: { values?: object } = { values: {}, ...change };
    const to = newPerson();
    const before = await countRuns();
    const { status, body } = await notify({ ...READY, to, variables: { ...values, ...other }, ...rest });
    expect([status, body.error.code]).toEqual([422, code]);
    expect(JSON.stringify(body.error)).toContain(words);
    expect(await countRuns()).toBe(before);
    expect(sentTo(to)).toEqual([]);
  });

  test("by the rules of every message: consent, quiet hours, credits", async () => {
    const campaign = {
      module: "crm",
      template: "crm-campaign",
      to: newPerson(),
      variables: { nombre: "Ana", oferta: "pan", vence: "hoy", enlace: "https://sol.example/r" },
    };
    await settings({ consent: { marketing: "require" } });
    const marketing = await notify(campaign);
    expect([marketing.status, marketing.body.error.code]).toEqual([409, "OPTED_OUT"]);
    expect(marketing.body.error.message).toContain("No consta su consentimiento");
    await settings({ quietHours: { from: "00:00", to: "24:00" } });
    const customer = { module: "crm", template: "crm-customer-notice", to: newPerson() };
    const quiet = await notify({ ...customer, variables: { nombre: "Ana", mensaje: "hola" } });
    expect([quiet.status, quiet.body.error.code]).toEqual([409, "QUIET_HOURS"]);
    await settings({});
    await inspect(api.engine.connection, "update credit_accounts set balance = 0 where meter = 'sms'");
    const spent = await notify({
      ...customer,
      channels: ["sms"],
      variables: { nombre: "Ana", mensaje: "x" },
    });
    expect([spent.status, spent.body.error.code]).toEqual([402, "INSUFFICIENT_CREDITS"]);
  });

  test("to whose key may not send", async () => {
    const reader = await api.withScopes(["messages:read"]);
    expect((await notify({ ...READY, to: newPerson(), variables: values }, {}, reader)).status).toBe(403);
  });
});
