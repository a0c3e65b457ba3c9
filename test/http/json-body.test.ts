import { expect, test } from "vitest";
import { isJsonType, parseJson } from "../../engine/http/json-body.ts";

const parse = (text: string) => parseJson(Buffer.from(text));
const malformed = expect.objectContaining({ code: "BODY_MALFORMED" });

test("JSON comes through, with or without a byte order mark", () => {
  expect(parse('{"a":[1,null,"ñ"]}')).toEqual({ a: [1, null, "ñ"] });
  expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 });
});

test.each(["", "{", "{'a':1}", "undefined"])("%j is not JSON", (text) => {
  expect(() => parse(text)).toThrow(malformed);
});

test("bytes that are not UTF-8 are refused", () => {
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(malformed);
});

test.each(['{"__proto__":{"admin":true}}', '{"a":[{"b":{"constructor":1}}]}', '[[{"prototype":null}]]'])(
  "a dangerous key is refused wherever it is: %s",
  (text) => {
    expect(() => parse(text)).toThrow(malformed);
  },
);

test("what PostgreSQL cannot keep is refused, in values and in names", () => {
  expect(() => parse('{"a":"x\\u0000"}')).toThrow(malformed);
  expect(() => parse('{"a\\u0000":1}')).toThrow(malformed);
  expect(() => parse('["\\ud800"]')).toThrow(malformed);
  expect(parse('["\\ud83d\\udc4d"]')).toEqual(["👍"]);
});

test("depth has a limit, however little it takes to write it down", () => {
  expect(parse("[".repeat(100) + "]".repeat(100))).toBeInstanceOf(Array);
  expect(() => parse("[".repeat(101) + "]".repeat(101))).toThrow(malformed);
  expect(() => parse("[".repeat(400_000) + "]".repeat(400_000))).toThrow(malformed);
});

test("which content types are JSON", () => {
  expect(
    ["application/json", "application/json; charset=utf-8", "application/cloudevents+json"].filter(
      isJsonType,
    ),
  ).toHaveLength(3);
  expect(["text/plain", "application/jsonp", "application/x-www-form-urlencoded"].filter(isJsonType)).toEqual(
    [],
  );
  expect(isJsonType(undefined)).toBe(false);
});
