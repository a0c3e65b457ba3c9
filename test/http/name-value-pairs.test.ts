import { expect, test } from "vitest";
import { parsePairs, queryOf } from "../../engine/http/name-value-pairs.ts";

test("a repeated name gives an array in order, a single one stays text", () => {
  expect(parsePairs("MediaUrl=a&To=x&MediaUrl=b&MediaUrl=c")).toEqual({ MediaUrl: ["a", "b", "c"], To: "x" });
});

test("plus and %20 are spaces, %2B is a plus, empty values stay", () => {
  expect(parsePairs("Body=hola+Ana%20P.&From=%2B573001234567&Empty=&Bare")).toEqual({
    Body: "hola Ana P.",
    From: "+573001234567",
    Empty: "",
    Bare: "",
  });
});

test("UTF-8 and broken escapes come through", () => {
  expect(parsePairs("Body=ma%C3%B1ana+%F0%9F%91%8D&odd=100%")).toEqual({ Body: "mañana 👍", odd: "100%" });
});

test("__proto__ is a name like any other and reaches no prototype", () => {
  const pairs = parsePairs("__proto__=x&__proto__=y");
  expect(Object.getOwnPropertyDescriptor(pairs, "__proto__")?.value).toEqual(["x", "y"]);
  expect(Object.getPrototypeOf(pairs)).toBe(Object.prototype);
});

test("a query starts at the first question mark", () => {
  expect(queryOf("/hooks/meta?hub.mode=subscribe&q=a?b")).toEqual({ "hub.mode": "subscribe", q: "a?b" });
  expect(queryOf("/hooks/meta")).toEqual({});
});
