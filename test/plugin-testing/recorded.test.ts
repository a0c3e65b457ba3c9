import { afterEach, expect, test } from "vitest";
import { type Exchange, type RecordedVendor, replay } from "../../engine/plugin-testing.ts";

const SEND: Exchange = {
  request: {
    method: "POST",
    path: "/messages?dry=1",
    headers: { authorization: "Bearer t" },
    body: { to: "+573001234567", tag: ["a", "b"] },
  },
  answer: { status: 201, body: { id: "m1" } },
};

let vendor: RecordedVendor;
afterEach(() => vendor.close());

const send = (form: string, token = "t") =>
  fetch(`${vendor.url}/messages?dry=1`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
    body: form,
  });

test("what was recorded is answered, in order, and nothing is amiss", async () => {
  vendor = await replay([SEND]);
  const answer = await send("to=%2B573001234567&tag=a&tag=b");
  expect([answer.status, await answer.json()]).toEqual([201, { id: "m1" }]);
  expect(vendor.mistakes()).toEqual([]);
});

test("another body, header or path is told, with what was expected", async () => {
  vendor = await replay([SEND, SEND]);
  expect((await send("to=%2B571", "other")).status).toBe(501);
  const [wrong, unasked] = vendor.mistakes();
  expect(wrong).toContain("authorization is Bearer other, expected Bearer t");
  expect(wrong).toContain('the body is {"to":"+571"}, expected {"to":"+573001234567","tag":["a","b"]}');
  expect(unasked).toBe("POST /messages?dry=1 was recorded and never asked");
});

test("a request more than was recorded is told", async () => {
  vendor = await replay([]);
  expect((await send("")).status).toBe(501);
  expect(vendor.mistakes()).toEqual(["POST /messages?dry=1: nothing more was recorded"]);
});
