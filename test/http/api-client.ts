import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import type { OpenApi } from "../../engine/http/openapi.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

/** Calls the API with a key, and holds every JSON answer against what OpenAPI promises for it. */
export function apiClient(url: string, key: string | null): Call {
  const promises = openApiPromises(url);
  return async (method, path, { headers = {}, json, raw } = {}) => {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(json === undefined ? (raw === undefined ? {} : { body: raw }) : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") && text !== "";
    const body = isJson ? JSON.parse(text) : null;
    // What a flow answers is the flow's own; it carries the sandbox.
    const isOurs = !response.headers.get("content-security-policy")?.startsWith("sandbox");
    if (isJson && isOurs) expectPromised(await promises, { method, path, status: response.status, body });
    return { status: response.status, headers: response.headers, text, body };
  };
}

interface Promises {
  readonly api: OpenApi;
  readonly ajv: Ajv2020;
}

async function openApiPromises(url: string): Promise<Promises> {
  const api = (await (await fetch(`${url}/api/openapi.json`)).json()) as OpenApi;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(api, "api");
  return { api, ajv };
}

function expectPromised(
  { api, ajv }: Promises,
  answer: { method: string; path: string; status: number; body: unknown },
): void {
  const operation = operationOf(api, answer.method, answer.path);
  if (!operation) return;
  const { template, method, statuses } = operation;
  const status = statuses.includes(String(answer.status)) ? String(answer.status) : "default";
  const pointer = ["paths", template, method, "responses", status, "content", "application/json", "schema"];
  if (!has(api, pointer)) return;
  const validate = ajv.compile({
    $ref: `api#${pointer.map((part) => `/${encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("")}`,
  });
  expect(
    validate(answer.body) ? [] : validate.errors,
    `${answer.method} ${answer.path} ${answer.status}`,
  ).toEqual([]);
}

function operationOf(api: OpenApi, method: string, path: string) {
  const bare = path.split("?", 1)[0] ?? "";
  const name = method.toLowerCase();
  // A fixed path such as /flows/check wins over one with a parameter.
  const fitting = Object.keys(api.paths).filter(
    (template) =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(bare) && api.paths[template]?.[name],
  );
  const template = fitting.toSorted((a, b) => a.split("{").length - b.split("{").length)[0];
  const operation = template === undefined ? undefined : api.paths[template]?.[name];
  return template === undefined || !operation
    ? null
    : { template, method: name, statuses: Object.keys(operation.responses) };
}

function has(value: unknown, path: readonly string[]): boolean {
  const found = path.reduce<unknown>(
    (part, name) => (typeof part === "object" && part !== null ? Reflect.get(part, name) : undefined),
    value,
  );
  return found !== undefined;
}

/** The error of an answer in the envelope. */
export async function errorOf(
  response: Response,
): Promise<{ readonly code: string; readonly requestId: string; readonly details: unknown }> {
  const { error } = (await response.json()) as {
    error: { code: string; requestId: string; details: unknown };
  };
  return error;
}
