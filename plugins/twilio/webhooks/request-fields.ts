import { AppError, type WebhookRequest } from "../../../engine/plugin-api.ts";

/** A form field; null when absent or empty, as Twilio sends what it does not know. */
export function field(request: WebhookRequest, name: string): string | null {
  const value = request.form?.[name];
  const text = typeof value === "string" ? value : value?.[0];
  return text === undefined || text === "" ? null : text;
}

/** A form field that Twilio always sends. @throws AppError BODY_MALFORMED */
export function requiredField(request: WebhookRequest, name: string): string {
  const value = field(request, name);
  if (value !== null) return value;
  throw new AppError(
    "BODY_MALFORMED",
    `The request to ${pathOf(request)} has no ${name}, which Twilio always sends.`,
    {
      field: name,
    },
  );
}

/** A value of a `:name` in the path. @throws AppError BODY_MALFORMED */
export function pathValue(request: WebhookRequest, name: string): string {
  const value = request.params[name];
  if (value !== undefined && value !== "") return value;
  throw new AppError("BODY_MALFORMED", `The path ${pathOf(request)} lacks its ${name}.`, { param: name });
}

/** A value of the query; null when absent or empty. */
export function queryValue(request: WebhookRequest, name: string): string | null {
  const value = request.query[name];
  return typeof value === "string" && value !== "" ? value : null;
}

/** A whole number of seconds, or null. */
export function secondsField(request: WebhookRequest, name: string): number | null {
  const value = field(request, name);
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}

function pathOf(request: WebhookRequest): string {
  return request.url.replace(/\?.*$/s, "");
}
