import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readExampleFlows } from "../../engine/example-flows.ts";
import { createValidator } from "../../engine/validator.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

interface Item {
  readonly key: string;
  readonly name: { readonly en: string; readonly es: string };
  readonly text: { readonly en: string; readonly es: string };
  readonly module: string | null;
  readonly starts: readonly string[];
  readonly channels: readonly string[];
  readonly shape: { readonly nodes: readonly { id: string }[]; readonly edges: readonly unknown[] };
}

let api: TestApi;
let items: readonly Item[];
beforeAll(async () => {
  api = await startTestApi();
  items = (await api.call("GET", "/api/v1/gallery")).body.items;
});
afterAll(() => api.stop());

const itemOf = (key: string) => items.find((item) => item.key === key);

describe("the gallery", () => {
  test("has every example and a flow for each module, each once", () => {
    const examples = readdirSync("flows").filter((name) => !name.includes("."));
    const modules = readdirSync("modules").map((file) => `${path.basename(file, ".json")}-notices`);
    expect(items.map(({ key }) => key).toSorted()).toEqual([...examples, ...modules].toSorted());
  });

  test("says in both languages what a flow does, without marks", () => {
    expect(itemOf("ivr-sales-support-reservations")).toMatchObject({
      name: { es: "Menú: ventas, soporte y reservas" },
      text: {
        es: expect.stringMatching(/^«Para ventas, presione 1/),
        en: expect.stringMatching(/^A voice menu by key or speech/),
      },
    });
    for (const { key, text } of items) {
      expect(`${text.es}${text.en}`, key).not.toMatch(/[`*]|\]\(/);
      expect([text.es.length > 20, text.en.length > 20], key).toEqual([true, true]);
    }
  });

  test("says how it starts, by which channels it goes, and whose events it answers", () => {
    expect(itemOf("ivr-sales-support-reservations")).toMatchObject({
      starts: ["twilio.incoming-call"],
      channels: ["voice"],
    });
    expect(itemOf("pms-notices")).toMatchObject({ module: "pms", starts: ["data.event"] });
    expect(itemOf("missed-call-to-whatsapp")?.channels).toEqual(["voice", "sms", "whatsapp"]);
  });

  test("gives the document, a module's in the language that is asked for", async () => {
    for (const { key, shape } of items) {
      const { status, body } = await api.call("GET", `/api/v1/gallery/${key}`);
      expect([status, body.key, body.nodes.length], key).toEqual([200, key, shape.nodes.length]);
      expect(body.edges.length, key).toBe(shape.edges.length);
    }
    const { body } = await api.call("GET", "/api/v1/gallery/pos-notices?language=en");
    expect(body.name).toBe(itemOf("pos-notices")?.name.en);
  });

  test("does not know what it has not, and is closed to who may not see flows", async () => {
    expect((await api.call("GET", "/api/v1/gallery/nada")).body.error.code).toBe("NOT_FOUND");
    const stranger = await api.withScopes(["runs:read"]);
    expect((await stranger("GET", "/api/v1/gallery")).status).toBe(403);
  });
});

test("a folder that holds no flow is named, with what is wrong", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "examples-"));
  mkdirSync(path.join(folder, "roto"));
  writeFileSync(path.join(folder, "roto", "flow.json"), '{"schemaVersion": 2}');
  writeFileSync(path.join(folder, "roto", "README.md"), "# Roto");
  expect(() => readExampleFlows(createValidator(), folder)).toThrow(/roto\/flow\.json: /);
  rmSync(folder, { recursive: true });
});
