import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer, Call } from "./api-client.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
let other: Call;
let number = 0;

beforeAll(async () => {
  api = await startTestApi();
  other = (await api.otherTenant()).call;
});
afterAll(() => api.stop());

const phone = () => `+57311${String(1_000_000 + ++number)}`;
const make = (fields: object = {}) =>
  api.call("POST", "/api/v1/contacts", { json: { phone: phone(), ...fields } });
const problem = ({ status, body }: Answer) => [status, body.error.code];

describe("contacts", () => {
  test("are made, read, changed and found by phone or by the beginning of a name", async () => {
    const made = await make({ name: "Ana 100% Restrepo", locale: "es-CO", attributes: { vip: true } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "Ana 100% Restrepo",
      timezone: null,
      optedOut: [],
      attributes: { vip: true },
    });
    const { id, phone: of } = made.body;
    expect((await api.call("GET", `/api/v1/contacts/${id}`)).body).toEqual(made.body);
    const changed = await api.call("PATCH", `/api/v1/contacts/${id}`, {
      json: { timezone: "Europe/Madrid", locale: null },
    });
    expect(changed.body).toMatchObject({
      timezone: "Europe/Madrid",
      locale: null,
      name: "Ana 100% Restrepo",
    });
    const found = async (query: string) =>
      (await api.call("GET", `/api/v1/contacts?${query}`)).body.items.map((one: { id: string }) => one.id);
    expect(await found(`phone=${encodeURIComponent(of)}`)).toEqual([id]);
    expect(await found("name=ana%20100%25")).toEqual([id]);
    expect(await found("name=ana%20%25")).toEqual([]);
  });

  test("the same phone again changes the one that is there", async () => {
    const first = await make({ name: "Ana" });
    const again = await api.call("POST", "/api/v1/contacts", {
      json: { phone: first.body.phone, name: "Ana María" },
    });
    expect([again.status, again.body.id, again.body.name]).toEqual([200, first.body.id, "Ana María"]);
  });

  test("are listed in pages, newest first", async () => {
    for (let time = 0; time < 3; time++) await make();
    const first = await api.call("GET", "/api/v1/contacts?limit=2");
    const second = await api.call("GET", `/api/v1/contacts?limit=2&cursor=${first.body.nextCursor}`);
    const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...new Set(ids)].toSorted().reverse());
  });

  test("bad input is told, and what another tenant keeps is not there", async () => {
    expect(problem(await make({ phone: "300 123" }))).toEqual([422, "INPUT_INVALID"]);
    expect(problem(await make({ timezone: "Bogota" }))).toEqual([422, "INPUT_INVALID"]);
    const { body } = await make();
    for (const [method, json] of [["GET"], ["PATCH", { name: "x" }], ["DELETE"]] as const)
      expect(problem(await other(method, `/api/v1/contacts/${body.id}`, json ? { json } : {}))).toEqual([
        404,
        "NOT_FOUND",
      ]);
  });

  test("are forgotten; where they allowed something, that and the phone it is about stay", async () => {
    const [gone, kept] = [
      (await make({ name: "A" })).body.id,
      (await make({ name: "B", attributes: { a: 1 } })).body.id,
    ];
    const json = { channel: "sms", purposes: ["marketing"], state: "granted" };
    await api.call("POST", `/api/v1/contacts/${kept}/consents`, { json });
    for (const id of [gone, kept])
      expect((await api.call("DELETE", `/api/v1/contacts/${id}`)).status).toBe(204);
    expect(problem(await api.call("GET", `/api/v1/contacts/${gone}`))).toEqual([404, "NOT_FOUND"]);
    const left = await api.call("GET", `/api/v1/contacts/${kept}`);
    expect(left.body).toMatchObject({ name: null, attributes: {}, phone: expect.stringContaining("+57") });
  });
});

describe("consents", () => {
  const record = (id: string, json: object, headers = {}) =>
    api.call("POST", `/api/v1/contacts/${id}/consents`, { json, headers });
  const given = { channel: "whatsapp", purposes: ["marketing", "notice"], state: "granted", source: "form" };

  test("are added to, never changed, and listed newest first", async () => {
    const { id } = (await make()).body;
    const evidence = { form: "https://hotel.example/alta", ip: "203.0.113.7" };
    expect((await record(id, { ...given, evidence, at: "2026-11-01T10:00:00Z" })).body).toEqual({
      recorded: 2,
    });
    await record(id, { channel: "whatsapp", purposes: ["marketing"], state: "denied" });
    const { items } = (await api.call("GET", `/api/v1/contacts/${id}/consents`)).body;
    expect(items.map(({ purpose, state }: { purpose: string; state: string }) => [purpose, state])).toEqual([
      ["marketing", "denied"],
      ["notice", "granted"],
      ["marketing", "granted"],
    ]);
    expect(items[2]).toMatchObject({
      source: "form",
      evidence,
      at: "2026-11-01T10:00:00.000Z",
      actor: expect.stringMatching(/^key_/),
    });
    const page = await api.call("GET", `/api/v1/contacts/${id}/consents?limit=1`);
    expect(page.body.nextCursor).toBe(items[0].id);
  });

  test("the same key again records nothing more", async () => {
    const { id } = (await make()).body;
    const headers = { "idempotency-key": "form-17" };
    expect((await record(id, given, headers)).body).toEqual({ recorded: 2 });
    expect((await record(id, given, headers)).body).toEqual({ recorded: 0 });
  });

  test("[S4] nobody may rewrite them, not even the API's role in the database", async () => {
    const { id } = (await make()).body;
    await record(id, given);
    const { db } = api.engine.app;
    for (const change of ["update consents set state = 'denied'", "delete from consents"])
      await expect(db.asTenant(api.engine.tenantId, ({ sql }) => sql.raw(change))).rejects.toThrow(
        /permission denied/,
      );
  });

  test("bad input is told, and another tenant's contact is not there", async () => {
    const { id } = (await make()).body;
    expect(problem(await record(id, { ...given, purposes: ["spam"] }))).toEqual([422, "INPUT_INVALID"]);
    expect(problem(await record("con_nobody", given))).toEqual([404, "NOT_FOUND"]);
    expect(problem(await other("POST", `/api/v1/contacts/${id}/consents`, { json: given }))).toEqual([
      404,
      "NOT_FOUND",
    ]);
  });

  test("the whole ledger goes out as CSV that no spreadsheet takes for formulas", async () => {
    const made = (await make()).body;
    await record(made.id, { ...given, source: '=HYPERLINK("x")', evidence: { said: 'sí, "ofertas"' } });
    const { text, headers } = await api.call("GET", "/api/v1/consents/export");
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [head, ...lines] = text.split("\r\n");
    expect(head).toBe("id,at,contact,phone,user_id,channel,purpose,state,source,evidence,run,message,actor");
    const mine = lines.filter((line) => line.includes(made.id));
    expect(mine).toHaveLength(2);
    expect(mine[0]).toContain(`,${made.phone},,whatsapp,`);
    expect(mine[0]).toContain(`"'=HYPERLINK(""x"")"`);
    expect((await other("GET", "/api/v1/consents/export")).text).toBe(head);
  });
});
