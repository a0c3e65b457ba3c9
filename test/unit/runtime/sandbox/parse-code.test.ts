import { expect, test } from "vitest";
import { parseCode } from "../../../../engine/runtime/sandbox/parse-code.ts";

test.each(["", "return 1", "const { a } = inputs;\nreturn await a; // done", "for (;;);"])(
  "takes %j and runs nothing",
  (code) => {
    expect(parseCode(code)).toBe(null);
  },
);

test.each<[string, number, RegExp]>([
  ["const a = 1;\nconst = 2;", 2, /Unexpected token '='/],
  ["return (", 1, /Unexpected token/],
  ["with (inputs) { a }", 1, /Strict mode/],
  [`return ${"(".repeat(60_000)}`, 1, /./],
])("says where %j is wrong", (code, line, reason) => {
  expect(parseCode(code)).toEqual({ line, reason: expect.stringMatching(reason) });
});
