import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import { partSchema } from "../../engine/core/part-schema.ts";
import { fieldOf } from "../../engine/core/plain-data.ts";
import type { Segments } from "./at-path.ts";
import type { Catalogue } from "./catalogue.ts";
import { groupsOf, notesOf } from "./edit-canvas.ts";
import { foldedInPlace } from "./folded.ts";
import { readable, titleOf } from "./schema-words.ts";
import type { Locale, Words } from "./words.ts";

export interface Hit {
  /** Null for what belongs to the flow as a whole. */
  readonly nodeId: string | null;
  readonly where: "label" | "id" | "type" | "param" | "note" | "canvas-note" | "group" | "variable" | "flow";
  /** Of a parameter, from `params`; of others, the id of the note or group. */
  readonly path: Segments;
  /** Where it is, in words: the parameter's title, say. */
  readonly title: string;
  readonly excerpt: string;
  /** The part of the excerpt that was looked for. */
  readonly match: readonly [start: number, end: number];
}

const AROUND = 30;
const MAX_HITS = 500;

/** Every place in a flow that has this text, whatever case and accents. */
export function findInFlow(flow: Flow, text: string, catalogue: Catalogue, locale: Locale): readonly Hit[] {
  const wanted = foldedInPlace(text.trim());
  if (wanted === "") return [];
  const places = [
    ...flow.nodes.flatMap((node) => placesOf(node, catalogue, locale)),
    ...placesAround(flow, locale),
  ];
  return places.flatMap((place) => hitIn(place, wanted)).slice(0, MAX_HITS);
}

type Searched = Omit<Hit, "excerpt" | "match"> & { readonly text: string };

function hitIn({ text, ...place }: Searched, wanted: string): Hit[] {
  const plain = text.normalize("NFC").replaceAll(/\s/g, " ");
  const at = foldedInPlace(plain).indexOf(wanted);
  if (at < 0) return [];
  const start = Math.max(0, at - AROUND);
  const end = Math.min(plain.length, at + wanted.length + AROUND);
  const lead = start > 0 ? "…" : "";
  const excerpt = `${lead}${plain.slice(start, end)}${end < plain.length ? "…" : ""}`;
  const from = at - start + lead.length;
  return [{ ...place, excerpt, match: [from, from + wanted.length] }];
}

const WHERE_WORDS = {
  label: { en: "Name", es: "Nombre" },
  id: { en: "Id", es: "Id" },
  type: { en: "Kind", es: "Tipo" },
  note: { en: "Note", es: "Nota" },
  group: { en: "Group", es: "Grupo" },
  variable: { en: "Variable", es: "Variable" },
  name: { en: "Name of the flow", es: "Nombre del flujo" },
  description: { en: "Description", es: "Descripción" },
} as const satisfies Record<string, Words>;

function placesOf(node: FlowNode, catalogue: Catalogue, locale: Locale): Searched[] {
  const type = catalogue.get(node.type, node.version);
  const at = (where: "label" | "id" | "type" | "note", text: string | undefined): Searched[] =>
    text === undefined ? [] : [{ nodeId: node.id, where, path: [], title: WHERE_WORDS[where][locale], text }];
  return [
    ...at("label", node.data.label),
    ...at("id", node.id),
    ...at("type", type?.title[locale] ?? node.type),
    ...at("note", node.data.note),
    ...paramPlaces({ node, schema: type?.params, value: node.data.params, path: [], locale }),
  ];
}

/** Texts and numbers at any depth, and the names of entries that authors choose. */
function paramPlaces(part: {
  readonly node: FlowNode;
  readonly schema: unknown;
  readonly value: unknown;
  readonly path: Segments;
  readonly locale: Locale;
}): Searched[] {
  const { node, schema, value, path, locale } = part;
  if (typeof value === "string" || typeof value === "number") {
    const title = titleOfPath(schema, path, locale);
    return [{ nodeId: node.id, where: "param", path, title, text: `${value}` }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => {
    const segment = Array.isArray(value) ? Number(key) : key;
    return paramPlaces({ node, schema, value: inside, path: [...path, segment], locale });
  });
}

function titleOfPath(schema: unknown, path: Segments, locale: Locale): string {
  const names: string[] = [];
  let part = schema;
  for (const segment of path) {
    part = partSchema(part, `${segment}`) ?? fieldOf(part, `${segment}`);
    names.push(typeof segment === "number" ? `${segment + 1}` : titleOf(part, readable(segment), locale));
  }
  return names.join(" › ");
}

function placesAround(flow: Flow, locale: Locale): Searched[] {
  const whole = { nodeId: null, path: [] as Segments };
  return [
    { ...whole, where: "flow", title: WHERE_WORDS.name[locale], text: flow.name },
    { ...whole, where: "flow", title: WHERE_WORDS.description[locale], text: flow.description ?? "" },
    ...(flow.variables ?? []).map(({ key, description = "" }): Searched => {
      return {
        ...whole,
        where: "variable",
        path: [key],
        title: WHERE_WORDS.variable[locale],
        text: `${key} ${description}`,
      };
    }),
    ...notesOf(flow).map(({ id, text }): Searched => {
      return { ...whole, where: "canvas-note", path: [id], title: WHERE_WORDS.note[locale], text };
    }),
    ...groupsOf(flow).map(({ id, label }): Searched => {
      return { ...whole, where: "group", path: [id], title: WHERE_WORDS.group[locale], text: label };
    }),
  ];
}
