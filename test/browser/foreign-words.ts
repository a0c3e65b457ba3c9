import { glob } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";

type Locale = "es" | "en";
type Tables = Readonly<Record<Locale, ReadonlySet<string>>>;

/** What is on the page word for word as only the other language has it, and what never was meant for a person. */
export async function foreignWords(page: Page, own: Locale, tables: Tables): Promise<readonly string[]> {
  const other = own === "es" ? "en" : "es";
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
export async function readTables(): Promise<Tables> {
  const root = path.join(import.meta.dirname, "..", "..");
  const read = { es: new Set<string>(), en: new Set<string>() };
  for await (const file of glob("editor/**/{words,everyday,*-words}.ts", { cwd: root })) {
    // Not words, but what gives them to the screen.
    if (file.endsWith(path.join("words", "words.ts"))) continue;
    const tables: Record<string, unknown> = await import(path.join(root, file));
    for (const table of Object.values(tables)) collect(table, read);
  }
  if (Math.min(read.es.size, read.en.size) < 500) throw new Error("the tables of words were not found");
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
