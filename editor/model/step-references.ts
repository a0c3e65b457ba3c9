/**
 * References to steps inside templates: `{{ steps.menu.digits }}`, `{{ steps["menu"].digits }}`, `{{ callbacks.aprobar }}`.
 * Text outside of templates, words in quotes and raw parts are left alone: there the same letters mean nothing.
 */
const TAGS = /\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
const RAW = /^\{%-?\s*raw/;
const REFERENCE =
  /(?<![\w.-])(steps|callbacks)(?:(\.)([a-z][a-z0-9_]*)(?![\w-])|(\[\s*["'])([^"'\]]*)(["']\s*\]))|"[^"]*"|'[^']*'/g;

/** A copy of a value in which every template names steps by their new ids; the very value where there is nothing to do. */
export function renameReferences<T>(value: T, names: ReadonlyMap<string, string>): T {
  return names.size === 0 ? value : (renamed(value, (source) => renameInTemplate(source, names)) as T);
}

export function renameInTemplate(source: string, names: ReadonlyMap<string, string>): string {
  if (!source.includes("{")) return source;
  return source.replaceAll(TAGS, (tag) => (RAW.test(tag) ? tag : renameInTag(tag, names)));
}

function renameInTag(tag: string, names: ReadonlyMap<string, string>): string {
  return tag.replaceAll(REFERENCE, (all, root, dot, plain, open, quoted, close) => {
    const name = names.get(plain ?? quoted ?? "");
    if (root === undefined || name === undefined) return all;
    return dot === undefined ? `${root}${open}${name}${close}` : `${root}.${name}`;
  });
}

/** Every string of a value through `rewrite`; parts in which nothing changes stay the very same. */
function renamed(value: unknown, rewrite: (text: string) => string): unknown {
  if (typeof value === "string") return rewrite(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => renamed(item, rewrite));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, renamed(part, rewrite), part] as const);
  if (entries.every(([, part, old]) => part === old)) return value;
  return Object.fromEntries(entries.map(([key, part]) => [key, part]));
}

/** Every use of one path in a template by another: `trigger.cal.from` → `trigger.call.from`. */
export function replacePath(source: string, from: string, to: string): string {
  const escaped = from.replaceAll(/[^\w]/g, (letter) => `\\${letter}`);
  const path = new RegExp(`(?<![\\w.-])${escaped}(?![\\w-])|"[^"]*"|'[^']*'`, "g");
  return source.replaceAll(TAGS, (tag) =>
    RAW.test(tag) ? tag : tag.replaceAll(path, (found) => (found === from ? to : found)),
  );
}
