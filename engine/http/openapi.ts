import type { TObject, TSchema } from "typebox";
import { isRecord } from "../core/plain-data.ts";
import { ERROR_CODES, type ErrorCode } from "../errors.ts";
import { COMPONENT_SCHEMAS, ErrorEnvelope } from "./component-schemas.ts";
import type { ResponseSpec, Route } from "./route.ts";
import { type Access, ANY_KEY, ANY_PERSON } from "./scopes.ts";
import { SESSION_COOKIE } from "./session-cookie.ts";

type Plain = Readonly<Record<string, unknown>>;

export interface OpenApi {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  /** Path → method → operation. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Plain;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security: readonly Plain[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Plain };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Plain }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: unknown;
}

const DESCRIPTION =
  "Flows for phone calls, SMS and WhatsApp. Lists page by cursor, times are ISO 8601 in UTC, phone numbers E.164. An error is always { error: { code, message, details, requestId } } with the status of its code.";

/** The routes as OpenAPI 3.1, out of the very schemas that check requests. */
export function openApiOf(
  routes: readonly Route[],
  options: { readonly version: string; readonly publicUrl: string },
): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Centralita", version: options.version, description: DESCRIPTION },
    servers: [{ url: options.publicUrl }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: Object.fromEntries(
        Object.entries(COMPONENT_SCHEMAS).map(([name, schema]) => [name, inlined(schema)]),
      ),
    },
  };
}

const SECURITY_SCHEMES = {
  apiKey: { type: "http", scheme: "bearer", description: "An API key." },
  session: {
    type: "apiKey",
    in: "cookie",
    name: SESSION_COOKIE,
    description: "Of a person who has signed in. What is no GET needs the header X-CSRF-Token as well.",
  },
};

function operationOf(route: Route): Operation {
  const body = "body" in route ? route.body : undefined;
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: "scope" in route ? scopeInWords(route.scope) : `Needs no API key: ${route.public}.`,
    // OpenAPI 3.1 lets any scheme name the roles that are needed.
    security: "scope" in route ? securityOf(route.scope) : [],
    parameters: parametersOf(route),
    ...("upload" in route && route.upload ? { requestBody: FILE_BODY } : {}),
    ...(body ? { requestBody: { required: needsBody(body), content: jsonContent(body) } } : {}),
    responses: { ...responsesOf(route.responses), ...errorsOf(route) },
  };
}

const FILE_BODY = {
  required: true,
  content: { "*/*": { schema: { type: "string", format: "binary" } } },
};

function securityOf(scope: Access): readonly Plain[] {
  if (scope === ANY_PERSON) return [{ session: [] }];
  const roles = scope === ANY_KEY ? [] : [scope];
  return [{ apiKey: roles }, { session: roles }];
}

function scopeInWords(scope: Access): string {
  if (scope === ANY_PERSON) return "Needs somebody who has signed in; no API key opens it.";
  return scope === ANY_KEY
    ? "Needs an API key or a session, whatever its scopes."
    : `Needs an API key, or a person, with the scope \`${scope}\`.`;
}

function parametersOf(route: Route): Parameter[] {
  const headers = Object.entries(route.headers ?? {}).map(([name, { description, required = false }]) => ({
    name,
    in: "header" as const,
    required,
    description,
    schema: { type: "string" },
  }));
  const query = "scope" in route ? fieldsOf(route.query, "query") : [];
  const params = "params" in route ? route.params : undefined;
  return [...fieldsOf(params, "path"), ...query, ...headers];
}

function fieldsOf(schema: TObject | undefined, place: "path" | "query"): Parameter[] {
  const required: readonly string[] = schema?.required ?? [];
  return Object.entries(schema?.properties ?? {}).map(([name, field]) => {
    const { description, ...rest } = plain(field);
    const words = typeof description === "string" ? { description } : {};
    return { name, in: place, required: place === "path" || required.includes(name), ...words, schema: rest };
  });
}

function needsBody(body: TSchema): boolean {
  const { required, type } = plain(body);
  return type !== "object" || (Array.isArray(required) && required.length > 0);
}

function responsesOf(responses: Readonly<Record<number, ResponseSpec>>) {
  const entries = Object.entries(responses).map(([status, { description, schema }]) => {
    return [status, { description, ...(schema ? { content: jsonContent(schema) } : {}) }] as const;
  });
  return Object.fromEntries(entries);
}

const COMMON_ERRORS = ["UNAUTHENTICATED", "SCOPE_MISSING", "CSRF_REFUSED", "RATE_LIMITED"] as const;

/** One response per status, naming the codes that come with it. */
function errorsOf(route: Route) {
  const common: readonly ErrorCode[] = "scope" in route ? COMMON_ERRORS : [];
  const codes = [...new Set([...common, ...(route.errors ?? [])])];
  const byStatus = Map.groupBy(codes, (code) => ERROR_CODES[code].status);
  const error = { content: jsonContent(ErrorEnvelope) };
  const named = [...byStatus].map(
    ([status, names]) => [String(status), { description: names.join(", "), ...error }] as const,
  );
  return { ...Object.fromEntries(named), default: { description: "Any other error.", ...error } };
}

function jsonContent(schema: TSchema): Plain {
  return { "application/json": { schema: referenced(schema) } };
}

const NAMES: ReadonlyMap<unknown, string> = new Map(
  Object.entries(COMPONENT_SCHEMAS).map(([name, schema]) => [schema, name]),
);

/** The schema as plain data, with a reference wherever one with a name is used. */
function referenced(value: unknown): unknown {
  const name = NAMES.get(value);
  return name === undefined ? inlined(value) : { $ref: `#/components/schemas/${name}` };
}

function inlined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referenced);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, referenced(entry)]));
}

function plain(schema: TSchema): Record<string, unknown> {
  return JSON.parse(JSON.stringify(schema));
}
