import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";

let stage: EditorStage;

beforeAll(async () => {
  stage = await openEditorStage();
});
afterAll(() => stage.stop());

test("a person signs in, sees their flows and signs out", async () => {
  const { page, errors } = await stage.open("/", { signedOut: true });
  await page.locator('input[name="email"]').fill(DEMO.signIn.email);
  await page.locator('input[name="password"]').fill("wrong password");
  await page.getByRole("button", { name: "Entrar" }).click();
  await page.getByRole("alert").getByText("no coinciden").waitFor();
  await page.locator('input[name="password"]').fill(DEMO.signIn.password);
  await page.getByRole("button", { name: "Entrar" }).click();
  await page.getByRole("heading", { name: "Flujos", level: 1 }).waitFor();
  await page.getByRole("button", { name: /^Cuenta/ }).click();
  await page.getByRole("menuitem", { name: "Salir" }).click();
  await page.getByRole("button", { name: "Entrar" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Entrar" }).waitFor();
  expect(errors).toEqual([]);
});
