import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeWindow, contactOf, forgetContact, recipientsOf } from "../../engine/store/contacts.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { changeIdentity, identify } from "../../engine/store/identities.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant } from "../support/seed-tenant.ts";

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let ids = 0;

const LUCIA = "+34600111222";
const NEW_PHONE = "+34600999888";

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 6, apiPool: 1 });
  admin = await openAdmin(database.connection);
  await seedBareTenant(admin, "a");
  await seedBareTenant(admin, "b");
});
afterAll(async () => {
  await Promise.all([db.close(), admin.end()]);
  await database.drop();
});
beforeEach(async () => {
  await admin.query(
    `delete from number_events; delete from consents; delete from contact_windows; delete from conversation_records;
     delete from handoffs; delete from conversations; delete from asks; delete from links; delete from messages;
     delete from contacts`,
  );
});

const optOut = (contact: string, channel: string) =>
  admin.query("update contacts set opt_outs = array_append(opt_outs, $2) where id = $1", [contact, channel]);
const newId = () => `con_${++ids}`;
const person = (hint: Partial<Parameters<typeof identify>[2]>, tenant = "ten_a") =>
  identify(db, tenant, {
    id: newId(),
    provider: "meta",
    account: "waba_1",
    userId: "ES.1",
    phone: null,
    name: null,
    username: null,
    ...hint,
  });
const byPhone = (phone: string, name: string | null = null) =>
  contactOf(db, "ten_a", { id: newId(), phone, channelUserId: null, name });
const rows = async () => {
  const sql =
    "select id, phone, channel_user_id as user, name, merged_into as merged, opt_outs from contacts order by id";
  return (await admin.query(sql)).rows;
};

describe("[H13] a person is one contact", () => {
  test("found again by user id, whether or not the phone is shown", async () => {
    const first = await person({ phone: LUCIA, name: "Lucía" });
    const again = await person({ phone: null });
    expect([again.contact.id, again.contact.phone, again.phoneIsNew]).toEqual([
      first.contact.id,
      LUCIA,
      false,
    ]);
    expect(await rows()).toHaveLength(1);
  });

  test("known by phone before: the user id is added", async () => {
    const before = await byPhone(LUCIA, "Lucía");
    const { contact, phoneIsNew } = await person({ phone: LUCIA });
    expect([contact.id, contact.channel_user_id, contact.name, phoneIsNew]).toEqual([
      before.id,
      "ES.1",
      "Lucía",
      false,
    ]);
  });

  test("known by user id alone, then by a phone nobody had", async () => {
    const before = await person({ name: "Lucía" });
    const { contact, phoneIsNew } = await person({ phone: LUCIA });
    expect([contact.id, contact.phone, phoneIsNew]).toEqual([before.contact.id, LUCIA, true]);
  });

  test("known as two, one by phone and one by user id: they become the one known by phone", async () => {
    const phone = await byPhone(LUCIA);
    const hidden = await person({ name: "Lucía" });
    await optOut(hidden.contact.id, "whatsapp");
    await optOut(phone.id, "sms");
    const { contact, phoneIsNew } = await person({ phone: LUCIA });
    expect(phoneIsNew).toBe(true);
    expect(contact).toMatchObject({
      id: phone.id,
      phone: LUCIA,
      channel_user_id: "ES.1",
      name: "Lucía",
      opt_outs: ["sms", "whatsapp"],
    });
    expect(await rows()).toContainEqual(
      expect.objectContaining({ id: hidden.contact.id, phone: null, user: null, merged: phone.id }),
    );
    // Found under either name from then on.
    expect((await person({})).contact.id).toBe(phone.id);
  });

  test("what named the one that goes names the other", async () => {
    const phone = await byPhone(LUCIA);
    const hidden = await person({});
    await admin.query(
      `insert into number_events (id, tenant_id, contact_id, provider, field, event, severity, dedupe_key, at)
       values ('nev_1', 'ten_a', $1, 'meta', 'messages', 'reaction', 'info', 'k', now())`,
      [hidden.contact.id],
    );
    await admin.query(
      `insert into messages (id, tenant_id, direction, channel, contact_phone, number_e164, body, status, provider)
       values ('msg_1', 'ten_a', 'inbound', 'whatsapp', 'ES.1', '+1555', 'hola', 'received', 'meta')`,
    );
    await person({ phone: LUCIA });
    expect((await admin.query("select contact_id from number_events")).rows).toEqual([
      { contact_id: phone.id },
    ]);
    expect((await admin.query("select contact_phone from messages")).rows).toEqual([
      { contact_phone: LUCIA },
    ]);
  });

  test("the same id in two tenants is two people", async () => {
    const here = await person({ phone: LUCIA });
    const there = await person({ phone: LUCIA }, "ten_b");
    expect(there.contact.id).not.toBe(here.contact.id);
    await person({ phone: null, name: "Otra" }, "ten_b");
    expect((await person({})).contact.name).toBeNull();
  });

  test("asked for at once in many places, is made once", async () => {
    const hints = [{ phone: LUCIA }, { phone: null }, { phone: LUCIA, name: "Lucía" }, { username: "lucia" }];
    const found = await Promise.all([...hints, ...hints, ...hints].map((hint) => person(hint)));
    expect(new Set(found.map(({ contact }) => contact.id)).size).toBe(1);
    expect(await rows()).toMatchObject([{ phone: LUCIA, user: "ES.1", name: "Lucía" }]);
  });
});

