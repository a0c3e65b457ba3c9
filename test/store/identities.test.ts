import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { contactOf, setOptOut } from "../../engine/store/contacts.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import {
  changeIdentity,
  type IdentityHint,
  identify,
  userRecipientOf,
} from "../../engine/store/identities.ts";
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
    "delete from number_events; delete from contact_identities; update contacts set merged_into = null, phone = 'x' || id",
  );
  await admin.query("delete from messages; delete from contacts");
});

const newId = () => `con_${++ids}`;
const person = (hint: Partial<IdentityHint>, tenant = "ten_a") =>
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
    await setOptOut(db, "ten_a", hidden.contact.id, "whatsapp", true);
    await setOptOut(db, "ten_a", phone.id, "sms", true);
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
  const recipient = (userId = "ES.1") =>
    userRecipientOf(db, "ten_a", { provider: "meta", userId, channel: "whatsapp", number: "+1555" });
  const wrote = (from: string, at: string) =>
    admin.query(
      `insert into messages (id, tenant_id, direction, channel, contact_phone, number_e164, body, status, provider, sent_at)
       values ($1, 'ten_a', 'inbound', 'whatsapp', $2, '+1555', 'x', 'received', 'meta', $3)`,
      [`msg_${++ids}`, from, at],
    );

  test("the window counts from what they wrote under either name, the later one", async () => {
    await person({ phone: LUCIA });
    expect(await recipient()).toEqual({ optedOut: false, lastInboundAt: null });
    await wrote(LUCIA, "2026-11-21T10:00:00Z");
    expect(new Date((await recipient()).lastInboundAt ?? "").toISOString()).toBe("2026-11-21T10:00:00.000Z");
    await wrote("ES.1", "2026-11-21T12:00:00Z");
    expect(new Date((await recipient()).lastInboundAt ?? "").toISOString()).toBe("2026-11-21T12:00:00.000Z");
  });

  test("their wishes count under both names", async () => {
    const { contact } = await person({});
    await setOptOut(db, "ten_a", contact.id, "whatsapp", true);
    expect((await recipient()).optedOut).toBe(true);
    expect((await recipient("ES.nobody")).optedOut).toBe(false);
  });
});
