import type { Request } from "express";
import type { WebhookRequest } from "../plugin-api.ts";
import { type Pairs, parsePairs, queryOf } from "./name-value-pairs.ts";

/** An express request as plugins see it. `publicUrl` is what the caller used: behind a proxy, `Host` is not. */
export function webhookRequest(request: Request, publicUrl: string, rawBody: Buffer): WebhookRequest {
  const headers = singleHeaders(request);
  return {
    method: request.method,
    url: publicUrl + request.originalUrl,
    params: singleParams(request),
    query: queryOf(request.originalUrl),
    headers,
    rawBody,
    form: formOf(headers["content-type"], rawBody),
  };
}

export function singleHeaders(request: Request): Record<string, string> {
  const entries = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return Object.fromEntries(entries);
}

/** Named parameters of a path hold one value each; only wildcards, which no route has, hold more. */
export function singleParams(request: Request): Record<string, string> {
  return Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
}

function formOf(contentType: string | undefined, rawBody: Buffer): Pairs | null {
  return isForm(contentType) ? parsePairs(rawBody.toString("utf8")) : null;
}

function isForm(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? "");
}