describe("a phone that changes hands", () => {
  test("in the same account another id means another person: the first one loses it", async () => {
    const first = await person({ userId: "ES.1", phone: LUCIA });
    const second = await person({ userId: "ES.2", phone: LUCIA });
    expect(second.contact.id).not.toBe(first.contact.id);
    expect(await rows()).toMatchObject([
      { id: first.contact.id, phone: null, user: "ES.1" },
      { id: second.contact.id, phone: LUCIA, user: "ES.2" },
    ]);
  });

  test("in another account the same person has another id", async () => {
    const first = await person({ userId: "ES.1", phone: LUCIA, account: "waba_1" });
    const second = await person({ userId: "ES.2", phone: LUCIA, account: "waba_2" });
    expect(second.contact.id).toBe(first.contact.id);
    expect((await person({ userId: "ES.2", account: "waba_2" })).contact.id).toBe(first.contact.id);
    expect((await person({ userId: "ES.1" })).contact.id).toBe(first.contact.id);
  });
});

describe("a person who changes number", () => {
  const change = (more: object = {}) =>
    changeIdentity(db, "ten_a", {
      provider: "meta",
      account: "waba_1",
      previousUserId: "ES.1",
      previousPhone: LUCIA,
      userId: "ES.2",
      phone: NEW_PHONE,
      ...more,
    });

  test("stays the same contact, under the new id and phone; said twice, the same", async () => {
    const { contact } = await person({ phone: LUCIA });
    expect(await change()).toBe(contact.id);
    expect(await change()).toBe(contact.id);
    expect(await rows()).toMatchObject([{ id: contact.id, phone: NEW_PHONE, user: "ES.2" }]);
    expect((await person({ userId: "ES.2" })).contact.id).toBe(contact.id);
    const { rows: old } = await admin.query(
      "select replaced_by from contact_identities where user_id = 'ES.1'",
    );
    expect(old).toEqual([{ replaced_by: "ES.2" }]);
  });

  test("who wrote from the new number first is joined", async () => {
    const { contact } = await person({ phone: LUCIA, name: "Lucía" });
    const early = await person({ userId: "ES.2", phone: NEW_PHONE });
    expect(await change()).toBe(contact.id);
    expect(await rows()).toContainEqual(
      expect.objectContaining({ id: contact.id, phone: NEW_PHONE, name: "Lucía" }),
    );
    expect(await rows()).toContainEqual(
      expect.objectContaining({ id: early.contact.id, merged: contact.id }),
    );
  });

  test("who had the new number before has it no longer", async () => {
    const { contact } = await person({ phone: LUCIA });
    const other = await person({ userId: "ES.7", phone: NEW_PHONE });
    await change();
    expect(await rows()).toMatchObject([
      { id: contact.id, phone: NEW_PHONE },
      { id: other.contact.id, phone: null, user: "ES.7" },
    ]);
  });

  test("known only by phone is found by that; only the id may change", async () => {
    const known = await byPhone(LUCIA);
    expect(await change({ previousUserId: "ES.unknown" })).toBe(known.id);
    expect(await change({ previousUserId: "ES.2", previousPhone: null, userId: "ES.3", phone: null })).toBe(
      known.id,
    );
    expect(await rows()).toMatchObject([{ id: known.id, phone: NEW_PHONE, user: "ES.3" }]);
  });

  test("of whom nobody has heard is nobody", async () => {
    expect(await change()).toBeNull();
    expect(await rows()).toEqual([]);
  });
});

