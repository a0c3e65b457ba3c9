import type { IncomingHttpHeaders } from "node:http";
import type { Static, TObject, TSchema } from "typebox";
import type { ErrorCode } from "../errors.ts";
import type { HttpAnswer, WebhookRequest } from "../plugin-api.ts";
import type { Caller } from "./authenticate.ts";
import type { FileAnswer } from "./reply.ts";
import type { Access } from "./scopes.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

export interface ResponseSpec {
  readonly description: string;
  readonly schema?: TSchema;
}

/** What the API page and OpenAPI tell about a route. */
interface Described {
  readonly method: Method;
  /** As express writes it: `/api/v1/flows/:key`. */
  readonly path: string;
  /** Name of the operation in generated clients. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** Errors particular to it; those of every route are added. */
  readonly errors?: readonly ErrorCode[];
  /** Request headers that matter, with what they say. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly required?: true }>>;
}

type Nothing = TObject<Record<never, never>>;

/** A request whose sender is known and whose parts fit the schemas of its route. */
export interface ApiRequest<P, Q, B> {
  readonly caller: Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** What was uploaded; empty where the route takes no file. */
  readonly file: Buffer;
}

/** A route for holders of an API key and people who have signed in. The schemas both check the request and describe it. */
export interface ScopedRoute<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends TSchema = TSchema,
> extends Described {
  readonly scope: Access;
  readonly params?: P;
  readonly query?: Q;
  /** JSON. Absent: a body is not read. */
  readonly body?: B;
  /** The body is a file, in place of JSON. */
  readonly upload?: { readonly limitBytes: number };
  // Method syntax on purpose: a typed handler must still fit the list of all routes.
  handler(request: ApiRequest<Static<P>, Static<Q>, Static<B>>): Promise<HttpAnswer>;
}

/** A route for anybody. It gets the request as it came. */
export interface PublicRoute extends Described {
  /** Why nobody need say who they are. */
  readonly public: string;
  readonly params?: TObject;
  /** Absent: a body is not read. */
  readonly bodyLimitBytes?: number;
  handler(request: WebhookRequest): Promise<HttpAnswer | FileAnswer>;
}

/** A route for somebody who is not known yet, and says in JSON who they are. */
export interface SignInRoute<B extends TSchema = TSchema> extends Described {
  /** Why nobody need say who they are. */
  readonly public: string;
  readonly body: B;
  handler(request: SignInRequest<Static<B>>): Promise<HttpAnswer>;
}

export interface SignInRequest<B> {
  readonly body: B;
  /** As they came. */
  readonly headers: IncomingHttpHeaders;
  /** Where it came from; behind a proxy of ours, as that says. */
  readonly ip: string;
}

export type Route = ScopedRoute | PublicRoute | SignInRoute;

export function route<P extends TObject = Nothing, Q extends TObject = Nothing, B extends TSchema = Nothing>(
  definition: ScopedRoute<P, Q, B>,
): ScopedRoute<P, Q, B> {
  return definition;
}

export function signInRoute<B extends TSchema>(definition: SignInRoute<B>): SignInRoute<B> {
  return definition;
}

export function publicRoute(definition: PublicRoute): PublicRoute {
  return definition;
}
