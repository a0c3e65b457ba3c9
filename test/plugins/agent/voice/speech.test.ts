import { describe, expect, test } from "vitest";
import { HOUSE_RULES } from "../../../../plugins/agent/prompt.ts";
import { Speech } from "../../../../plugins/agent/voice/speech.ts";

function spoken(...pieces: readonly string[]): { said: string; withheld: boolean } {
  const speech = new Speech(HOUSE_RULES);
  const said = pieces.map((piece) => speech.take(piece)).join("") + speech.end();
  return { said, withheld: speech.withheld };
}

describe("what is said", () => {
  test("goes out by whole words, whatever pieces come", () => {
    const speech = new Speech("");
    expect(speech.take("Bue")).toBe("");
    expect(speech.take("nas tar")).toBe("Buenas ");
    expect(speech.take("des.")).toBe("");
    expect(speech.end()).toBe("tardes.");
  });

  test.each([
    ["marks", "**Hola**, _señora_: `ya`", "Hola, señora: ya"],
    ["lists and headings", "# Menú\n- Sopa\n- Pan", " Menú - Sopa - Pan"],
    ["pictures", "Listo 🎉 gracias 👍", "Listo  gracias "],
    ["addresses", "Mire https://hotel.example/x y www.hotel.example hoy", "Mire  y  hoy"],
    ["thoughts", "<think>secreto muy largo</think>Hola <think>más</think> ya", "Hola   ya"],
    ["a thought that never ends", "Hola <think>y sigo pensando", "Hola "],
  ])("has no %s", (_name, text, said) => {
    expect(spoken(text).said.replaceAll(/ +/g, " ")).toBe(said.replaceAll(/ +/g, " "));
    expect(spoken(...text).said.replaceAll(/ +/g, " ")).toBe(said.replaceAll(/ +/g, " "));
  });
});

describe("what nobody may hear", () => {
  test("a card number stops before its last group, however it is written", () => {
    for (const number of ["4242 4242 4242 4242", "4242-4242-4242-4242", "4242424242424242"]) {
      const { said, withheld } = spoken(...`Su tarjeta es la ${number} y ya`);
      expect(withheld).toBe(true);
      expect(said.replaceAll(/\D/g, "").length).toBeLessThan(16);
      expect(said).not.toContain("y ya");
    }
  });

  test("other long numbers are said", () => {
    expect(spoken("El código es 1234 5678 9012 3456.")).toEqual({
      said: "El código es 1234 5678 9012 3456.",
      withheld: false,
    });
  });

  test("the instructions are not recited to their tenth word", () => {
    const { said, withheld } = spoken(...`Mis reglas: ${HOUSE_RULES}`);
    expect(withheld).toBe(true);
    expect(said.split(" ").length).toBeLessThan(13);
  });
});
