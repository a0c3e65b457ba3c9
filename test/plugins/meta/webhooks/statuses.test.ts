import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { parseValue } from "../support/meta-webhook.ts";
import { EFFECT_ID } from "../support/outbound.ts";

const report = (status: JsonObject, more: JsonObject = {}) =>
  parseValue({
    ...more,
    statuses: [{ id: "wamid.OUT", timestamp: "1790416830", recipient_id: "34600111222", ...status }],
  });

const FROM = { at: "2026-09-26T10:00:30.000Z", providerId: "100000000000001", channel: "whatsapp" };

describe("statuses", () => {
  test.each([
    ["sent", "sent"],
    ["delivered", "delivered"],
    ["read", "read"],
    ["played", "read"],
  ])("%s means %s", (word, status) => {
    const pricing = {
      billable: false,
      pricing_model: "PMP",
      type: "free_customer_service",
      category: "service",
    };
    expect(report({ status: word, biz_opaque_callback_data: EFFECT_ID, pricing })).toEqual([
      {
        kind: "status",
        effectId: EFFECT_ID,
        ref: "wamid.OUT",
        status,
        ...FROM,
        pricing: { type: "free_customer_service", category: "service", model: "PMP" },
        dedupeKey: `status:wamid.OUT:${word}`,
      },
    ]);
  });

  test("a failure comes without contacts and without the user id, and says why", () => {
    const errors = [
      {
        code: 131047,
        title: "Re-engagement message",
        message: "Re-engagement message",
        error_data: { details: "24 hours have passed" },
      },
    ];
    expect(report({ status: "failed", biz_opaque_callback_data: EFFECT_ID, errors })).toEqual([
      {
        kind: "status",
        effectId: EFFECT_ID,
        ref: "wamid.OUT",
        status: "failed",
        vendorCode: "131047",
        vendorMessage: "24 hours have passed",
        refusal: "outside_window",
        ...FROM,
        dedupeKey: "status:wamid.OUT:failed",
      },
    ]);
  });

  test.each([
    [131026, "not_on_channel"],
    [131050, "opted_out"],
    [131049, "not_permitted"],
    [131000, "other"],
    [999999, "other"],
  ])("code %i is told as %s", (code, refusal) =>
    expect(report({ status: "failed", errors: [{ code }] })).toMatchObject([
      { vendorCode: String(code), refusal },
    ]),
  );

  test("a failure without errors is still a failure", () =>
    expect(report({ status: "failed" })).toEqual([
      {
        kind: "status",
        effectId: null,
        ref: "wamid.OUT",
        status: "failed",
        ...FROM,
        dedupeKey: "status:wamid.OUT:failed",
      },
    ]));

  test.each<[string, JsonObject, object | undefined]>([
    [
      "a billed answer",
      { type: "regular", category: "service" },
      { type: "regular", category: "service", model: null },
    ],
    [
      "one from an ad",
      { type: "free_entry_point", category: "marketing", pricing_model: "PMP" },
      { type: "free_entry_point", category: "marketing", model: "PMP" },
    ],
    [
      "the other spelling",
      { type: "regular", category: "authentication_international" },
      { type: "regular", category: "authentication-international", model: null },
    ],
    [
      "a type Meta adds",
      { type: "free_of_tomorrow", category: "service" },
      { type: "free_of_tomorrow", category: "service", model: null },
    ],
    ["half of it", { type: "regular" }, undefined],
    ["nothing", {}, undefined],
  ])("the price: %s", (_name, pricing, expected) => {
    const [first] = report({ status: "delivered", pricing });
    expect(first).toHaveProperty("kind", "status");
    expect(first && "pricing" in first ? first.pricing : undefined).toEqual(expected);
  });

  test.each(["t=42;run=9f", "", "eff_", "eff_x;drop"])("%s is not an effect of ours", (echoed) =>
    expect(report({ status: "sent", biz_opaque_callback_data: echoed })).toMatchObject([
      { effectId: null, ref: "wamid.OUT" },
    ]),
  );

  test("a word Meta may add one day is passed over", () =>
    expect(report({ status: "evaporated" })).toEqual([]));
});
