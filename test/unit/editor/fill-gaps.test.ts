import { expect, test } from "vitest";
import { filled, gapsIn } from "../../../editor/templates/fill-gaps.ts";

const gaps = [
  { name: "nombre", example: "Lucía", description: "De pila" },
  { name: "hora", example: "" },
];

test("gaps are filled by their examples; without one a gap stays as it is written", () => {
  expect(filled("Hola {{ nombre }}, a las {{hora}} o {{ nada }}.", gaps)).toBe(
    "Hola Lucía, a las {{hora}} o {{ nada }}.",
  );
  expect(filled("{{ nombre | upcase }}", gaps)).toBe("Lucía");
});

test("what the text no longer has goes, what is new comes empty, and the rest keeps what is known of it", () => {
  expect(gapsIn("{{ lugar }}: {{ nombre }} y {{ nombre }}", gaps)).toEqual([
    { name: "lugar", example: "" },
    gaps[0],
  ]);
});
