import type { Express, Request, Response } from "express";
import { type TObject, type TSchema, Type } from "typebox";
import { fieldOf, isRecord } from "../core/plain-data.ts";
import { schemaFaults } from "../core/schema-faults.ts";
import { AppError } from "../errors.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import type { Validator, Violation } from "../validator.ts";
import { type Authenticate, requireScope } from "./authenticate.ts";
import { isJsonType, parseJson } from "./json-body.ts";
import { queryOf } from "./name-value-pairs.ts";
import { bodyReader } from "./raw-body.ts";
import type { FileAnswer } from "./reply.ts";
import type { PublicRoute, Route, ScopedRoute, SignInRoute } from "./route.ts";
import { singleHeaders, singleParams, webhookRequest } from "./webhook-request.ts";
import { writeAnswer } from "./write-answer.ts";

export interface MountTools {
  readonly validator: Validator;
  readonly authenticate: Authenticate;
  readonly publicUrl: string;
  /** Hears how long each answer took. */
  readonly answered: (route: string, status: number, seconds: number) => void;
}

type Answerer = (request: Request, response: Response) => Promise<HttpAnswer | FileAnswer>;

const JSON_LIMIT_BYTES = 1024 * 1024;
const SIGN_IN_LIMIT_BYTES = 16 * 1024;

/** Makes express answer the routes as they are declared. */
export function mount(app: Express, routes: readonly Route[], tools: MountTools): void {
  for (const route of routes) {
    const answer = answererOf(route, tools);
    app[route.method](route.path, async (request, response) => {
      const arrivedAt = performance.now();
      response.once("close", () =>
        tools.answered(route.id, response.statusCode, (performance.now() - arrivedAt) / 1000),
      );
      writeAnswer(response, await answer(request, response));
    });
  }
}

function answererOf(route: Route, tools: MountTools): Answerer {
  if ("scope" in route) return scopedAnswerer(route, tools);
  return "body" in route ? signInAnswerer(route, tools) : publicAnswerer(route, tools);
}

function scopedAnswerer(route: ScopedRoute, tools: MountTools): Answerer {
  const { validator, authenticate } = tools;
  const readBody = bodyReader(route.upload?.limitBytes ?? JSON_LIMIT_BYTES);
  return async (request, response) => {
    const caller = await authenticate(request);
    requireScope(caller, route.scope);
    const params = checkedParams(validator, route.params, singleParams(request));
    const query = checkedQuery(validator, route.query, request);
    const body = route.body
      ? checkedBody(validator, route.body, request, await readBody(request, response))
      : {};
    const file = route.upload ? await readBody(request, response) : Buffer.alloc(0);
    return route.handler({ caller, params, query, body, headers: singleHeaders(request), file });
  };
}

function signInAnswerer(route: SignInRoute, { validator }: MountTools): Answerer {
  const readBody = bodyReader(SIGN_IN_LIMIT_BYTES);
  return async (request, response) => {
    const body = checkedBody(validator, route.body, request, await readBody(request, response));
    return route.handler({ body, headers: request.headers, ip: request.ip ?? "" });
  };
}

function publicAnswerer(route: PublicRoute, { validator, publicUrl }: MountTools): Answerer {
  const readBody =
    route.bodyLimitBytes === undefined ? async () => Buffer.alloc(0) : bodyReader(route.bodyLimitBytes);
  return async (request, response) => {
    checkedParams(validator, route.params, singleParams(request));
    return route.handler(webhookRequest(request, publicUrl, await readBody(request, response)));
  };
}

/** A path that could name nothing leads nowhere. */
function checkedParams(
  validator: Validator,
  schema: TObject | undefined,
  params: Record<string, string>,
): Record<string, unknown> {
  if (!schema) return params;
  const filled: Record<string, unknown> = validator.withDefaults<Record<string, unknown>>(schema, params);
  const [violation] = validator.violations(schema, filled);
  if (violation)
    throw new AppError(
      "NOT_FOUND",
      `There is nothing of that name: ${violation.path.slice(1)} ${violation.message}.`,
    );
  return filled;
}

// A large document can be wrong in a hundred thousand places.
const MAX_TOLD = 100;

const NO_TEMPLATES: ReadonlySet<string> = new Set();

const NO_QUERY = Type.Object({}, { additionalProperties: false });

function checkedQuery(
  validator: Validator,
  schema: TObject | undefined,
  request: Request,
): Record<string, unknown> {
  const given = queryOf(request.originalUrl);
  const query = validator.withDefaults<Record<string, unknown>>(schema ?? NO_QUERY, given);
  refuse("query", validator.violations(schema ?? NO_QUERY, query));
  return query;
}

function checkedBody(validator: Validator, schema: TSchema, request: Request, bytes: Buffer): unknown {
  if (bytes.length > 0 && !isJsonType(request.headers["content-type"])) {
    throw new AppError(
      "BODY_MALFORMED",
      "The body must be JSON; send the header Content-Type: application/json.",
    );
  }
  // A route whose fields are all optional takes an empty body for an empty object.
  const body = bytes.length === 0 ? {} : parseJson(bytes);
  refuse("body", tooLongLists(schema, body));
  refuse("body", schemaFaults(firstFaults(validator), { schema, value: body, templated: NO_TEMPLATES }));
  return body;
}

/** Found first: to find every entry of such a list wrong could take seconds. */
function tooLongLists(schema: TSchema, body: unknown): Violation[] {
  const properties = fieldOf(schema, "properties");
  if (!isRecord(properties)) return [];
  return Object.entries(properties).flatMap(([name, property]) => {
    const [list, most] = [fieldOf(body, name), fieldOf(property, "maxItems")];
    if (!Array.isArray(list) || typeof most !== "number" || list.length <= most) return [];
    return [{ path: `/${name}`, message: `must have at most ${most} entries, not ${list.length}` }];
  });
}

function firstFaults(validator: Validator) {
  return {
    validate: (schema: object, value: unknown) => validator.violations(schema, value).slice(0, MAX_TOLD),
  };
}

function refuse(part: "query" | "body", violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  const words = violations.slice(0, 3).map(({ path, message }) => `${path || "/"} ${message}`);
  throw new AppError("INPUT_INVALID", `The ${part} is not as expected: ${words.join("; ")}.`, {
    violations: violations.slice(0, MAX_TOLD),
  });
}
