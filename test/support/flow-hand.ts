import type { Locator, Page } from "playwright-core";

/** What a person does on a flow's page, by the words that are on it in Spanish. */
export interface FlowHand {
  card(id: string): Locator;
  /** Everything of the flow in view: what is not in view is not drawn. */
  showAll(): Promise<void>;
  select(id: string): Promise<void>;
  /** Adds a step on a way out of another by the mouse, and gives its id. */
  add(from: string, port: string, step: { readonly find: string; readonly name: string }): Promise<string>;
  /** Until the draft on the screen is the server's. */
  saved(): Promise<void>;
  readonly panel: Locator;
  readonly drawer: (name: string) => Locator;
}

export function flowHand(page: Page): FlowHand {
  const card = (id: string) => page.locator(`[data-card="${id}"]`);
  return {
    card,
    async showAll() {
      await page.getByRole("button", { name: "Flujo completo" }).click();
    },
    async select(id) {
      await card(id).locator(".card-title, .card-far").filter({ visible: true }).first().click();
      await selected(page, id).waitFor();
    },
    async add(from, port, { find, name }) {
      const before = await cardIds(page);
      await card(from)
        .getByRole("button", { name: `Añadir un paso: ${port}`, exact: true })
        .click();
      const search = page.getByRole("combobox", { name: "Añadir un paso" });
      await search.fill(find);
      await page.getByRole("option", { name: new RegExp(`^${name}`) }).click();
      await search.waitFor({ state: "detached" });
      return newCard(page, before);
    },
    saved: () => page.locator('.flow-state[data-kind="saved"]').waitFor(),
    panel: page.getByRole("complementary", { name: "Ajustes del nodo" }),
    drawer: (name) => page.getByRole("complementary", { name, exact: true }),
  };
}

export async function cardIds(page: Page): Promise<string[]> {
  const cards = await page.locator("[data-card]").all();
  const ids = await Promise.all(cards.map((card) => card.getAttribute("data-card")));
  return ids.filter((id) => id !== null);
}

/** The id of the one card that was not there before, once it is the selected one. */
export async function newCard(page: Page, before: readonly string[]): Promise<string> {
  const others = before.map((id) => `:not([data-card="${id}"])`).join("");
  const added = page.locator(`[data-card][aria-current]${others}`);
  await added.waitFor();
  return (await added.getAttribute("data-card")) ?? "";
}

function selected(page: Page, id: string): Locator {
  return page.locator(`[data-card="${id}"][aria-current]`);
}

/** Makes a flow that somebody's call starts, and stays on its page. */
export async function newCallFlow(page: Page, name: string): Promise<void> {
  await page.getByRole("textbox", { name: "Nombre" }).fill(name);
  await page.getByRole("radio", { name: /^Alguien llama/ }).check();
  await page.getByRole("button", { name: "Crear y dibujar" }).click();
  await page.locator("[data-card]").first().waitFor();
}
