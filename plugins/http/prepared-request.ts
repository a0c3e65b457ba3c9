import { createHmac } from "node:crypto";
import { AppError, type Json, type Static } from "../../engine/plugin-api.ts";
import { type HttpAuth, SIGNATURE_HEADER } from "./credentials.ts";
import { encodeBody, pairsOf, type RequestBody } from "./request-body.ts";

export interface RequestParts {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, Json>>;
  readonly body?: Static<typeof RequestBody>;
  readonly auth: HttpAuth | null;
  readonly boundarySeed: string;
  readonly timeoutMs?: number;
}

export interface PreparedRequest {
  readonly method: string;
  readonly url: string;
  /** The address without its query, which may hold secrets: for records and messages. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Everything that goes over the wire. The author's own headers stand before those derived from body and credential. @throws AppError PARAMS_INVALID */
export function buildRequest(parts: RequestParts): PreparedRequest {
  const url = parseUrl(parts.url);
  for (const [name, value] of pairsOf(parts.query ?? {}))
    if (value !== "") url.searchParams.append(name, value);
  const body = encodeBody(parts.body, parts.boundarySeed);
  if (body.text !== null && (parts.method === "GET" || parts.method === "HEAD")) {
    throw new AppError(
      "PARAMS_INVALID",
      `A ${parts.method} request cannot have a body; expected body kind "none"`,
      { method: parts.method },
    );
  }
  return {
    method: parts.method,
    url: url.href,
    target: `${url.origin}${url.pathname}`,
    headers: {
      ...(body.contentType === null ? {} : { "content-type": body.contentType }),
      ...authHeaders(parts.auth, body.text ?? ""),
      ...lowerCase(parts.headers ?? {}),
    },
    body: body.text,
    timeoutMs: parts.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text.trim());
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw new AppError(
    "PARAMS_INVALID",
    `"${text}" is not an address; expected one such as https://erp.example/customers`,
    { url: text },
  );
}

function authHeaders(auth: HttpAuth | null, body: string): Record<string, string> {
  if (auth === null) return {};
  const { type, username = "", password = "", token = "", secret = "", headerName } = auth;
  switch (type) {
    case "basic":
      return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
    case "bearer":
      return { authorization: `Bearer ${token}` };
    case "header":
      return { [(headerName ?? "").toLowerCase()]: token };
    case "hmac": {
      const digest = createHmac("sha256", secret).update(body).digest("hex");
      return { [(headerName || SIGNATURE_HEADER).toLowerCase()]: `sha256=${digest}` };
    }
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
