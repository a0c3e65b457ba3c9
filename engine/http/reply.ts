import type { HttpAnswer } from "../plugin-api.ts";

type Headers = Readonly<Record<string, string>>;

/** A file, part after part: it is never whole in memory. */
export interface FileAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly parts: AsyncIterable<Uint8Array>;
}

/** Dates in `value` come out as ISO 8601. */
export function json(status: number, value: unknown, headers: Headers = {}): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

export function noContent(): HttpAnswer {
  return { status: 204, headers: {}, body: "" };
}

export function redirect(location: string): HttpAnswer {
  return { status: 302, headers: { location, "cache-control": "no-store" }, body: "" };
}
