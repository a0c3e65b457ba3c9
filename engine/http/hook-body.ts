import type { Json, JsonObject } from "../core/json.ts";
import { isRecord } from "../core/plain-data.ts";
import type { WebhookRequest } from "../plugin-api.ts";
import { checkJson, isJsonType, parseJson } from "./json-body.ts";

// Whoever sees the run must not be able to act as the sender.
const LEFT_OUT = new Set(["authorization", "cookie", "proxy-authorization"]);

/** What a generic webhook tells its flow. @throws AppError BODY_MALFORMED */
export function hookTrigger(request: WebhookRequest): JsonObject {
  const headers = Object.entries(request.headers).filter(([name]) => !LEFT_OUT.has(name));
  const trigger = {
    method: request.method,
    headers: Object.fromEntries(headers),
    query: dataOf(request.query),
    body: bodyOf(request),
  };
  checkJson(trigger);
  return trigger;
}

/** JSON and forms as data, anything else as text; null where there is none. */
function bodyOf({ rawBody, form, headers }: WebhookRequest): Json {
  if (rawBody.length === 0) return null;
  if (form) return dataOf(form);
  return isJsonType(headers["content-type"]) ? parseJson(rawBody) : rawBody.toString("utf8");
}

function dataOf(pairs: NonNullable<WebhookRequest["form"]>): JsonObject {
  return isRecord(pairs) ? { ...pairs } : {};
}
