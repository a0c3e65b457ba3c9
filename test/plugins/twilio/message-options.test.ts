import { describe, expect, test } from "vitest";
import { complaintAbout, type Order } from "../../../plugins/twilio/message-options.ts";

const NOW = new Date("2026-11-21T15:00:00Z");
const SERVICE = `MG${"a".repeat(32)}`;
const CONTENT = `HX${"b".repeat(32)}`;

const codeOf = (order: Partial<Order>) =>
  complaintAbout({ channel: "sms", body: "hola", mediaUrls: [], ...order }, NOW)?.code ?? null;

describe("what goes together", () => {
  test.each<[string, Partial<Order>, string | null]>([
    ["a text", {}, null],
    ["a file alone", { body: "", mediaUrls: ["https://x.test/a.png"] }, null],
    ["nothing to say", { body: "" }, "21619"],
    ["1600 characters", { body: "a".repeat(1600) }, null],
    ["one more", { body: "a".repeat(1601) }, "21617"],
    ["eleven files", { mediaUrls: Array.from({ length: 11 }, () => "https://x.test/a.png") }, "21623"],
    ["a content template", { body: "", contentSid: CONTENT, contentVariables: { 1: "Ada" } }, null],
    ["variables alone", { contentVariables: { 1: "Ada" } }, "21654"],
    ["a content template and a text", { contentSid: CONTENT }, "content_and_body"],
    ["a location over WhatsApp", { channel: "whatsapp", persistentAction: ["geo:4.6,-74.0"] }, null],
    ["a location over SMS", { persistentAction: ["geo:4.6,-74.0"] }, "location_on_sms"],
    ["links shortened by a service", { shortenUrls: true, messagingServiceSid: SERVICE }, null],
    ["links shortened by nobody", { shortenUrls: true }, "shorten_without_service"],
    [
      "a number to fall back on without a service",
      { fallbackFrom: "+15005550006" },
      "fallback_without_service",
    ],
    ["later without a service", { sendAt: "2026-11-22T15:00:00Z" }, "35118"],
  ])("%s: %s", (_what, order, code) => expect(codeOf(order)).toBe(code));

  test.each([
    ["2026-11-21T15:14:59Z", "35114"],
    ["2026-11-21T15:15:00Z", null],
    ["2026-12-26T15:00:00Z", null],
    ["2026-12-26T15:00:01Z", "35114"],
    ["2026-11-20T15:00:00Z", "35114"],
  ])("at %s: %s", (sendAt, code) => expect(codeOf({ sendAt, messagingServiceSid: SERVICE })).toBe(code));
});

test("a complaint is told in both languages, and says what to do", () => {
  expect(
    complaintAbout({ channel: "sms", body: "x", mediaUrls: [], sendAt: "2026-11-22T15:00:00Z" }, NOW),
  ).toEqual({
    code: "35118",
    en: expect.stringContaining("messaging.send"),
    es: expect.stringContaining("messaging.send"),
  });
});
