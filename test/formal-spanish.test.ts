/** The house says usted to whoever works with it. What a business says to its own customers has the tone of the business. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { PROBLEM_TEXTS } from "../engine/core/problem-texts.ts";

const ROOT = path.join(import.meta.dirname, "..");

/** Nobody of the house speaks there: emulated vendors, the demo's own texts, and what a model is told. */
const OTHERS = /emulator\/|^engine\/demo\/|generated\.ts$|^plugins\/agent\/(prompt|ask-shaped|tools\/)/;

/** Messages to customers, in examples of nodes. */
const TO_CUSTOMERS: readonly string[] = [
  "Hola {{ contact.name }}, te esperamos en {{ store.name }}: {{ store.address }}",
  "¿Qué te apetece hoy?",
  "Eres Lucía, del restaurante La Espiga. Ayuda con reservas y horarios.",
];

/** Words that only a tú has. */
const FAMILIAR = [
  "tu|tus|tú|te|ti|contigo|tuy[oa]s?",
  "puedes|quieres|querías|tienes|debes|necesitas|eres|estás|haces|sabes|usas|eliges|envías|recibes|escribes|indicas|pones|respondes|prefieres",
  "indiques|respondas|escribas|elijas|quieras|puedas|tengas|hagas|pongas|añadas|prefieras|necesites",
  "haz|pon|ponl[eoa]s?|hazl[oa]s?|dale|inténtalo|sal",
  "(?:conécta|elimína|cámbia|úsa|declára|asígna|lléva|agréga|quíta|déja|bórra|revísa|guárda|pruéba|compruéba)(?:l[aoe]s?)",
  "(?:escríbe|elíge|añáde|corríge|píde|súbe|ábre)(?:l[aoe]s?)",
].join("|");
const TU = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${FAMILIAR})(?![\\p{L}\\p{N}_-])`, "iu");

/** Orders that are a description where a sentence has somebody else as its subject; in a fix it never has. */
const ORDER =
  /(?:^|[;:.] |, o |\bo )(?:usa|escribe|elige|corrige|deja|agrega|lleva|trae|comprueba|nombra|elimina|conecta|añade|quita|cambia|revisa|crea|borra|declara)(?![\p{L}])/iu;

test("nobody is addressed as tú, in any text of the editor, the engine or a plugin", () => {
  const files = globSync("{editor,engine,plugins,modules}/**/*.{ts,tsx}", { cwd: ROOT });
  expect(files.length).toBeGreaterThan(500);
  const found = files
    .filter((file) => !OTHERS.test(file))
    .flatMap((file) => {
      const texts = textsIn(readFileSync(path.join(ROOT, file), "utf8"));
      const familiar = texts.filter((text) => TU.test(text) && !TO_CUSTOMERS.includes(text));
      return familiar.map((text) => `${file}: ${text}`);
    });
  expect(found).toEqual([]);
});

test("a way to mend a flow is an order to usted", () => {
  const source = readFileSync(path.join(ROOT, "engine/core/problem-texts.ts"), "utf8");
  const fixes = source
    .split("\n    es: ")
    .slice(1)
    .flatMap((part) => textsIn(part.split(/\n {2}\},/, 1)[0]?.split("fix:")[1] ?? ""));
  expect(fixes.length).toBeGreaterThanOrEqual(Object.keys(PROBLEM_TEXTS).length);
  expect(fixes.filter((text) => ORDER.test(text))).toEqual([]);
});

test("the words it looks for are those of a tú", () => {
  for (const text of ["Elige tu plantilla", "Si quieres, prueba", "Conéctalo o bórralo", "¿Te sirve?"])
    expect(TU.test(text), text).toBe(true);
  for (const text of ["Conéctelo a su número", "te-IN", "El estado actual", "Status", "Úselo"])
    expect(TU.test(text), text).toBe(false);
  expect(ORDER.test("Usa una de sus salidas")).toBe(true);
  expect(ORDER.test("Use una de sus salidas")).toBe(false);
});

/** Literals, without what comments say. */
function textsIn(source: string): readonly string[] {
  const code = source.replaceAll(/\/\*.*?\*\/|(?<![:"'`\w])\/\/[^\n]*/gs, "");
  return [...code.matchAll(/(["`])((?:\\.|(?!\1)[^\\])*)\1/gs)].map(([, , text]) => text ?? "");
}