describe("writing to a user id", () => {
  const recipient = async (name = "ES.1") => {
    const query = { people: [name], channel: "whatsapp", purpose: "marketing", number: "+1555" };
    const { lastInboundAt, ...known } = (await recipientsOf(db, "ten_a", query))(name);
    return { ...known, lastInboundAt: lastInboundAt && new Date(lastInboundAt).toISOString() };
  };
  const at = (moment: string) => ({ channel: "whatsapp", number: "+1555", at: moment, ref: `m${++ids}` });

  test("the window counts from what they wrote under any name, the latest", async () => {
    await person({ phone: LUCIA });
    expect(await recipient()).toMatchObject({ optedOut: false, lastInboundAt: null });
    await person({ phone: LUCIA, window: at("2026-11-21T10:00:00Z") });
    expect((await recipient()).lastInboundAt).toBe("2026-11-21T10:00:00.000Z");
    await person({ phone: null, window: at("2026-11-21T12:00:00Z") });
    expect((await recipient()).lastInboundAt).toBe("2026-11-21T12:00:00.000Z");
    expect((await recipient(LUCIA)).lastInboundAt).toBe("2026-11-21T12:00:00.000Z");
    const { contact } = await person({ userId: "ES.2", phone: LUCIA, account: "waba_2" });
    expect(contact.channel_user_id).toBe("ES.1");
    expect((await recipient("ES.2")).lastInboundAt).toBe("2026-11-21T12:00:00.000Z");
  });

  test("a window that the vendor says is over is over under every name", async () => {
    await person({ phone: LUCIA, window: at("2026-11-21T10:00:00Z") });
    await closeWindow(db, "ten_a", { person: "ES.1", channel: "whatsapp", number: "+1555" });
    expect((await recipient(LUCIA)).lastInboundAt).toBeNull();
    expect((await recipient("ES.1")).lastInboundAt).toBeNull();
  });

  test("a phone that changed hands brings no window along", async () => {
    await person({ phone: LUCIA, window: at("2026-11-21T10:00:00Z") });
    await person({ userId: "ES.2", phone: LUCIA });
    expect((await recipient("ES.2")).lastInboundAt).toBeNull();
    expect((await recipient("ES.1")).lastInboundAt).toBe("2026-11-21T10:00:00.000Z");
  });

  test("their wishes and consents count under every name", async () => {
    const { contact } = await person({ phone: LUCIA });
    await optOut(contact.id, "whatsapp");
    await consent(contact.id, "denied");
    for (const name of ["ES.1", LUCIA])
      expect(await recipient(name)).toMatchObject({ optedOut: true, consent: "denied" });
    expect(await recipient("ES.nobody")).toMatchObject({ optedOut: false, consent: null });
  });

  test("one found by the id alone, as where a consent is recorded, is the same contact", async () => {
    const { contact } = await person({ phone: LUCIA });
    await person({ userId: "ES.2", phone: LUCIA, account: "waba_2" });
    const hint = { id: newId(), phone: null, channelUserId: "ES.2", name: null };
    expect((await contactOf(db, "ten_a", hint)).id).toBe(contact.id);
  });
});

const consent = (contact: string, state: string) =>
  admin.query(
    `insert into consents (id, tenant_id, contact_id, channel, purpose, state, source, ref)
     values ($1, 'ten_a', $2, 'whatsapp', 'marketing', $3, 'form', $1)`,
    [`cns_${++ids}`, contact, state],
  );

