import { afterAll, beforeAll, expect, test } from "vitest";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";

let stage: EditorStage;

beforeAll(async () => {
  stage = await openEditorStage();
});
afterAll(() => stage.stop());

test("[S40] a person makes a key, sees it once, changes and revokes it", async () => {
  const { page, errors } = await stage.open("/settings");
  await page.getByRole("button", { name: "Clave nueva" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Para qué es").fill("Cajas");
  await dialog.getByRole("combobox", { name: "Qué puede hacer" }).fill("Ejecuciones: ver");
  await page.getByRole("option", { name: "Ejecuciones: ver" }).click();
  await dialog.getByLabel("Para qué es").click();
  await dialog.getByRole("button", { name: "Crear" }).click();
  const key = await dialog.getByText(/^ck_/).textContent();
  expect(key).toMatch(/^ck_[\w-]{43}$/);
  await dialog.getByRole("button", { name: "Ya la copié" }).click();
  await page.getByText("Cajas", { exact: true }).waitFor();
  expect(await page.getByText(key ?? "").count()).toBe(0);

  await page.getByRole("button", { name: "Cambiar", exact: true }).first().click();
  await dialog.getByRole("button", { name: "Cambiar" }).click();
  const next = await dialog.getByText(/^ck_/).textContent();
  expect(next).toMatch(/^ck_[\w-]{43}$/);
  expect(next).not.toBe(key);
  await dialog.getByRole("button", { name: "Ya la copié" }).click();
  await page.getByText("La clave anterior vale hasta").waitFor();

  await page.getByRole("button", { name: "Revocar", exact: true }).first().click();
  await dialog.getByRole("button", { name: "Revocar" }).click();
  await page.getByText("Revocada", { exact: true }).waitFor();
  expect(errors).toEqual([]);
});
