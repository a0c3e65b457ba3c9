/**
 * The source with one more import and one more entry at the end of a list. `opening` is what the list begins with, for
 * instance `nodes: [`.
 * @throws RangeError when the list is not there to be found; nothing else can be done then but by hand
 */
export function joinList(
  source: string,
  entry: { readonly name: string; readonly from: string; readonly opening: string; readonly file: string },
): string {
  const { name, from, opening, file } = entry;
  const start = source.indexOf(opening);
  const end = start < 0 ? -1 : source.indexOf("]", start + opening.length);
  if (end < 0)
    throw new RangeError(`${file} has no list "${opening} … ]"; add ${name} from "${from}" to it by hand`);
  const listed = source
    .slice(start + opening.length, end)
    .trim()
    .replace(/,$/, "");
  const list = `${opening}${listed === "" ? name : `${listed}, ${name}`}`;
  return withImport(source.slice(0, start) + list + source.slice(end), `import ${name} from "${from}";`);
}

/** After the last import. */
function withImport(source: string, line: string): string {
  const last = [...source.matchAll(/^(?:import [^;]*|\} from "[^"]*");$/gm)].at(-1);
  const at = last ? last.index + last[0].length : 0;
  return `${source.slice(0, at)}${at === 0 ? "" : "\n"}${line}${source.slice(at)}`;
}