describe("what is kept of a person under an id, when their phone comes to be known", () => {
  const conversation = (contact: string, more: { unread: number; status: string; at: string }) =>
    admin.query(
      `insert into conversations (id, tenant_id, channel, number_e164, contact, unread, status, last_message,
                                  last_message_at, last_inbound_at, last_inbound_ref)
       values (conversation_id('ten_a', 'whatsapp', '+1555', $1), 'ten_a', 'whatsapp', '+1555', $1, $2, $3,
               jsonb_build_object('id', $1::text), $4, $4, 'ref ' || $1)`,
      [contact, more.unread, more.status, more.at],
    );
  const idOf = async (contact: string): Promise<string> =>
    (await admin.query("select conversation_id('ten_a', 'whatsapp', '+1555', $1) as id", [contact])).rows[0]
      .id;
  const conversations = async () =>
    (await admin.query("select * from conversations where tenant_id = 'ten_a' order by id")).rows;

  test("the conversation, what it is about, and whoever has it", async () => {
    await person({});
    await conversation("ES.1", { unread: 2, status: "handoff", at: "2026-11-21T10:00:00Z" });
    await admin.query(
      `insert into handoffs (tenant_id, step_key, conversation_id, started_at, until) values ('ten_a', 'run_1:hand:1', $1, now(), now())`,
      [await idOf("ES.1")],
    );
    await admin.query(
      `insert into conversation_records (tenant_id, conversation_id, module, record_id) values ('ten_a', $1, 'pms', '7')`,
      [await idOf("ES.1")],
    );
    await person({ phone: LUCIA });
    const id = await idOf(LUCIA);
    expect(await conversations()).toMatchObject([{ id, contact: LUCIA, unread: 2, status: "handoff" }]);
    for (const table of ["handoffs", "conversation_records"])
      expect((await admin.query(`select conversation_id as id from ${table}`)).rows).toEqual([{ id }]);
  });

  test("two conversations become one: unread of both, the later message, people keep it", async () => {
    await byPhone(LUCIA);
    await person({});
    await conversation(LUCIA, { unread: 1, status: "handoff", at: "2026-11-21T09:00:00Z" });
    await conversation("ES.1", { unread: 2, status: "open", at: "2026-11-21T10:00:00Z" });
    await person({ phone: LUCIA });
    expect(await conversations()).toMatchObject([
      {
        contact: LUCIA,
        unread: 3,
        status: "handoff",
        last_message: { id: "ES.1" },
        last_inbound_ref: "ref ES.1",
      },
    ]);
  });

  test("questions, windows and consents; links of runs that are over", async () => {
    const phone = await byPhone(LUCIA);
    const window = { channel: "whatsapp", number: "+1555", at: "2026-11-21T10:00:00Z", ref: "m" };
    const hidden = await person({ window });
    await consent(hidden.contact.id, "granted");
    await admin.query(
      `insert into asks (tenant_id, id, run_id, step_key, channel, number_e164, contact)
       values ('ten_a', 'ask_1', 'run_1', 'run_1:ask:1', 'whatsapp', '+1555', 'ES.1')`,
    );
    for (const [run, ended] of [
      ["run_over", "now()"],
      ["run_on", "null"],
    ])
      await admin.query(
        `insert into runs (id, tenant_id, flow_key, flow_version_id, status, state, trigger_type, ended_at)
         values ('${run}', 'ten_a', 'flow_a', 'ver_a', '${ended === "null" ? "queued" : "succeeded"}', '{}', 'x', ${ended});
         insert into links (code, tenant_id, url, run_id, step_key, recipient)
         values ('code_${run}', 'ten_a', 'https://x.example', '${run}', '${run}:s:1', 'ES.1')`,
      );
    await person({ phone: LUCIA });
    const one = async (sql: string) => (await admin.query(sql)).rows;
    expect(await one("select contact from asks")).toEqual([{ contact: LUCIA }]);
    expect(await one("select distinct person from contact_windows order by 1")).toEqual([{ person: LUCIA }]);
    expect(await one("select contact_id as id from consents")).toEqual([{ id: phone.id }]);
    expect(await one("select run_id, recipient from links order by run_id")).toEqual([
      { run_id: "run_on", recipient: "ES.1" },
      { run_id: "run_over", recipient: LUCIA },
    ]);
    await admin.query("delete from links; delete from runs where id in ('run_on', 'run_over')");
  });

  test("what is written under the id afterwards is kept under the phone", async () => {
    await person({ phone: LUCIA });
    const message = { direction: "outbound", channel: "whatsapp", number_e164: "+1555", body: "x" };
    for (const name of ["ES.1", "ES.unknown"])
      await db.asTenant("ten_a", ({ sql, tenantId }) =>
        sql("messages").insert({
          ...message,
          id: `msg_${name}`,
          tenant_id: tenantId,
          contact_phone: name,
          status: "queued",
          provider: "meta",
        }),
      );
    const { rows: kept } = await admin.query("select id, contact_phone as under from messages order by id");
    expect(kept).toEqual([
      { id: "msg_ES.1", under: LUCIA },
      { id: "msg_ES.unknown", under: "ES.unknown" },
    ]);
  });
});

describe("a person who is forgotten", () => {
  test("is forgotten under every id, also where what they allowed is kept", async () => {
    const { contact } = await person({ phone: LUCIA, username: "lucia" });
    await consent(contact.id, "granted");
    expect(await db.asTenant("ten_a", (scope) => forgetContact(scope, contact.id))).toBe(true);
    const usernames = () => admin.query("select username from contact_identities");
    expect((await usernames()).rows).toEqual([{ username: null }]);
    await admin.query("delete from consents");
    expect(await db.asTenant("ten_a", (scope) => forgetContact(scope, contact.id))).toBe(true);
    expect((await usernames()).rows).toEqual([]);
  });
});
