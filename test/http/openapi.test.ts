import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenApi, Operation } from "../../engine/http/openapi.ts";
import { API_TYPES_FILE, apiTypesOf } from "../support/api-types.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
let document: OpenApi;
let operations: { readonly path: string; readonly method: string; readonly operation: Operation }[];

beforeAll(async () => {
  api = await startTestApi();
  document = (await api.anonymous("GET", "/api/openapi.json")).body;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
});
afterAll(() => api.stop());

describe("OpenAPI", () => {
  test("is 3.1 with the parts it must have", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(document.info).toMatchObject({ title: "Centralita", version: expect.stringMatching(/^\d/) });
    expect(document.servers).toEqual([{ url: api.engine.url }]);
    expect(operations.length).toBeGreaterThan(30);
  });

  test("operation ids are unique, and each tag is declared", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    expect(operations.filter(({ operation }) => !operation.tags.every((tag) => tags.includes(tag)))).toEqual(
      [],
    );
  });

  test("the parameters of a path are exactly those in its braces, all required", () => {
    for (const { path, operation } of operations) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
      expect(
        inPath.map(({ name }) => `{${name}}`),
        path,
      ).toEqual([...path.matchAll(/\{\w+\}/g)].map(([brace]) => brace));
      expect(
        inPath.every(({ required }) => required),
        path,
      ).toBe(true);
    }
  });

  test("every operation has a described response, and the shape of errors", () => {
    for (const { path, method, operation } of operations) {
      const place = `${method} ${path}`;
      expect(
        Object.keys(operation.responses).some((status) => /^[23]\d\d$/.test(status)),
        place,
      ).toBe(true);
      expect(
        Object.values(operation.responses).every(({ description }) => description.length > 0),
        place,
      ).toBe(true);
      expect(operation.responses.default?.content, place).toEqual({
        "application/json": { schema: { $ref: "#/components/schemas/Error" } },
      });
    }
  });

  test("all references lead somewhere and all schemas are JSON Schema 2020-12", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, "api");
    const references = JSON.stringify(document).match(/"#\/components\/schemas\/\w+"/g) ?? [];
    expect(references.length).toBeGreaterThan(20);
    for (const reference of new Set(references)) ajv.compile({ $ref: `api${JSON.parse(reference)}` });
    for (const { operation } of operations) {
      for (const { schema } of operation.parameters)
        expect(ajv.validateSchema(schema as object), operation.operationId).toBe(true);
    }
  });

  test("who needs a key or a session, and with which scope, is said", () => {
    const security = (id: string) =>
      operations.find(({ operation }) => operation.operationId === id)?.operation.security;
    expect(security("startRun")).toEqual([{ apiKey: ["runs:write"] }, { session: ["runs:write"] }]);
    expect(security("readMe")).toEqual([{ apiKey: [] }, { session: [] }]);
    expect(security("logout")).toEqual([{ session: [] }]);
    expect(security("login")).toEqual([]);
    expect(security("live")).toEqual([]);
  });
});

describe("the page", () => {
  test("shows every operation and loads nothing, from this host or another", async () => {
    const { status, headers, text } = await api.anonymous("GET", "/api/docs");
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    for (const { operation } of operations) expect(text).toContain(`id="${operation.operationId}"`);
    expect(text).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\ssrc=/i);
  });

  test("its style is the one thing its policy lets in", async () => {
    const { headers, text } = await api.anonymous("GET", "/api/docs");
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? "";
    const digest = Buffer.from(
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style)),
    ).toString("base64");
    expect(headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
  });
});

test("the editor's client knows the API as it is; run `npm run api:types` where this fails", async () => {
  const { body } = await api.anonymous("GET", "/api/openapi.json");
  expect(await readFile(API_TYPES_FILE, "utf8")).toBe(await apiTypesOf(body));
});
