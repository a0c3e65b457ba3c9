import { describe, expect, test } from "vitest";
import type { Delivery, JsonObject } from "../../../../engine/plugin-api.ts";
import { FIELDS } from "../../../../plugins/meta/webhooks/fields.ts";
import { parseBody, parseValue } from "../support/meta-webhook.ts";

type Account = Extract<Delivery, { kind: "account" }>;

/** What the webhook makes of one change of an account field. */
function said(field: string, value: JsonObject): Account {
  const entry = [{ id: "900", time: 1790416830, changes: [{ field, value }] }];
  const [first, ...others] = parseBody({ object: "whatsapp_business_account", entry });
  if (first?.kind !== "account" || others.length > 0)
    throw new Error(`one account note expected for ${field}`);
  return first;
}

describe("account_update", () => {
  test.each<[string, JsonObject, string, object | null | undefined]>([
    [
      "a ban",
      {
        event: "DISABLED_UPDATE",
        ban_info: { waba_ban_state: "DISABLE", waba_ban_date: "November 27, 2026" },
      },
      "critical",
      { scope: "all", until: null, code: "DISABLED_UPDATE" },
    ],
    [
      "a ban to come",
      { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "SCHEDULE_FOR_DISABLE" } },
      "critical",
      undefined,
    ],
    [
      "the end of a ban",
      { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "REINSTATE" } },
      "info",
      null,
    ],
    [
      "a restriction of what it begins",
      {
        event: "ACCOUNT_RESTRICTION",
        restriction_info: [
          { restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: 1790500000 },
        ],
      },
      "critical",
      { scope: "initiated", until: "2026-09-27T09:06:40.000Z", code: "RESTRICTED_BIZ_INITIATED_MESSAGING" },
    ],
    [
      "a restriction of all, beside a lesser one",
      {
        event: "ACCOUNT_RESTRICTION",
        restriction_info: [
          { restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: 1790500000 },
          {
            restriction_type: "RESTRICTED_CUSTOMER_INITIATED_MESSAGING",
            expiration: "2026-12-01T00:00:00+0000",
          },
        ],
      },
      "critical",
      { scope: "all", until: "2026-12-01T00:00:00.000Z" },
    ],
    [
      "a restriction that stops no message",
      {
        event: "ACCOUNT_RESTRICTION",
        restriction_info: [{ restriction_type: "RESTRICTED_ADD_PHONE_NUMBER_ACTION" }],
      },
      "warning",
      undefined,
    ],
    [
      "a violation",
      { event: "ACCOUNT_VIOLATION", violation_info: { violation_type: "SCAM" } },
      "warning",
      undefined,
    ],
    ["a partner gone", { event: "PARTNER_REMOVED" }, "critical", { scope: "all", code: "PARTNER_REMOVED" }],
    ["the number back", { event: "ACCOUNT_RECONNECTED" }, "info", null],
    ["an event Meta adds", { event: "SOMETHING_NEW" }, "info", undefined],
  ])("%s", (_name, value, severity, blocked) => {
    const { note, account, at } = said("account_update", value);
    expect({ account, at, severity: note.severity }).toEqual({
      account: "900",
      at: "2026-09-26T10:00:30.000Z",
      severity,
    });
    if (blocked === undefined) expect(note.state ?? {}).not.toHaveProperty("blocked");
    else if (blocked === null) expect(note.state).toEqual({ blocked: null });
    else expect(note.state).toMatchObject({ blocked });
    expect(note.text.en).not.toBe(note.text.es);
  });

  test("names the number where Meta does", () => {
    const value = { event: "ACCOUNT_DELETED", phone_number: "15550001111" };
    expect(said("account_update", value)).toMatchObject({ e164: "+15550001111", note: { data: value } });
    expect(said("account_update", { event: "PARTNER_ADDED" }).e164).toBeNull();
  });
});

