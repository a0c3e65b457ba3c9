import { expect, test } from "vitest";
import messageStatus from "../../../../plugins/twilio/webhooks/message-status.ts";
import { twilioRequest } from "./requests.ts";

const parsed = (fields: Record<string, string>) =>
  messageStatus.parse(
    twilioRequest(
      "twilio/status/eff_1?s=good",
      { MessageSid: "SM1", ...fields },
      { params: { effectId: "eff_1" } },
    ),
  );

test.each([
  ["accepted", "queued"],
  ["sending", "queued"],
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
])("%s is %s", (MessageStatus, status) => {
  expect(parsed({ MessageStatus })).toEqual([
    { kind: "status", effectId: "eff_1", ref: "SM1", status, dedupeKey: `SM1:${MessageStatus}` },
  ]);
});

test.each([
  ["63016", "outside_window"],
  ["63024", "not_on_channel"],
  ["30007", "not_permitted"],
  ["99999", "other"],
])("a failure says why: %s is %s", (ErrorCode, refusal) => {
  expect(parsed({ MessageStatus: "undelivered", ErrorCode, ErrorMessage: "words" })).toMatchObject([
    { status: "failed", refusal, vendorCode: ErrorCode, vendorMessage: "words" },
  ]);
});

test("where Twilio has no words, ours", () => {
  expect(parsed({ MessageStatus: "failed", ErrorCode: "30005" })).toMatchObject([
    { vendorMessage: "The number does not exist or is no longer in service." },
  ]);
});

test("a failure without a code is one all the same", () => {
  expect(parsed({ MessageStatus: "failed" })).toEqual([
    {
      kind: "status",
      effectId: "eff_1",
      ref: "SM1",
      status: "failed",
      refusal: "other",
      dedupeKey: "SM1:failed",
    },
  ]);
});

test.each(["receiving", "a-word-of-tomorrow", "constructor"])(
  "%s says nothing about a message of ours",
  (MessageStatus) => {
    expect(parsed({ MessageStatus })).toEqual([]);
  },
);
