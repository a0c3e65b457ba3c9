import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { SendParams } from "../nodes/send-params.ts";
import { type Composed, fitting, given, needed, refuse } from "./limits.ts";
import { fileOf } from "./media.ts";

/** What kinds of interactive message differ in. */
export interface InteractiveKind {
  /** As Meta names it. */
  readonly type: string;
  readonly action: JsonObject;
  /** Longest body; default 1024. */
  readonly mostText?: number;
  /** Meta writes the body itself; one of ours may be left out. */
  readonly bodyOptional?: true;
  /** It takes no picture, film or document as its header. */
  readonly headers?: "text";
  /** A header is needed. */
  readonly headerNeeded?: true;
}

const MOST_TEXT = 1024;
const MOST_FOOTER = 60;

/** An interactive message of one kind: the words around it are the same for all. */
export function interactive(kind: InteractiveKind, params: SendParams): Composed {
  const { type, action } = kind;
  const words = bodyOf(kind, params);
  const footer =
    params.footer === undefined || params.footer === ""
      ? undefined
      : { text: fitting("footer", params.footer, MOST_FOOTER) };
  const part = given({
    type,
    header: headerOf(kind, params),
    body: words === undefined ? undefined : { text: words },
    footer,
    action,
  });
  return { body: { type: "interactive", interactive: part }, text: words ?? type };
}

function bodyOf(
  { mostText = MOST_TEXT, bodyOptional }: InteractiveKind,
  { text }: SendParams,
): string | undefined {
  if (bodyOptional && (text === undefined || text === "")) return undefined;
  return needed("text", text, mostText);
}

function headerOf(kind: InteractiveKind, { header }: SendParams): JsonObject | undefined {
  if (!header) return kind.headerNeeded ? refuse("header", "missing", "a text") : undefined;
  if (header.type === "text") return { type: "text", text: needed("header.text", header.text, MOST_FOOTER) };
  if (kind.headers === "text") return refuse("header.type", header.type, "text");
  return { type: header.type, [header.type]: fileOf("header.file", header.type, header.file) };
}
