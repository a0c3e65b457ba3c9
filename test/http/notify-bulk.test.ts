import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pruneLists } from "../../engine/store/recipient-lists.ts";
import { inspect } from "../support/database.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
let people = 0;
beforeAll(async () => {
  api = await startTestApi();
  const settings = JSON.stringify({ quietHours: null, consent: { marketing: "require" } });
  await db("update tenants set settings = $2 where id = $1", [api.engine.tenantId, settings]);
  await db("update numbers set pace_per_second = 1000 where tenant_id = $1", [api.engine.tenantId]);
  api.engine.app.runtime.directory.forget(api.engine.tenantId);
});
afterAll(() => api.stop());

const db = <T extends object>(sql: string, values: readonly unknown[] = []) =>
  inspect<T>(api.engine.connection, sql, values);
const NOTICE = { module: "crm", template: "crm-customer-notice", channels: ["sms"], locale: "es" };

function newPeople(count: number): string[] {
  people += count;
  return Array.from({ length: count }, (_, index) => `+5730177${String(people - index).padStart(5, "0")}`);
}

const notifyMany = (json: object, headers: Record<string, string> = {}, call = api.call) =>
  call("POST", "/api/v1/notify/bulk", { json: { ...NOTICE, ...json }, headers });
const ended = (runId: string) =>
  until("the end of the bulk", async () => {
    const { body } = await api.call("GET", `/api/v1/runs/${runId}`);
    return body.endedAt === null ? null : body;
  });
const textsTo = (phone: string) =>
  api.engine.twilio
    .ledger()
    .filter(({ kind, to }) => kind === "message" && to === phone)
    .map(({ body }) => body);

async function upload(name: string, type: string, text: string, call = api): Promise<Answer> {
  const answer = await fetch(`${call.engine.url}/api/v1/lists?name=${name}`, {
    method: "POST",
    headers: { "content-type": type, authorization: `Bearer ${api.engine.apiKey}` },
    body: text,
  });
  return { status: answer.status, body: await answer.json() };
}
interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer of the API, as a test reads it
  readonly body: any;
}

