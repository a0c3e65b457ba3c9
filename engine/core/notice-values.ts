import { filledIn, namesIn } from "./template-content.ts";

/** What is wrong with the values for a notice, before anything is held for it. Pure. */
export interface NoticeFaults {
  /** No value, or an empty one. */
  readonly missing: readonly string[];
  /** Values the text has no place for. */
  readonly unknown: readonly string[];
  /** Characters of the whole text, where they are too many. */
  readonly tooLong: number | null;
}

export interface NoticeText {
  readonly body: string;
  /** Names it needs. */
  readonly variables: readonly string[];
  /** Names that some version of it needs. */
  readonly known: ReadonlySet<string>;
}

/** What the body of a WhatsApp template may hold; an SMS may be longer. */
export const MAX_NOTICE_CHARACTERS = 1_024;

/** Null when nothing is. */
export function noticeFaults(
  { body, variables, known }: NoticeText,
  values: Readonly<Record<string, string | number>>,
): NoticeFaults | null {
  const textOf = (name: string) => String(Object.hasOwn(values, name) ? values[name] : "");
  const names = new Set([...variables, ...namesIn(body)]);
  const missing = [...names].filter((name) => textOf(name).trim() === "");
  const unknown = Object.keys(values).filter((name) => !names.has(name) && !known.has(name));
  const { length } = filledIn(body, textOf);
  const tooLong = length > MAX_NOTICE_CHARACTERS ? length : null;
  return missing.length + unknown.length === 0 && tooLong === null ? null : { missing, unknown, tooLong };
}

/** The faults in one sentence. */
export function sayNoticeFaults({ missing, unknown, tooLong }: NoticeFaults): string {
  const parts = [
    ...(missing.length > 0 ? [`no value for ${missing.join(", ")}`] : []),
    ...(unknown.length > 0 ? [`no place for ${unknown.join(", ")}`] : []),
    ...(tooLong === null
      ? []
      : [`${tooLong} characters when filled in, expected at most ${MAX_NOTICE_CHARACTERS}`]),
  ];
  return parts.join("; ");
}
