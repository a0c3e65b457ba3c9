import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { parseValue } from "../support/meta-webhook.ts";
import { EFFECT_ID } from "../support/outbound.ts";

const report = (status: JsonObject, more: JsonObject = {}) =>
  parseValue({
    ...more,
    statuses: [{ id: "wamid.OUT", timestamp: "1790416830", recipient_id: "34600111222", ...status }],
  });

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
        dedupeKey: "status:wamid.OUT:failed",
      },
    ]));

  test.each(["t=42;run=9f", "", "eff_", "eff_x;drop"])("%s is not an effect of ours", (echoed) =>
    expect(report({ status: "sent", biz_opaque_callback_data: echoed })).toMatchObject([
      { effectId: null, ref: "wamid.OUT" },
    ]),
  );

  test("a word Meta may add one day is passed over", () =>
    expect(report({ status: "evaporated" })).toEqual([]));
});
