import { describe, expect, test } from "vitest";
import { PRIVATE_KINDS } from "../../../../engine/plugin-api.ts";
import { type Redaction, redact, redactAll } from "../../../../plugins/agent/privacy/redact.ts";

const ALL: Redaction = { kinds: PRIVATE_KINDS, language: "es", country: "CO" };

describe("cards", () => {
  test.each(["4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111"])("%s", (card) => {
    expect(redact(`Mi tarjeta es ${card}, gracias`, ALL)).toBe("Mi tarjeta es [tarjeta …1111], gracias");
  });

  test("are no other long numbers", () => {
    expect(redact("Guía 4111111111111112", ALL)).toBe("Guía 4111111111111112");
  });
});

test("e-mails keep where they are", () => {
  expect(redact("Escriba a ana.ruiz+x@correo.com.co.", ALL)).toBe("Escriba a [correo …@correo.com.co].");
});

describe("papers of the countries we serve", () => {
  test.each([
    ["MX", "CURP", "GODE561231HDFRRN09"],
    ["MX", "RFC", "GODE561231GR8"],
    ["BR", "CPF", "529.982.247-25"],
    ["AR", "CUIT", "20-12345678-6"],
    ["PE", "RUC", "20100070970"],
    ["CO", "NIT", "890.903.938-8"],
    ["CL", "RUT", "12.345.678-5"],
    ["ES", "DNI", "12345678Z"],
    ["ES", "NIE", "x1234567l"],
    ["US", "SSN", "219-09-9999"],
  ])("%s: %s", (_, name, number) => {
    expect(redact(`Va a nombre de Ana, ${name} ${number}.`, ALL)).toBe(
      `Va a nombre de Ana, ${name} [documento].`,
    );
  });

  test.each([
    ["CC 1.020.304.050", "CC [documento]"],
    ["Mi cédula es 52123456", "Mi cédula es [documento]"],
    ["cédula de ciudadanía número 1020304050", "cédula de ciudadanía número [documento]"],
    ["C.I. no, cédula: 1710034065", "C.I. no, cédula: [documento]"],
    ["mi DNI es el 30.123.456", "mi DNI es el [documento]"],
    ["pasaporte AB123456", "pasaporte [documento]"],
    ["cpf 11144477735", "cpf [documento]"],
  ])("%s", (said, kept) => {
    expect(redact(said, ALL)).toBe(kept);
  });

  test.each([
    "12345678A",
    "12.345.678-4",
    "20-12345678-5",
    "890.903.938-7",
    "pedido 52123456",
    "Mesa 4, 20:00",
  ])("%s is none: its own check, or the word before it, says so", (text) => {
    expect(redact(text, { ...ALL, kinds: ["identity"] })).toBe(text);
  });
});

describe("telephones", () => {
  test.each([
    [
      "CO",
      "Llámeme al 300 111 2233 o al +34 612 34 56 78",
      "Llámeme al [teléfono …2233] o al [teléfono …5678]",
    ],
    ["ES", "Es el 612345678", "Es el [teléfono …5678]"],
    [null, "Es el 612345678 y +573001112233", "Es el 612345678 y [teléfono …2233]"],
  ])("as people of %s write them", (country, said, kept) => {
    expect(redact(said, { ...ALL, country })).toBe(kept);
  });

  test("are no dates, hours, prices or orders", () => {
    const said = "Pedido 1001 el 2026-11-28 (28-11-2026) a las 20:00, $ 120.000, mesa para 4";
    expect(redact(said, ALL)).toBe(said);
  });
});

test("only what the tenant wants is marked, in the language of the conversation", () => {
  const said = "4111 1111 1111 1111 and ana@example.com";
  const english = { ...ALL, language: "en" };
  expect(redact(said, { ...english, kinds: ["email"] })).toBe(
    "4111 1111 1111 1111 and [e-mail …@example.com]",
  );
  expect(redact(said, english)).toBe("[card …1111] and [e-mail …@example.com]");
  expect(redact(said, { ...english, kinds: [] })).toBe(said);
});

test("marked twice is marked once", () => {
  const once = redact("CC 1.020.304.050, 300 111 2233, ana@example.com, 4111 1111 1111 1111", ALL);
  expect(redact(once, ALL)).toBe(once);
});

test("every text in a value, however deep, and nothing else", () => {
  const value = { a: [{ b: "ana@example.com", n: 3001112233 }], c: null, d: true };
  expect(redactAll(value, ALL)).toEqual({
    a: [{ b: "[correo …@example.com]", n: 3001112233 }],
    c: null,
    d: true,
  });
});

test("a long text takes time in proportion to it", () => {
  const long = `${"1 ".repeat(20_000)}${"a.".repeat(20_000)}@`;
  expect(redact(long, ALL).length).toBeGreaterThan(0);
});
