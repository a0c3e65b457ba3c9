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
  readonly body?: JsonObject;
}

/** One call of the Graph API, whatever it answers. @throws what `fetch` throws */
export function callGraph(
  app: MetaApp,
  { method, path, query, body }: GraphCall,
  ctx: Pick<ClientContext, "fetch"> & { readonly signal?: AbortSignal },
): Promise<FetchAnswer> {
  const search = query ? `?${new URLSearchParams(query)}` : "";
  return ctx.fetch(`${app.baseUrl}/${app.apiVersion}/${path}${search}`, {
    method,
    headers: {
      authorization: `Bearer ${app.accessToken}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    ...(ctx.signal ? { signal: ctx.signal } : {}),
  });
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
    return new AppError(answer.status >= 500 ? "VENDOR_UNAVAILABLE" : "VENDOR_REFUSED", message, {
      vendor: "meta",
    });
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
  if (kind === "unavailable" || error.isTransient)
    return new AppError("VENDOR_UNAVAILABLE", sentence(error), details);
  return new AppError("NUMBER_REFUSED", sentence(error), details);
}