describe("numbers", () => {
  test("quality: an event, and the limit it leaves", () => {
    const value = { display_phone_number: "15550001111", event: "FLAGGED", current_limit: "TIER_10K" };
    expect(said("phone_number_quality_update", value)).toMatchObject({
      e164: "+15550001111",
      note: { event: "FLAGGED", severity: "warning", state: { limit: "TIER_10K", qualityEvent: "FLAGGED" } },
    });
  });

  test("throughput", () => {
    const value = {
      display_phone_number: "15550001111",
      event: "THROUGHPUT_UPGRADE",
      current_limit: "TIER_UNLIMITED",
    };
    expect(said("phone_number_quality_update", value).note).toMatchObject({
      severity: "info",
      state: { throughput: "HIGH", limit: "TIER_UNLIMITED" },
    });
  });

  test("a name is approved, or not", () => {
    const asked = { display_phone_number: "15550001111", requested_verified_name: "La Espiga" };
    expect(
      said("phone_number_name_update", { ...asked, decision: "APPROVED", rejection_reason: null }),
    ).toMatchObject({
      note: { event: "APPROVED", state: { name: "La Espiga", nameStatus: "APPROVED" } },
    });
    const rejected = said("phone_number_name_update", {
      ...asked,
      decision: "REJECTED",
      rejection_reason: "NAME_NOT_ALLOWED",
    });
    expect(rejected.note).toMatchObject({ severity: "warning", state: { nameStatus: "REJECTED" } });
    expect(rejected.note.text.en).toContain("NAME_NOT_ALLOWED");
  });

  test("security", () => {
    const value = { display_phone_number: "15550001111", event: "PIN_CHANGED", requester: "1" };
    expect(said("security", value)).toMatchObject({
      e164: "+15550001111",
      note: { event: "PIN_CHANGED", severity: "warning" },
    });
  });

  test("alerts, of the business or of a number", () => {
    const alert_info = {
      alert_severity: "CRITICAL",
      alert_status: "ACTIVE",
      alert_type: "PROFILE_PICTURE_LOST",
      alert_description: "Lost.",
    };
    expect(
      said("account_alerts", { entity_type: "PHONE_NUMBER", entity_id: "100000000000001", alert_info }),
    ).toMatchObject({
      providerId: "100000000000001",
      note: { event: "PROFILE_PICTURE_LOST", severity: "critical" },
    });
    expect(said("account_alerts", { entity_type: "BUSINESS", entity_id: "5", alert_info })).toMatchObject({
      providerId: null,
    });
  });

  test("what the business may do", () => {
    const value = {
      max_daily_conversations_per_business: 2000,
      max_phone_numbers_per_business: 20,
      max_phone_numbers_per_waba: 20,
    };
    expect(said("business_capability_update", value).note.state).toEqual({ portfolioLimit: 2000 });
  });
});

test("people's wishes come one by one, each for its number", () => {
  const wish = (value: string) => ({
    wa_id: "34600111222",
    category: "marketing_messages",
    value,
    timestamp: 1731705721,
  });
  const notes = parseValue({ user_preferences: [wish("stop"), wish("resume")] }, "user_preferences");
  expect(notes).toMatchObject([
    { kind: "preference", providerId: "100000000000001", said: "STOP", purposes: ["marketing"] },
    { kind: "preference", said: "START" },
  ]);
  expect(new Set(notes.map(({ dedupeKey }) => dedupeKey)).size).toBe(2);
});

test("an error of the number, beside no message, is noted", () => {
  const errors = [{ code: 130429, title: "Rate limit hit" }];
  expect(parseValue({ errors })).toMatchObject([
    { kind: "account", providerId: "100000000000001", note: { event: "error_130429", severity: "warning" } },
  ]);
});

test("every field has one reader, and what is only recorded names its event", () => {
  expect(said("account_review_update", { decision: "APPROVED" }).note.event).toBe("APPROVED");
  const handover = parseValue(
    { type: "control_taken", previous_owner_role: "partner" },
    "messaging_handovers",
  );
  expect(handover).toMatchObject([{ providerId: "100000000000001", note: { event: "control_taken" } }]);
  for (const [field, reader] of FIELDS) expect(reader.field).toBe(field);
  expect(FIELDS.size).toBeGreaterThan(14);
});

test("the same change said again has the same key, another one another", () => {
  const value = { event: "ACCOUNT_VIOLATION" };
  expect(said("account_update", value).dedupeKey).toBe(said("account_update", value).dedupeKey);
  expect(said("account_update", value).dedupeKey).not.toBe(
    said("account_update", { event: "PARTNER_ADDED" }).dedupeKey,
  );
});
