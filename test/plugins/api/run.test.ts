import { expect, test } from "vitest";
import { createValidator } from "../../../engine/validator.ts";
import run from "../../../plugins/api/triggers/run.ts";

test("api.run takes a JSON Schema of the flow's input, or none, and lets the request wait for the answer", () => {
  const { violations } = createValidator();
  expect(
    violations(run.params, { input: { type: "object", properties: { phone: { type: "string" } } } }),
  ).toEqual([]);
  expect(violations(run.params, {})).toEqual([]);
  expect(violations(run.params, { input: "phone" })).not.toEqual([]);
  expect(violations(run.gives, { input: { phone: "+573001112233" } })).toEqual([]);
  expect(run.answers).toBe("reply");
});
