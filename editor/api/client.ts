import { OPERATIONS, type Operations } from "./generated.ts";
import { csrfToken, sessionRefused } from "./session.ts";

export type OperationId = keyof Operations;
export type Answer<K extends OperationId> = Operations[K]["answer"];

/** What an operation takes; parts it has none of are left out. */
export interface Input<K extends OperationId> {
  readonly path?: Operations[K]["path"];
  readonly query?: Operations[K]["query"];
  readonly body?: Operations[K]["body"];
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Reply<K extends OperationId> {
  readonly data: Answer<K>;
  readonly etag: string | null;
}

/** A refusal of the API, or `OFFLINE` where it could not be reached. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    status: number,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** What went wrong, as a refusal; anything else that was thrown is a fault of ours. */
export function failureOf(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure("INTERNAL", 0, String(error));
}

/**
 * Calls an operation of the API by its name in OpenAPI.
 *
 *   const { data, etag } = await call("readFlow", { path: { key: "hola" } });
 *
 * @throws ApiFailure
 */
export async function call<K extends OperationId>(id: K, input: Input<K> = {}): Promise<Reply<K>> {
  const [method, template] = OPERATIONS[id];
  const response = await reach(addressOf(template, input), {
    method: method.toUpperCase(),
    headers: headersOf(method, input),
    credentials: "same-origin",
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(input.signal ? { signal: input.signal } : {}),
  });
  const text = await response.text();
  const data = text === "" ? null : parsed(text);
  if (!response.ok) throw refusal(response.status, data);
  return { data: data as Answer<K>, etag: response.headers.get("etag") };
}

/** Says which revision a change was made from. */
export function ofRevision({ revision }: { readonly revision: number }): Readonly<Record<string, string>> {
  return { "if-match": `"${revision}"` };
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiFailure("OFFLINE", 0, "The server cannot be reached.");
  }
}

function addressOf(
  template: string,
  { path, query }: { readonly path?: unknown; readonly query?: unknown },
): string {
  const values = new Map(Object.entries((path ?? {}) as Record<string, unknown>));
  const address = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name) ?? "")),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  return search.size === 0 ? address : `${address}?${search}`;
}

function headersOf(
  method: string,
  input: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
): Record<string, string> {
  const token = method === "get" ? null : csrfToken();
  return {
    accept: "application/json",
    "accept-language": document.documentElement.lang,
    ...(input.body === undefined ? {} : { "content-type": "application/json" }),
    ...(token === null ? {} : { "x-csrf-token": token }),
    ...input.headers,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(status: number, data: unknown): ApiFailure {
  const { error } = (data ?? {}) as {
    error?: { code?: string; message?: string; details?: Record<string, unknown> };
  };
  if (status === 401 && error?.code === "UNAUTHENTICATED") sessionRefused();
  return new ApiFailure(
    error?.code ?? "INTERNAL",
    status,
    error?.message ?? `HTTP ${status}`,
    error?.details ?? {},
  );
}
