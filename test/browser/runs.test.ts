import { afterAll, beforeAll, expect, test } from "vitest";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

let stage: EditorStage;
let runId: string;

beforeAll(async () => {
  stage = await openEditorStage();
  await stage.engine.publish(
    flowOf("two-hours", [
      ["api", "api.run"],
      ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
      ["done", "core.end", { outcome: "rested" }],
    ]),
  );
  const json = { contact: { phone: "+573005560102", name: "Ana" } };
  const started = await stage.api("POST", "/api/v1/flows/two-hours/runs", { json });
  runId = started.body.runId;
  await until("the run to wait", async () => (await read()).status === "waiting");
});
afterAll(() => stage.stop());

const read = async () => (await stage.api("GET", `/api/v1/runs/${runId}`)).body;

test("a person finds a run that waits, lets it go on now, and sees it end", async () => {
  const { page, errors } = await stage.open("/runs");
  const row = page.getByRole("listitem").filter({ hasText: "Ana" });
  await row.getByText("espera en «Esperar»").waitFor();
  await page.getByText("Terminadas").click();
  await expect.poll(() => page.url()).toContain("state=succeeded");
  await page.getByRole("button", { name: "Quitar filtros" }).first().click();
  await row.getByRole("link").click();
  await page.getByRole("button", { name: "Continuar ya" }).click();
  await page.getByText("Terminó: rested").first().waitFor();
  expect(await read()).toMatchObject({ status: "succeeded", node: "done" });
  await page.keyboard.press("ArrowLeft");
  await page.getByText("1 de 2").waitFor();
  await page.getByRole("button", { name: "Reintentar desde aquí" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Reintentar" }).click();
  await page.getByRole("link", { name: "Retoma otra ejecución" }).waitFor();
  expect(errors).toEqual([]);
});
