import { AppError, type GuardedFetch, type JsonObject, retryAfterMs } from "../../engine/plugin-api.ts";
import { authorization, type MetaApp, metaErrorOf, sentence } from "./client.ts";
import { meaningOf } from "./error-codes.ts";
import { isObject, parseJson } from "./wire/json.ts";

export interface GraphCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** After the version: `100000000000000/message_templates`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON, or the bytes of a file with their headers. */
  readonly body?:
    | JsonObject
    | { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> };
}

/** A call of the Graph API that sends no message: doing it twice does no harm. */
export interface GraphContext {
  readonly fetch: GuardedFetch;
  readonly signal: AbortSignal;
}

/**
 * Gives the answer's object.
 * @throws AppError VENDOR_REFUSED with Meta's words (`details.vendorCode`), VENDOR_RATE_LIMITED, VENDOR_UNAVAILABLE
 */
export async function callGraph(app: MetaApp, call: GraphCall, ctx: GraphContext): Promise<JsonObject> {
  const { method, path, query, body } = call;
  const search = query ? `?${new URLSearchParams(query)}` : "";
  const answer = await ctx
    .fetch(`${app.baseUrl}/${app.apiVersion}/${path}${search}`, {
      method,
      headers: { ...authorization(app), ...headersOf(body) },
      ...(body === undefined ? {} : { body: bytesOf(body) }),
      signal: ctx.signal,
      timeoutMs: 30_000,
    })
    .catch((error: unknown) => {
      throw unreachable(error);
    });
  const parsed = parseJson(answer.text);
  if (answer.status >= 200 && answer.status < 300 && isObject(parsed)) return parsed;
  throw refusal(answer.status, answer.text, answer.headers["retry-after"]);
}

/** True for the refusal that says there is no such object. */
export function isMissing(error: unknown): boolean {
  return error instanceof AppError && error.details.vendorCode === "33";
}

type Body = NonNullable<GraphCall["body"]>;

function isFile(body: Body): body is Extract<Body, { bytes: Uint8Array }> {
  return body.bytes instanceof Uint8Array;
}

function headersOf(body: GraphCall["body"]): Readonly<Record<string, string>> {
  if (body === undefined) return {};
  return isFile(body) ? body.headers : { "content-type": "application/json" };
}

function bytesOf(body: Body): string | Uint8Array {
  return isFile(body) ? body.bytes : JSON.stringify(body);
}

function unreachable(error: unknown): AppError {
  if (error instanceof AppError && error.code !== "FETCH_FAILED") return error;
  const why = error instanceof Error ? error.message : String(error);
  return new AppError("VENDOR_UNAVAILABLE", `Meta could not be reached: ${why}`, { vendor: "meta" }, error);
}

function refusal(status: number, text: string, retryAfter: string | undefined): AppError {
  const error = metaErrorOf(text);
  const delayMs = retryAfterMs(retryAfter, new Date());
  const details = {
    vendor: "meta",
    status,
    ...(error ? { vendorCode: String(error.code) } : {}),
    ...(delayMs === null ? {} : { retryAfterMs: delayMs }),
  };
  const message = error ? sentence(error) : `Meta answered HTTP ${status} without an explanation.`;
  const kind = error ? meaningOf(error.code).class : null;
  if (kind === "rate_limited" || status === 429) return new AppError("VENDOR_RATE_LIMITED", message, details);
  if (kind === "unavailable" || error?.isTransient || status >= 500)
    return new AppError("VENDOR_UNAVAILABLE", message, details);
  return new AppError("VENDOR_REFUSED", message, details);
}
