import type { FlowEdge, FlowNode } from "../../engine/core/flow.ts";
import type { Change } from "./changed-paths.ts";
import { quoted } from "./condition-words.ts";
import type { FlowDiff, NodeChange } from "./flow-diff.ts";
import { plainText, shortened } from "./plain-text.ts";
import { readable } from "./schema-words.ts";
import type { Locale, Words } from "./words.ts";

/** What changed as lines a person reads before publishing: first what runs differently, then what only looks so. */
export function describe(diff: FlowDiff, locale: Locale): string[] {
  const say = (words: Words): string => words[locale];
  const name = namerOf(diff, locale);
  return [
    ...diff.details.map((change) => say(detailWords(change, locale))),
    ...diff.nodes.added.map((node) => say({ en: `Added: ${title(node)}`, es: `Añadido: ${title(node)}` })),
    ...diff.nodes.removed.map((node) =>
      say({ en: `Removed: ${title(node)}`, es: `Quitado: ${title(node)}` }),
    ),
    ...diff.nodes.changed.flatMap((change) => nodeLines(change, locale)),
    ...diff.edges.added.map((edge) => say(edgeWords(edge, name, ADDED_EDGE))),
    ...diff.edges.removed.map((edge) => say(edgeWords(edge, name, REMOVED_EDGE))),
    ...diff.settings.map((change) => changeLine(SETTINGS, settingName(change, locale), change, locale)),
    ...listLines(diff.variables, ({ key }) => key, VARIABLE, locale),
    ...listLines(diff.notes, ({ text }) => shortened(text, 40), NOTE, locale),
    ...listLines(diff.groups, ({ label }) => label, GROUP, locale),
    ...movedLine(diff.nodes.moved.length, locale),
  ];
}

const SETTINGS: Words = { en: "Settings", es: "Ajustes" };
const VARIABLE: Words = { en: "Variable", es: "Variable" };
const NOTE: Words = { en: "Note", es: "Nota" };
const GROUP: Words = { en: "Group", es: "Grupo" };
const ADDED_EDGE: Words = { en: "now leads to", es: "ahora lleva a" };
const REMOVED_EDGE: Words = { en: "no longer leads to", es: "ya no lleva a" };

const SETTING_WORDS: Readonly<Record<string, Words>> = {
  timezone: { en: "time zone", es: "zona horaria" },
  locale: { en: "language", es: "idioma" },
  contactPolicy: { en: "when somebody comes again", es: "si alguien vuelve" },
  maxDurationMs: { en: "longest duration", es: "duración máxima" },
  maxSteps: { en: "most steps", es: "pasos como máximo" },
};

const NODE_WORDS: Readonly<Record<string, Words>> = {
  label: { en: "label", es: "nombre" },
  retry: { en: "retries", es: "reintentos" },
  onError: { en: "on error", es: "si hay error" },
  note: { en: "note", es: "nota" },
  type: { en: "type", es: "tipo" },
  version: { en: "version", es: "versión" },
};

function title(node: FlowNode): string {
  return node.data.label ?? node.id;
}

/** A changed node by its new name; of others only the id is known here. */
function namerOf(diff: FlowDiff, locale: Locale): (id: string) => string {
  const nodes = [...diff.nodes.removed, ...diff.nodes.added, ...diff.nodes.changed.map(({ after }) => after)];
  const titles = new Map(nodes.map((node) => [node.id, title(node)]));
  return (id) => quoted(titles.get(id) ?? id, locale);
}

function nodeLines({ after, changes }: NodeChange, locale: Locale): string[] {
  return changes.map((change) => {
    const [root, first, ...rest] = change.path;
    const path = root === "data" ? (first === "params" ? rest : [first, ...rest]) : [root];
    const names = path.map((part, index) => partName(part ?? "", index, locale));
    return changeLine({ en: title(after), es: title(after) }, names.join(" › "), change, locale);
  });
}

function partName(part: string | number, index: number, locale: Locale): string {
  if (typeof part === "number") return `${part + 1}`;
  const known = index === 0 && Object.hasOwn(NODE_WORDS, part) ? NODE_WORDS[part] : undefined;
  return known?.[locale] ?? readable(part).toLowerCase();
}

function changeLine(of: Words, name: string, { before, after }: Change, locale: Locale): string {
  const [old, now] = [valueText(before, locale), valueText(after, locale)];
  const head = `${of[locale]}, ${name}: `;
  if (before === undefined) return head + { en: `set to ${now}`, es: `pasa a ser ${now}` }[locale];
  if (after === undefined) return head + { en: `removed (was ${old})`, es: `quitado (era ${old})` }[locale];
  return `${head}${old} → ${now}`;
}

function valueText(value: unknown, locale: Locale): string {
  if (typeof value === "string") return quoted(shortened(plainText(value), 60), locale);
  return shortened(JSON.stringify(value) ?? "", 60);
}

function detailWords({ path, before, after }: Change, locale: Locale): Words {
  const what = {
    key: { en: "Key", es: "Clave" },
    name: { en: "Name", es: "Nombre" },
    description: { en: "Description", es: "Descripción" },
  }[String(path[0])] ?? { en: "", es: "" };
  const values = `${valueText(before ?? "", locale)} → ${valueText(after ?? "", locale)}`;
  return { en: `${what.en}: ${values}`, es: `${what.es}: ${values}` };
}

function settingName({ path }: Change, locale: Locale): string {
  const name = String(path[0]);
  return SETTING_WORDS[name]?.[locale] ?? readable(name);
}

function edgeWords(
  { source, sourceHandle, target }: FlowEdge,
  name: (id: string) => string,
  verb: Words,
): Words {
  const line = (locale: Locale): string =>
    `${name(source)} (${sourceHandle}) ${verb[locale]} ${name(target)}`;
  return { en: line("en"), es: line("es") };
}

function listLines<T>(
  diff: {
    readonly added: readonly T[];
    readonly removed: readonly T[];
    readonly changed: readonly { readonly after: T }[];
  },
  nameOf: (item: T) => string,
  what: Words,
  locale: Locale,
): string[] {
  const line = (item: T, en: string, es: string): string =>
    `${what[locale]} ${quoted(nameOf(item), locale)}: ${locale === "es" ? es : en}`;
  return [
    ...diff.added.map((item) => line(item, "added", "se añade")),
    ...diff.removed.map((item) => line(item, "removed", "se quita")),
    ...diff.changed.map(({ after }) => line(after, "changed", "cambia")),
  ];
}

function movedLine(count: number, locale: Locale): string[] {
  if (count === 0) return [];
  const one = { en: "1 node was moved", es: "Se movió 1 nodo" };
  const many = { en: `${count} nodes were moved`, es: `Se movieron ${count} nodos` };
  return [(count === 1 ? one : many)[locale]];
}
