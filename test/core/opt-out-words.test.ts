import { describe, expect, test } from "vitest";
import { optOutAnswer } from "../../engine/core/opt-out-answers.ts";
import { PURPOSES, wishOf } from "../../engine/core/opt-out-words.ts";

const own = [
  { words: ["BAJA PROMO", "no promo"], does: "stop", purposes: ["marketing"] },
  { words: ["ALTA PROMO"], does: "start", purposes: ["marketing"] },
] as const;

describe("[O1] a message that is nothing but the word", () => {
  test.each([
    ["STOP", "en"],
    [" stop. ", "en"],
    ["¡BAJA!", "es"],
    ["bájà", "es"],
    ["Alto", "es"],
    ["darme  de baja", "es"],
    ["Baixa", "ca"],
    ["SAIR", "pt"],
    ["Arrêt", "fr"],
    ["désabonner", "fr"],
    ["disiscrivi", "it"],
    ["ABMELDEN", "de"],
  ])("%s (%s) stops", (body) => {
    expect(wishOf(body, "sms")).toEqual({ wish: "STOP", purposes: PURPOSES });
  });

  test.each(["START", "alta", "¡Alta!", "Subscriure", "assinar", "abonner", "iscrivimi", "Anmelden"])(
    "%s starts again",
    (body) => expect(wishOf(body, "sms")?.wish).toBe("START"),
  );

  test.each(["HELP", "ayuda", "Ajuda", "AIDE", "aiuto", "Hilfe"])("%s asks for help", (body) =>
    expect(wishOf(body, "sms")?.wish).toBe("HELP"),
  );

  test.each([
    "",
    "no",
    "Quiero dar de baja la habitación",
    "stop by at nine",
    "altos",
    "STOP 2",
    "no pares",
    "la alta temporada",
    "👍",
  ])("%j is an ordinary message", (body) => {
    expect(wishOf(body, "sms")).toBeNull();
    expect(wishOf(body, "whatsapp")).toBeNull();
  });

  test("a long message is not even looked up", () => {
    expect(wishOf(`STOP${" ".repeat(10)}`, "sms")).not.toBeNull();
    expect(
      wishOf(`baja ${"promo ".repeat(20)}`, "sms", [
        { words: [`baja ${"promo ".repeat(20)}`], does: "stop", purposes: ["notice"] },
      ]),
    ).toBeNull();
  });
});

test.each(["baja promo", "BAJA-PROMO", "No promo!"])(
  "[O2] %s is the tenant's own word, for its purpose",
  (body) => {
    expect(wishOf(body, "whatsapp", own)).toEqual({ wish: "STOP", purposes: ["marketing"] });
    expect(wishOf(body, "whatsapp")).toBeNull();
  },
);

test("[O2] an own word stands before one of the house", () => {
  const mine = [{ words: ["BAJA"], does: "stop", purposes: ["marketing"] }] as const;
  expect(wishOf("baja", "sms", mine)).toEqual({ wish: "STOP", purposes: ["marketing"] });
});

test.each(["cancel", "Cancelar", "fin", "end", "basta"])(
  "[O3] %s may answer a question on WhatsApp",
  (body) => {
    expect(wishOf(body, "whatsapp")).toBeNull();
  },
);

describe("what somebody is answered", () => {
  const hotel = { name: "Hotel Sol", locale: "es-CO" };

  test("is in their language, with the name of the business and the way back", () => {
    const stop = { wish: "STOP", purposes: PURPOSES } as const;
    expect(optOutAnswer(stop, hotel, {})).toMatch(/^Hotel Sol: .*ALTA/);
    expect(optOutAnswer(stop, { ...hotel, locale: "de-DE" }, {})).toContain("START");
    expect(optOutAnswer(stop, { ...hotel, locale: "ja" }, {})).toContain("Write START");
    expect(optOutAnswer({ wish: "START", purposes: PURPOSES }, hotel, {})).toContain("BAJA");
  });

  test("speaks of one kind of message where it was about one", () => {
    const some = { wish: "STOP", purposes: ["marketing"] } as const;
    expect(optOutAnswer(some, hotel, {})).toContain("de este tipo");
    expect(optOutAnswer(some, hotel, { stop: "Hecho." })).toBe("Hecho.");
  });

  test("help has words only where the tenant wrote some", () => {
    const help = { wish: "HELP", purposes: PURPOSES } as const;
    expect(optOutAnswer(help, hotel, {})).toBeNull();
    expect(optOutAnswer(help, hotel, { help: "Llame al 601 555 0100." })).toBe("Llame al 601 555 0100.");
  });
});
