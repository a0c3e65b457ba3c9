import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { createRandom, type Random } from "../chaos/random.ts";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { flowHand } from "../support/flow-hand.ts";

/** Only a guard against hanging: it goes through much, and machines are shared. */
const PATIENCE = 300_000;

let stage: EditorStage;

beforeAll(async () => {
  stage = await openEditorStage();
});
afterAll(() => stage.stop());

const KEY = "after-hours-voicemail";
const EDITS = 200;
const SEED = 5;

test(
  "200 random edits are all taken back and all done again",
  async () => {
    const first = await draft();
    const { page, errors } = await stage.open(`/flows/${KEY}`, { width: 1000, height: 640 });
    const hand = flowHand(page);
    await page.locator("[data-card]").first().waitFor();
    const random = createRandom(SEED, "undo-storm");
    for (let done = 0; done < EDITS; done++) await random.pick(WAYS)(page, random);
    await hand.saved();
    const last = await draft();
    expect(last).not.toEqual(first);

    await pressUntilDone(page, "Control+z", "Deshacer");
    await hand.saved();
    expect(await draft()).toEqual(first);

    await pressUntilDone(page, "Control+Shift+z", "Rehacer");
    await hand.saved();
    expect(await draft()).toEqual(last);
    expect(errors).toEqual([]);
  },
  PATIENCE,
);

type Way = (page: Page, random: Random) => Promise<void>;

const TYPES = ["decir", "esperar", "enviar mensaje", "terminar", "guardar variables", "si…", "preguntar"];
const ARROWS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

const WAYS: readonly Way[] = [
  go,
  go,
  nudge,
  nudge,
  nudge,
  nudge,
  add,
  duplicate,
  duplicate,
  remove,
  remove,
  rename,
  group,
  describe,
];

async function go(page: Page, random: Random): Promise<void> {
  await page.keyboard.press("Home");
  await page.keyboard.press(random.pick(ARROWS));
  await page.keyboard.press(random.pick(ARROWS));
  await nudge(page, random);
}

/** The keyboard comes to the first step a frame later; who types on at once would take it away from a field. */
async function home(page: Page): Promise<void> {
  await page.keyboard.press("Home");
  await page.locator("[data-card][aria-current]:focus").waitFor();
}

async function nudge(page: Page, random: Random): Promise<void> {
  await page.keyboard.press(`Alt+${random.pick(ARROWS)}`);
}

async function add(page: Page, random: Random): Promise<void> {
  await page.keyboard.press("+");
  const search = page.getByRole("combobox", { name: "Añadir un paso" });
  await search.fill(random.pick(TYPES));
  await search.press("Enter");
  await search.waitFor({ state: "detached" });
}

async function duplicate(page: Page): Promise<void> {
  await page.keyboard.press("Control+d");
}

/** Not down to nothing: a flow without a single step is no draft. */
async function remove(page: Page): Promise<void> {
  if ((await page.locator("[data-card]").count()) > 4) await page.keyboard.press("Delete");
}

async function rename(page: Page, random: Random): Promise<void> {
  await home(page);
  await page.keyboard.press("F2");
  const name = page.getByRole("textbox", { name: "Cambiar el nombre del paso" });
  await name.fill(`Nombre ${random.between(1, 99)}`);
  await name.press("Enter");
  await name.waitFor({ state: "detached" });
}

async function group(page: Page): Promise<void> {
  await home(page);
  await page.keyboard.press("Control+g");
  const name = page.getByRole("textbox", { name: "Cambiar el nombre del grupo" });
  await name.press("Enter");
  await name.waitFor({ state: "detached" });
}

async function describe(page: Page, random: Random): Promise<void> {
  const name = page.getByRole("textbox", { name: "Nombre del flujo" });
  await name.fill(`Buzón ${random.between(1, 99)}`);
  await page.evaluate("document.activeElement.blur()");
}

/** Until its button says that there is nothing more to do. */
async function pressUntilDone(page: Page, key: string, name: "Deshacer" | "Rehacer"): Promise<void> {
  const button = page.getByRole("button", { name: new RegExp(`^${name}`) });
  while (await button.isEnabled()) for (let press = 0; press < 10; press++) await page.keyboard.press(key);
}

async function draft(): Promise<Flow> {
  return (await stage.api("GET", `/api/v1/flows/${KEY}`)).body.draft;
}