describe("a notice to many", () => {
  test("[E12] goes to each of a JSON list once, with what is said of each and of all", async () => {
    const [ana = "", luis = "", eva = ""] = newPeople(3);
    const recipients = [
      { phone: ana, nombre: "Ana" },
      { to: luis, variables: { nombre: "Luis", mensaje: "cerramos" } },
      { phone: ana, nombre: "Otra" },
      { phone: "nobody", nombre: "N" },
      { phone: eva, nombre: "{{ 7 }}" },
    ];
    const { status, body, text } = await notifyMany({ recipients, variables: { mensaje: "abrimos" } });
    expect(status, text).toBe(202);
    expect(body.list).toMatchObject({
      recipients: 3,
      duplicates: 1,
      invalid: 1,
      invalidFirst: [{ line: 4, value: "nobody" }],
    });
    const run = await ended(body.runId);
    expect(run.outcome).toMatchObject({
      name: "done",
      output: { total: 5, sent: 3, failed: 1, duplicates: 1, remaining: 0, reasons: { invalid_number: 1 } },
    });
    expect([textsTo(ana), textsTo(luis), textsTo(eva)]).toEqual([
      ["Hola Ana, le informamos: abrimos. Quedamos atentos."],
      ["Hola Luis, le informamos: cerramos. Quedamos atentos."],
      ["Hola {{ 7 }}, le informamos: abrimos. Quedamos atentos."],
    ]);
  });

  test("goes to each of a CSV text, whose lines may be quoted", async () => {
    const [ana = "", luis = ""] = newPeople(2);
    const csv = `Nombre;Teléfono;mensaje\r\n"Ana; la de arriba";${ana};"dice ""hola"""\r\n\r\nLuis;${luis};x\r\n`;
    const { body, text } = await notifyMany({ csv });
    expect(body.list, text).toMatchObject({ recipients: 2, invalid: 0 });
    await ended(body.runId);
    expect(textsTo(ana)).toEqual(['Hola Ana; la de arriba, le informamos: dice "hola". Quedamos atentos.']);
  });

  test("[D2] the same key starts nothing again; for another list it is refused", async () => {
    const recipients = newPeople(2).map((phone) => ({ phone, nombre: "A", mensaje: "b" }));
    const order = { recipients, idempotencyKey: "bulk-1" };
    const [first, again] = [await notifyMany(order), await notifyMany(order)];
    expect(again.body).toEqual(first.body);
    await ended(first.body.runId);
    expect(recipients.map(({ phone }) => textsTo(phone).length)).toEqual([1, 1]);
    const other = await notifyMany({ ...order, recipients: recipients.slice(1) });
    expect([other.status, other.body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  });

  test("[B7, L2] goes to the contacts there are who may be written to", async () => {
    const [ana = "", luis = "", eva = "", out = ""] = newPeople(4);
    for (const [phone, name, club] of [
      [ana, "Ana", "oro"],
      [luis, "Luis", "plata"],
      [eva, "Eva", "oro"],
      [out, "Otto", "oro"],
    ] as const) {
      const made = await api.call("POST", "/api/v1/contacts", {
        json: { phone, name, attributes: { club } },
      });
      expect(made.status, made.text).toBe(201);
      if (phone === eva) continue;
      const line = { channel: "sms", purposes: ["marketing"], state: "granted", source: "form" };
      const agreed = await api.call("POST", `/api/v1/contacts/${made.body.id}/consents`, { json: line });
      expect(agreed.status, agreed.text).toBeLessThan(300);
    }
    await db("update contacts set opt_outs = '{sms}' where phone = $1", [out]);
    const campaign = { template: "crm-campaign", contacts: { attributes: { club: "oro" } } };
    const variables = { oferta: "pan", vence: "viernes", enlace: "https://sol.example/r" };
    const { body, text } = await notifyMany({ ...campaign, variables });
    expect(body.list, text).toBeNull();
    const run = await ended(body.runId);
    expect(run.outcome.output).toMatchObject({ total: 1, sent: 1 });
    expect([ana, luis, eva, out].map((phone) => textsTo(phone).length)).toEqual([1, 0, 0, 0]);
    expect(textsTo(ana)[0]).toMatch(/^Hola Ana, tenemos pan/);
  });

  test("[E13] is paused, resumed and cancelled like every run", async () => {
    await db("update numbers set pace_per_second = 10 where tenant_id = $1", [api.engine.tenantId]);
    api.engine.app.runtime.directory.forget(api.engine.tenantId);
    const recipients = newPeople(60).map((phone) => ({ phone, nombre: "A", mensaje: "b" }));
    const { body } = await notifyMany({ recipients });
    const order = (verb: string) => api.call("POST", `/api/v1/runs/${body.runId}/${verb}`);
    await until("its progress", async () => {
      const { body: run } = await api.call("GET", `/api/v1/runs/${body.runId}`);
      return run.progress?.sent > 0;
    });
    expect((await order("pause")).status).toBe(202);
    expect((await order("resume")).status).toBe(202);
    expect((await order("cancel")).status).toBe(202);
    expect((await ended(body.runId)).status).toBe("cancelled");
    const reached = recipients.filter(({ phone }) => textsTo(phone).length > 0).length;
    expect(reached).toBeLessThan(60);
    await db("update numbers set pace_per_second = 1000 where tenant_id = $1", [api.engine.tenantId]);
    api.engine.app.runtime.directory.forget(api.engine.tenantId);
  });
});

describe("a notice to many is refused with the line", () => {
  const ok = { phone: "+573017799999", nombre: "A", mensaje: "b" };
  test.each([
    [{ recipients: [ok, { phone: "+573017799998", nombre: "B" }] }, "TEMPLATE_INVALID", "Line 2: "],
    [{ csv: "phone,nombre,mensaje\n+573017799999,A,b\n+573017799998,,c" }, "TEMPLATE_INVALID", "Line 3: "],
    [{ csv: 'phone,nombre,mensaje\n+573017799999,"A,b' }, "INPUT_INVALID", "line 2 opens a quote"],
    [{ csv: "phone,nombre\n1,2,3" }, "INPUT_INVALID", "line 2 has 3 fields; the header has 2"],
    [{ csv: "nombre,mensaje\na,b" }, "INPUT_INVALID", "line 1 has no column for the phone"],
    [{ recipients: [{ ...ok, phone: "x" }] }, "INPUT_INVALID", "has no phone number in it; line 1"],
    [{ recipients: [ok], variables: { odd: "1" } }, "TEMPLATE_INVALID", "no place for odd"],
    [{ recipients: [ok], csv: "phone\n1" }, "INPUT_INVALID", "got recipients and csv"],
    [{}, "INPUT_INVALID", "got none of them"],
    [{ list: `lst_${"0".repeat(32)}` }, "NOT_FOUND", "There is no list"],
    [{ recipients: Array.from({ length: 10_001 }, () => "+1") }, "INPUT_INVALID", "at most 10000 entries"],
  ])("%j", async (json, code, words) => {
    const { body } = await notifyMany(json);
    expect(body.error.code).toBe(code);
    expect(body.error.message).toContain(words);
    expect(textsTo(ok.phone)).toEqual([]);
    expect(await db("select 1 from recipient_lists where recipients is null")).toEqual([]);
  });
});

describe("a kept list", () => {
  test("is uploaded, found, sent to, and deleted", async () => {
    const phones = newPeople(2_500);
    const csv = ["phone,nombre,mensaje", ...phones.map((phone, at) => `${phone},N${at},x`)].join("\n");
    const { status, body } = await upload("socios", "text/csv; charset=utf-8", csv);
    expect([status, body.name, body.recipients, body.duplicates]).toEqual([201, "socios", 2_500, 0]);
    expect((await api.call("GET", "/api/v1/lists")).body.items[0]).toEqual(body);
    const places = await db<{ position: number }>(
      "select position from recipient_list_entries where list_id = $1 order by position",
      [body.id],
    );
    expect(places.map(({ position }) => position)).toEqual(phones.map((_, index) => index));
    const small = await upload("dos", "application/json", JSON.stringify(newPeople(2)));
    const sent = await notifyMany({ list: small.body.id, variables: { nombre: "vecino", mensaje: "hola" } });
    const run = await ended(sent.body.runId);
    expect(run.outcome.output).toMatchObject({ total: 2, sent: 2 });
    const other = await api.otherTenant();
    expect((await other.call("GET", `/api/v1/lists/${body.id}`)).status).toBe(404);
    expect((await other.call("DELETE", `/api/v1/lists/${body.id}`)).status).toBe(404);
    expect((await api.call("DELETE", `/api/v1/lists/${body.id}`)).status).toBe(204);
    expect((await api.call("GET", `/api/v1/lists/${body.id}`)).status).toBe(404);
    expect(await db("select 1 from recipient_list_entries where list_id = $1", [body.id])).toEqual([]);
  });

  test("[B6] of which the run keeps the name, and not the people", async () => {
    const [first = ""] = newPeople(2_000);
    const phones = Array.from({ length: 2_000 }, (_, index) => `+5730188${String(index).padStart(5, "0")}`);
    const { body } = await upload("muchos", "application/json", JSON.stringify([first, ...phones]));
    const sent = await notifyMany({ list: body.id, variables: { nombre: "vecino", mensaje: "hola" } });
    await until("some to be sent", () => textsTo(first).length > 0);
    const [run] = await db<{ bytes: number }>(
      "select pg_column_size(state::text) as bytes from runs where id = $1",
      [sent.body.runId],
    );
    expect(run?.bytes).toBeLessThan(4_000);
    expect((await api.call("POST", `/api/v1/runs/${sent.body.runId}/cancel`)).status).toBe(202);
  });

  test.each([
    ["text/csv", "phone\n", "INPUT_INVALID", "no phone number"],
    ["text/csv", "", "INPUT_INVALID", "line 1 is empty"],
    ["application/json", '{"phone":"+57"}', "BODY_MALFORMED", "JSON array"],
    ["text/plain", "x", "BODY_MALFORMED", "text/csv or application/json"],
    [
      "text/csv",
      `phone\n${"+573001234567\n".repeat(100_001)}`,
      "INPUT_INVALID",
      "line 100002 is one too many",
    ],
  ])("of %s that is none is refused, and nothing of it stays: %.10s", async (type, text, code, words) => {
    const before = await db("select 1 from recipient_lists");
    const { body } = await upload("mala", type, text);
    expect(body.error.code).toBe(code);
    expect(body.error.message).toContain(words);
    expect(await db("select 1 from recipient_lists")).toHaveLength(before.length);
  });
});

describe("[R11] the people of a bulk", () => {
  const TEXT = { variables: { nombre: "A", mensaje: "b" } };
  const age = (listId: string) =>
    db("update recipient_lists set created_at = now() - interval '31 days' where id = $1", [listId]);
  const prune = () => pruneLists(api.engine.app.db, 30, 20);
  const entries = async (listId: string) =>
    (await db("select 1 from recipient_list_entries where list_id = $1", [listId])).length;
  const of = async (runId: string) => {
    const [row] = await db<{ id: string }>("select id from recipient_lists where fingerprint = $1", [runId]);
    return row?.id ?? "";
  };

  test("go when their days are over, and not before", async () => {
    const { body } = await notifyMany({ recipients: newPeople(2), ...TEXT });
    await ended(body.runId);
    await prune();
    expect(await entries(body.list.id)).toBe(2);
    await age(body.list.id);
    expect(await prune()).toBe(1);
    expect(await entries(body.list.id)).toBe(0);
    expect((await api.call("GET", `/api/v1/lists/${body.list.id}`)).status).toBe(404);
    // What became of the bulk stays known.
    expect((await api.call("GET", `/api/v1/runs/${body.runId}`)).body.outcome.output).toMatchObject({
      sent: 2,
    });
  });

  test("stay while their run goes on, be it of a list or of contacts", async () => {
    const [known = ""] = newPeople(1);
    await api.call("POST", "/api/v1/contacts", { json: { phone: known, attributes: { club: "plomo" } } });
    const listed = await notifyMany({ recipients: newPeople(1), ...TEXT });
    const chosen = await notifyMany({ contacts: { attributes: { club: "plomo" } }, ...TEXT });
    await ended(listed.body.runId);
    await ended(chosen.body.runId);
    const ids = [listed.body.list.id, await of(chosen.body.runId)];
    for (const id of ids) await age(id);
    const runs = [[listed.body.runId, chosen.body.runId]];
    await db("update runs set status = 'waiting', ended_at = null where id = any ($1)", runs);
    expect(await prune()).toBe(0);
    expect(await Promise.all(ids.map(entries))).toEqual([1, 1]);
    await db("update runs set status = 'succeeded', ended_at = now() where id = any ($1)", runs);
    expect(await prune()).toBe(2);
  });

  test("that were uploaded stay", async () => {
    const { body } = await upload("socios", "application/json", JSON.stringify(newPeople(1)));
    await age(body.id);
    expect(await prune()).toBe(0);
    expect(await entries(body.id)).toBe(1);
  });
});
