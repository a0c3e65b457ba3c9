import type { JsonObject } from "../../../engine/plugin-api.ts";
import { meaningOf } from "../error-codes.ts";

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** A file, in place of `body`. */
  readonly file?: { readonly type: string; readonly bytes: Buffer };
}

/** Why a request is not taken: Meta's code, and what exactly is wrong. */
export interface Problem {
  readonly code: number;
  readonly details: string;
}

/** A problem in Meta's error envelope, with the HTTP status that goes with its code. */
export function errorAnswer({ code, details }: Problem, status = httpStatusOf(code)): HttpReply {
  const envelope = {
    message: `(#${code}) ${meaningOf(code).text.en}`,
    type: "OAuthException",
    code,
    error_data: { messaging_product: "whatsapp", details },
    ...(TRANSIENT.has(code) ? { is_transient: true } : {}),
    fbtrace_id: "AEmulatorTrace0000000000",
  };
  return { status, body: { error: envelope } };
}

const TRANSIENT = new Set([1, 2, 131016, 133004]);

const FORBIDDEN = new Set([3, 10, 368, 131005, 131031, 130497]);
const SERVER_ERRORS = new Set([1, 2, 131000, 131016, 131057]);

function httpStatusOf(code: number): number {
  if (code === 0 || code === 190) return 401;
  if (code === 132001) return 404;
  if (code === 133004) return 503;
  if (FORBIDDEN.has(code) || (code >= 200 && code <= 299)) return 403;
  return SERVER_ERRORS.has(code) ? 500 : 400;
}
