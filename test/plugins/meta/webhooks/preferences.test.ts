import { expect, test } from "vitest";
import { METADATA, parseValue } from "../support/meta-webhook.ts";

const preference = (fields: object) =>
  parseValue(
    {
      metadata: METADATA,
      user_preferences: [
        {
          wa_id: "34600111222",
          category: "marketing_messages",
          value: "stop",
          timestamp: 1731705721,
          ...fields,
        },
      ],
    },
    "user_preferences",
  );

test.each([
  ["stop", "STOP"],
  ["resume", "START"],
  ["signup", "START"],
])("%s in WhatsApp's settings is a wish about marketing", (value, said) => {
  expect(preference({ value })).toEqual([
    {
      kind: "preference",
      to: "+15550001111",
      channel: "whatsapp",
      providerId: "100000000000001",
      contact: { phone: "+34600111222", account: "1" },
      said,
      purposes: ["marketing"],
      at: "2024-11-15T21:22:01.000Z",
      dedupeKey: `preference:100000000000001:+34600111222:${said}:1731705721`,
    },
  ]);
});

test("somebody without a phone is known by the business-scoped id", () => {
  expect(preference({ wa_id: undefined, user_id: "ES.200" })).toMatchObject([
    { contact: { phone: null, channelUserId: "ES.200" } },
  ]);
});

test.each([{ value: "maybe" }, { category: "authentication" }, { wa_id: undefined }])(
  "%j says nothing to us",
  (fields) => expect(preference(fields)).toEqual([]),
);
