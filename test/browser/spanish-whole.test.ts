import { glob } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { playedOn, visitScreens } from "./visit-screens.ts";

type Locale = "es" | "en";

/** Only a guard against hanging: it goes through much, and machines are shared. */
const PATIENCE = 300_000;

let stage: EditorStage;
let tables: Readonly<Record<Locale, ReadonlySet<string>>>;

beforeAll(async () => {
  tables = await readTables();
  stage = await playedOn(await openEditorStage());
});
afterAll(() => stage.stop());

test(
  "in Spanish nothing of any screen is in English",
  async () => {
    expect(await visitScreens(stage, { locale: "es" }, (page) => foreignWords(page, "es", "en"))).toEqual({});
  },
  PATIENCE,
);

test(
  "in English nothing of any screen is in Spanish",
  async () => {
    expect(await visitScreens(stage, { locale: "en" }, (page) => foreignWords(page, "en", "es"))).toEqual({});
  },
  PATIENCE,
);

/** What is on the page word for word as only the other language has it, and what never was meant for a person. */
async function foreignWords(page: Page, own: Locale, other: Locale): Promise<readonly string[]> {
  const texts = await textsOf(page);
  const lang = await page.locator("html").getAttribute("lang");
  return [
    ...(lang === own ? [] : [`html lang is ${lang}`]),
    ...texts.filter((text) => tables[other].has(text) && !tables[own].has(text)),
    ...texts.filter((text) => /undefined|\bNaN\b|\[object |^function |=>/.test(text)),
  ];
}

/** Everything that is read or heard; not what a tenant wrote, which has the language it was written in. */
function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const isTenants = (element) => element.closest(".card-title, .card-essence, .bubble, .captions, .row-name, code, .cm-editor, [role=log]");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent && !parent.closest("style, script, svg") && !isTenants(parent)) texts.push(node.data.trim());
    }
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]"))
      if (!isTenants(element))
        for (const name of ["aria-label", "title", "placeholder"]) texts.push(element.getAttribute(name)?.trim() ?? "");
    return [...new Set(texts)].filter((text) => text.length > 2);
  })()`);
}

/** All words of the editor and of the catalogue, by language. */
async function readTables(): Promise<Record<Locale, Set<string>>> {
  const root = path.join(import.meta.dirname, "..", "..");
  const read = { es: new Set<string>(), en: new Set<string>() };
  for await (const file of glob("editor/**/{words,everyday,*-words}.ts", { cwd: root })) {
    // Not words, but what gives them to the screen.
    if (file.endsWith(path.join("words", "words.ts"))) continue;
    const tables: Record<string, unknown> = await import(path.join(root, file));
    for (const table of Object.values(tables)) collect(table, read);
  }
  expect(Math.min(read.es.size, read.en.size)).toBeGreaterThan(500);
  return read;
}

/** Wherever a value has both languages, the texts of each. */
function collect(value: unknown, into: Record<Locale, Set<string>>): void {
  if (typeof value !== "object" || value === null) return;
  if ("en" in value && "es" in value) {
    addTexts(value.en, into.en);
    addTexts(value.es, into.es);
    return;
  }
  for (const part of Object.values(value)) collect(part, into);
}

function addTexts(value: unknown, into: Set<string>): void {
  if (typeof value === "string") into.add(value.trim());
  else if (typeof value === "object" && value !== null)
    for (const part of Object.values(value)) addTexts(part, into);
}
