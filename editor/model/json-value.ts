import { isRecord } from "../../engine/core/plain-data.ts";

type ParsedJson =
  | { readonly ok: true; readonly value: unknown; readonly reason: "" }
  | { readonly ok: false; readonly value: undefined; readonly reason: string };

export function jsonText(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

/** Nothing typed is no value. */
export function parsedJson(text: string): ParsedJson {
  if (text.trim() === "") return { ok: true, value: undefined, reason: "" };
  try {
    return { ok: true, value: JSON.parse(text), reason: "" };
  } catch (error) {
    return { ok: false, value: undefined, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The object that is written there; null for anything else. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  const { value } = parsedJson(text);
  return isRecord(value) ? value : null;
}
