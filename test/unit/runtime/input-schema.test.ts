import { expect, test } from "vitest";
import { createInputCheck } from "../../../engine/runtime/input-schema.ts";
import { createValidator } from "../../../engine/validator.ts";

const check = createInputCheck(createValidator());

test("violations name the place in the request", () => {
  const schema = {
    type: "object",
    required: ["name"],
    properties: { name: { type: "string" }, party: { properties: { size: { type: "integer" } } } },
  };
  expect(
    check(schema, { party: { size: "two" } })
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(["/input/name", "/input/party/size"]);
  expect(check(schema, { name: "Ana", party: { size: 2 } })).toEqual([]);
});

test("two tenants may give their schemas the same $id, and paste the $schema line of any tool", () => {
  const identity = { $id: "https://example.com/input", $schema: "http://json-schema.org/draft-07/schema#" };
  expect(check({ ...identity, type: "object", required: ["a"] }, { b: 1 })).toHaveLength(1);
  expect(check({ ...identity, type: "object", required: ["b"] }, { b: 1 })).toEqual([]);
});

test("a field may be named $id", () => {
  expect(check({ type: "object", properties: { $id: { type: "integer" } } }, { $id: "x" })).toHaveLength(1);
});

test("a schema that is none is the flow's fault, not the caller's", () => {
  expect(() => check({ type: "objekt" }, {})).toThrow(expect.objectContaining({ code: "FLOW_INVALID" }));
  expect(() => check({ $ref: "https://example.com/elsewhere" }, {})).toThrow(
    expect.objectContaining({ code: "FLOW_INVALID" }),
  );
});
