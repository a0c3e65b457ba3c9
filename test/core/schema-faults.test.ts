import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { schemaFaults } from "../../engine/core/schema-faults.ts";
import { flowCheckTools } from "./flow-check-tools.ts";

const strict = { additionalProperties: false } as const;
const Shape = Type.Union([
  Type.Object({ kind: Type.Literal("circle"), radius: Type.Number() }, strict),
  Type.Object(
    {
      kind: Type.Literal("box"),
      size: Type.Union([Type.Integer(), Type.Object({ wide: Type.Integer(), high: Type.Integer() }, strict)]),
    },
    strict,
  ),
]);
const Drawing = Type.Object({
  shapes: Type.Array(Shape),
  names: Type.Record(Type.String(), Type.Enum(["a", "b"])),
});

function faults(value: unknown, ...templated: string[]): [string, string][] {
  const found = schemaFaults(flowCheckTools(), { schema: Drawing, value, templated: new Set(templated) });
  return found.map((fault) => [fault.path, fault.message]);
}

const drawing = (...shapes: unknown[]): unknown => ({ shapes, names: {} });

describe("unions", () => {
  test("the branch that fits best speaks", () => {
    expect(faults(drawing({ kind: "circle", radius: "wide" }))).toEqual([
      ["/shapes/0/radius", "must be number"],
    ]);
    expect(faults(drawing({ kind: "box", size: { wide: 1, high: "x" } }))).toEqual([
      ["/shapes/0/size/high", "must be integer"],
    ]);
  });

  test("each value of a list for itself", () => {
    const good = { kind: "circle", radius: 1 };
    expect(
      faults(drawing(good, { kind: "box", size: null }, good, { kind: "circle" })).map(([path]) => path),
    ).toEqual(["/shapes/1/size", "/shapes/3/radius"]);
  });

  test("closed choices, in maps as well", () => {
    expect(faults({ shapes: [], names: { x: "c", y: "a" } })).toEqual([
      ["/names/x", 'must be one of "a", "b"'],
    ]);
  });

  test("a template has no fault and hides no other", () => {
    const shape = { kind: "circle", radius: "{{ r }}" };
    expect(faults(drawing(shape), "/shapes/0/radius")).toEqual([]);
    expect(faults(drawing({ ...shape, colour: 1 }), "/shapes/0/radius")).toEqual([
      ["/shapes/0", "must NOT have additional properties"],
    ]);
    expect(faults(drawing("{{ all }}"), "/shapes/0")).toEqual([]);
    expect(faults({ shapes: "{{ all }}", names: 3 }, "/shapes")).toEqual([["/names", "must be object"]]);
  });

  test("a schema that refers to itself is not taken apart", () => {
    const schema = {
      $defs: { tree: { anyOf: [{ type: "string" }, { type: "array", items: { $ref: "#/$defs/tree" } }] } },
      properties: { tree: { anyOf: [{ $ref: "#/$defs/tree" }, { type: "null" }] } },
    };
    const value = { tree: [["a"], 3] };
    expect(schemaFaults(flowCheckTools(), { schema, value, templated: new Set() })).toEqual([
      { path: "/tree", message: "has none of the forms that are allowed here" },
    ]);
  });
});
