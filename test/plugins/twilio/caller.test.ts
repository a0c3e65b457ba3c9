import { expect, test } from "vitest";
import { isHidden, phoneOf } from "../../../plugins/twilio/caller.ts";

test.each([
  "anonymous",
  "Restricted",
  "",
  "+266696687",
  "+7378742833",
  "+86282452253",
  "client:ana",
  "sip:ana@x.test",
])("%j is no phone and hidden", (from) => {
  expect(phoneOf(from)).toBeNull();
  expect(isHidden(from)).toBe(true);
});

test("a number in E.164 is one", () => {
  expect(phoneOf(" +573001112233 ")).toBe("+573001112233");
  expect(isHidden("+573001112233")).toBe(false);
});

test("a national number is not hidden, but no E.164 either", () => {
  expect(phoneOf("300 111 2233")).toBeNull();
  expect(isHidden("300 111 2233")).toBe(false);
});
