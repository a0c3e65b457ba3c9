import { describe, expect, test } from "vitest";
import { askOfPayload, choiceOf, choicePayload, sameWords, withNumbers } from "../../engine/core/choices.ts";

const CHOICES = [
  { id: "confirm", title: "Sí, confirmo" },
  { id: "cancel", title: "Cancelar", description: "Sin coste" },
  { id: "two", title: "1 persona" },
];
const ASK = `ask_${"a".repeat(32)}`;

describe("[Q1] what an answer means", () => {
  test.each([
    ["1", "confirm"],
    [" 2) ", "cancel"],
    ["1️⃣", "confirm"],
    ["opción 3", "two"],
    ["SI CONFIRMO", "confirm"],
    ["¡Sí, confirmo!", "confirm"],
    ["cancelar.", "cancel"],
    ["2. Cancelar", "cancel"],
    ["1 persona", "two"],
    ["confirm", "confirm"],
    ["0", null],
    ["4", null],
    ["12 de mayo", null],
    ["sí", null],
    ["", null],
    ["👍", null],
  ])("%j is %j", (body, id) => {
    expect(choiceOf(CHOICES, { body })?.id ?? null).toBe(id);
  });

  test.each([
    [`${ASK}:cancel`, "cancel"],
    ["cancel", "cancel"],
    ["CANCELAR", "cancel"],
    ["other", "confirm"],
  ])("a tap on %j stands before its words", (payload, id) => {
    expect(choiceOf(CHOICES, { body: "1", payload })?.id).toBe(id);
  });
});

test("[Q1] a button names its question", () => {
  const payload = choicePayload(ASK, { id: "cancel", title: "Cancelar" });
  expect([payload, askOfPayload(payload), askOfPayload("cancel"), askOfPayload("ask_x:cancel")]).toEqual([
    `${ASK}:cancel`,
    ASK,
    null,
    null,
  ]);
});

test("[Q1] lines to answer by number", () => {
  expect(withNumbers("¿Viene?", CHOICES)).toBe(
    "¿Viene?\n1. Sí, confirmo\n2. Cancelar: Sin coste\n3. 1 persona",
  );
  expect(withNumbers("", CHOICES.slice(0, 1))).toBe("1. Sí, confirmo");
});

test("the same words in other clothes", () => {
  expect([sameWords("  MAÑANA!", "manana"), sameWords("hoy", "ayer")]).toEqual([true, false]);
});
