import {
  AppError,
  type FetchAnswer,
  type GuardedFetch,
  type JsonObject,
  retryAfterMs,
} from "../../engine/plugin-api.ts";
import { meaningOf } from "./error-codes.ts";
import { delayMs } from "./retry-rules.ts";
import { isObject, numberOf, parseJson, textOf } from "./wire/json.ts";

/** One Meta app with its system user. */
export interface MetaApp {
  readonly accessToken: string;
  /** `v26.0` */
  readonly apiVersion: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Where templates are kept: the WhatsApp business account (WABA). */
  readonly businessAccountId: string | null;
}

export interface ClientContext {
  readonly fetch: GuardedFetch;
  readonly signal: AbortSignal;
  /** Tries before this one, where the caller counts them; it stretches the pause after code 131056. */
  readonly attempt?: number;
}

export interface GraphCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** Behind the version: `123/messages`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON, or the bytes of a file with their headers. */
  readonly body?:
    | JsonObject
    | { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> };
  readonly timeoutMs?: number;
}

type Caller = Pick<ClientContext, "fetch"> & { readonly signal?: AbortSignal };

/** One call of the Graph API, whatever it answers. @throws what `fetch` throws */
export function callGraph(
  app: MetaApp,
  { method, path, query, body, timeoutMs }: GraphCall,
  ctx: Caller,
): Promise<FetchAnswer> {
  const search = query ? `?${new URLSearchParams(query)}` : "";
  return ctx.fetch(`${app.baseUrl}/${app.apiVersion}/${path}${search}`, {
    method,
    headers: { ...authorization(app), ...headersOf(body) },
    ...(body === undefined ? {} : { body: bytesOf(body) }),
    ...(ctx.signal ? { signal: ctx.signal } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

const SLOW_MS = 30_000;

/**
 * A call that sends no message, which does no harm twice. Gives the answer's object.
 * @throws AppError VENDOR_REFUSED with Meta's words (`details.vendorCode`), VENDOR_RATE_LIMITED, VENDOR_UNAVAILABLE
 */
export async function askGraph(app: MetaApp, call: GraphCall, ctx: Caller): Promise<JsonObject> {
  const answer = await callGraph(app, { timeoutMs: SLOW_MS, ...call }, ctx).catch((error: unknown) => {
    throw unreachable(error);
  });
  const parsed = parseJson(answer.text);
  if (answer.status >= 200 && answer.status < 300 && isObject(parsed)) return parsed;
  throw vendorRefusal(answer);
}

/** True for the refusal that says there is no such object. */
export function isMissing(error: unknown): boolean {
  return error instanceof AppError && error.details.vendorCode === "33";
}

export function authorization(app: MetaApp): { authorization: string } {
  return { authorization: `Bearer ${app.accessToken}` };
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

export interface MetaError {
  readonly code: number;
  readonly message: string;
  readonly isTransient: boolean;
}

/** The error envelope of the Graph API, or null when the text is none. Subcodes and titles are not stable: left out. */
export function metaErrorOf(text: string): MetaError | null {
  const body = parseJson(text);
  const error = isObject(body) ? body.error : undefined;
  if (!isObject(error)) return null;
  const code = numberOf(error.code);
  if (code === null) return null;
  const details = isObject(error.error_data) ? textOf(error.error_data.details) : null;
  return { code, message: details ?? textOf(error.message) ?? "", isTransient: error.is_transient === true };
}

export function sentence({ code, message }: MetaError): string {
  const meaning = meaningOf(code).text.en;
  return message === "" || message === meaning
    ? `${meaning} (Meta ${code})`
    : `${meaning} (Meta ${code}: ${message})`;
}

/** How long to wait, as the answer says, else as the code asks for after so many tries. */
export function retryAfter(answer: FetchAnswer, code: number, attempt: number): { retryAfterMs?: number } {
  const said = retryAfterMs(answer.headers["retry-after"], new Date());
  if (said !== null && said > 0) return { retryAfterMs: said };
  const asked = code === 0 ? null : delayMs(meaningOf(code).retry, attempt);
  return asked === null ? {} : { retryAfterMs: asked };
}

/** An error of a call that sends nothing: what must an operator, or the one who calls, do about it? */
export function refusalOf(answer: FetchAnswer): AppError {
  const error = metaErrorOf(answer.text);
  if (!error) {
    const message = `HTTP ${answer.status} came back without Meta's error envelope; check the credential's address and version.`;
    return new AppError(codeOf(answer.status), message, { vendor: "meta", ...retryAfter(answer, 0, 0) });
  }
  const { class: kind, text, retry } = meaningOf(error.code);
  const details = {
    vendor: "meta",
    vendorCode: String(error.code),
    sentence: text,
    ...retryAfter(answer, error.code, 0),
    ...(retry.kind === "later" ? { retryAfterMs: retry.afterMs } : {}),
  };
  if (kind === "token") return new AppError("VENDOR_REFUSED", sentence(error), details);
  if (kind === "rate_limited") return new AppError("VENDOR_RATE_LIMITED", sentence(error), details);
  if (kind === "unavailable" || error.isTransient || answer.status >= 500)
    return new AppError("VENDOR_UNAVAILABLE", sentence(error), details);
  return new AppError("NUMBER_REFUSED", sentence(error), details);
}

/** The same of what is not about a number. */
export function vendorRefusal(answer: FetchAnswer): AppError {
  const error = refusalOf(answer);
  return error.code === "NUMBER_REFUSED"
    ? new AppError("VENDOR_REFUSED", error.message, error.details)
    : error;
}

function codeOf(status: number): "VENDOR_UNAVAILABLE" | "VENDOR_RATE_LIMITED" | "VENDOR_REFUSED" {
  if (status === 429) return "VENDOR_RATE_LIMITED";
  return status >= 500 ? "VENDOR_UNAVAILABLE" : "VENDOR_REFUSED";
}
