import path from "node:path";
import { compile, type JSONSchema } from "json-schema-to-typescript";
import type { OpenApi, Operation } from "../../engine/http/openapi.ts";

export const API_TYPES_FILE = path.join(import.meta.dirname, "..", "..", "editor", "api", "generated.ts");

const HEADER = "// Written by `npm run api:types` from the API's own OpenAPI document; not edited by hand.\n";

/** What the editor's client knows of the API: each operation's parts as types, and where it is. */
export async function apiTypesOf(api: OpenApi): Promise<string> {
  const operations = Object.entries(api.paths)
    .flatMap(([address, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ address, method, operation })),
    )
    .filter(({ address }) => address.startsWith("/api/v1/"))
    .toSorted((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1));
  const schema = {
    title: "Operations",
    ...objectOf(operations.map(({ operation }) => [operation.operationId, partsOf(operation)])),
    $defs: api.components.schemas,
  };
  const types = await compile(localRefs(schema) as JSONSchema, "Operations", {
    additionalProperties: false,
    bannerComment: "",
    unreachableDefinitions: false,
    ignoreMinAndMaxItems: true,
  });
  const places = operations.map(
    ({ address, method, operation }) => `  ${operation.operationId}: ["${method}", "${address}"],`,
  );
  return `${HEADER}\n${types}\n/** Method and address of each operation. */\nexport const OPERATIONS = {\n${places.join("\n")}\n} as const satisfies Record<keyof Operations, readonly [string, string]>;\n`;
}

function partsOf({ parameters, requestBody, responses }: Operation) {
  return objectOf([
    ["path", fieldsOf(parameters, "path")],
    ["query", fieldsOf(parameters, "query")],
    ["body", schemaIn(requestBody?.content)],
    ["answer", schemaIn(answerOf(responses)?.content)],
  ]);
}

function fieldsOf(parameters: Operation["parameters"], place: "path" | "query") {
  const own = parameters.filter((parameter) => parameter.in === place);
  const required = own.filter((parameter) => parameter.required).map(({ name }) => name);
  const properties = Object.fromEntries(own.map(({ name, schema }) => [name, schema]));
  return { type: "object", properties, required, additionalProperties: false };
}

function answerOf(responses: Operation["responses"]) {
  const status = Object.keys(responses).find((code) => code.startsWith("2"));
  return status === undefined ? undefined : responses[status];
}

function schemaIn(content: unknown): unknown {
  const json = (content as Record<string, { schema?: unknown }> | undefined)?.["application/json"];
  return json?.schema ?? { type: "null" };
}

function objectOf(entries: readonly (readonly [string, unknown])[]) {
  return {
    type: "object",
    properties: Object.fromEntries(entries),
    required: entries.map(([name]) => name),
    additionalProperties: false,
  };
}

function localRefs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll("#/components/schemas/", "#/$defs/"));
}
