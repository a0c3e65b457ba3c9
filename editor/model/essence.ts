import type { FlowNode } from "../../engine/core/flow.ts";
import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";
import { visibleParams } from "../../engine/core/visibility.ts";
import type { NodeType, Params } from "./catalogue.ts";
import { conditionWords, quoted } from "./condition-words.ts";
import { durationWords, secondsInWords } from "./duration-words.ts";
import { CHANNEL_WORDS, ESSENCE_LINES, type Piece, VALUE_WORDS } from "./essence-lines.ts";
import { withDefaults } from "./fill-defaults.ts";
import { plainText, shortened } from "./plain-text.ts";
import { fieldsOf, readable, titleOf } from "./schema-words.ts";
import { weeklyHoursWords } from "./weekly-hours-words.ts";
import type { Locale } from "./words.ts";

const MAX_LINES = 2;
const MAX_ENTRIES = 5;

/**
 * What a card says below its title: one or two lines. `leadsTo` names what follows each port, where that is to be told:
 * `1 → Ventas · 2 → Soporte`.
 */
export function essenceOf(
  node: Pick<FlowNode, "type" | "data">,
  nodeType: NodeType | undefined,
  locale: Locale,
  leadsTo: (port: string) => string | undefined = () => undefined,
): string[] {
  if (!nodeType) return [node.type];
  const params = visibleParams(nodeType.params, withDefaults(nodeType.params, node.data.params)).params;
  const card = { params, locale, leadsTo };
  const lines = ESSENCE_LINES[node.type];
  const told = lines
    ? lines.map((pieces) => lineOf(pieces, card))
    : usualLines(nodeType, node.data.params, locale);
  return told.filter((line) => line !== "").slice(0, MAX_LINES);
}

interface Card {
  readonly params: Params;
  readonly locale: Locale;
  readonly leadsTo: (port: string) => string | undefined;
}

function lineOf(pieces: readonly Piece[], card: Card): string {
  return shortened(
    pieces
      .map((piece) => pieceText(piece, card))
      .filter((text) => text !== "")
      .join(" · "),
    140,
  );
}

function pieceText(piece: Piece, card: Card): string {
  const { locale } = card;
  if ("quote" in piece) return quoteOf(at(card, piece.quote), locale);
  if ("value" in piece) return valueWithWords(piece, card);
  if ("word" in piece) return wordOf(piece, card);
  if ("entries" in piece) return entriesText(piece, card);
  if ("channels" in piece) return channelsText(at(card, piece.channels), locale);
  if ("template" in piece) return templateText(at(card, piece.template), locale);
  if ("duration" in piece) return durationWords(at(card, piece.duration), locale) ?? "";
  if ("seconds" in piece) return secondsText(piece, card);
  if ("cases" in piece) return casesText(at(card, piece.cases), card);
  if ("assigned" in piece) return assignedText(at(card, piece.assigned));
  if ("hours" in piece) return weeklyHoursWords(at(card, piece.hours), locale);
  if ("fields" in piece) return fieldNames(at(card, piece.fields));
  return keysText(at(card, piece.keys), card);
}

function at({ params }: Card, path: string): unknown {
  return path.split(".").reduce<unknown>(fieldOf, params);
}

function quoteOf(value: unknown, locale: Locale): string {
  if (typeof value !== "string" || value.trim() === "") return "";
  return quoted(shortened(plainText(value)), locale);
}

function valueWithWords(piece: Extract<Piece, { value: string }>, card: Card): string {
  const value = textOf(at(card, piece.value));
  if (value === "") return "";
  const [before, after] = [piece.before?.[card.locale], piece.after?.[card.locale]];
  return [before, value, after].filter((part) => part !== undefined).join(" ");
}

function wordOf({ word, words }: Extract<Piece, { word: string }>, card: Card): string {
  const value = at(card, word);
  if (typeof value !== "string") return "";
  return Object.hasOwn(words, value) ? (words[value]?.[card.locale] ?? "") : textOf(value);
}

function entriesText(
  { entries, percent, closed, joined = " · " }: Extract<Piece, { entries: string }>,
  card: Card,
): string {
  const list = at(card, entries);
  if (!Array.isArray(list)) return textOf(list);
  const texts = list.map((entry: unknown) => {
    const known = closed && typeof entry === "string" ? VALUE_WORDS[entry]?.[card.locale] : undefined;
    const name = known ?? nameOfEntry(entry);
    const share = percent ? fieldOf(entry, "percent") : undefined;
    const follows = card.leadsTo(textOf(fieldOf(entry, "id") ?? fieldOf(entry, "port") ?? entry));
    const told = typeof share === "number" ? `${name} ${share} %` : name;
    return follows === undefined ? told : `${told} → ${follows}`;
  });
  return cutList(texts, joined);
}

function fieldNames(schema: unknown): string {
  return cutList(
    fieldsOf(schema).map(([name]) => name),
    ", ",
  );
}

function nameOfEntry(entry: unknown): string {
  if (!isRecord(entry)) return textOf(entry);
  const name = entry.label ?? entry.title ?? entry.name;
  if (typeof name === "string" && name !== "") return name;
  return readable(textOf(entry.port ?? entry.id));
}

function channelsText(value: unknown, locale: Locale): string {
  const list = Array.isArray(value) ? value : [value];
  const names = list.filter((each) => typeof each === "string" && each !== "");
  return names.map((name: string) => CHANNEL_WORDS[name]?.[locale] ?? plainText(name)).join(" → ");
}

function templateText(value: unknown, locale: Locale): string {
  if (typeof value !== "string" || value === "") return "";
  return `${{ en: "template", es: "plantilla" }[locale]} *${plainText(value)}*`;
}

function secondsText(
  { seconds, before, factor = 1 }: Extract<Piece, { seconds: string }>,
  card: Card,
): string {
  const value = at(card, seconds);
  if (typeof value !== "number") return "";
  const words = secondsInWords(value * factor, card.locale);
  return before ? `${before[card.locale]} ${words}` : words;
}

function casesText(value: unknown, card: Card): string {
  if (!Array.isArray(value)) return "";
  const texts = value.map((entry: unknown) => {
    const follows = card.leadsTo(textOf(fieldOf(entry, "port")));
    const condition = conditionWords(fieldOf(entry, "when"), card.locale);
    const told =
      value.length === 1 || condition === ""
        ? condition || nameOfEntry(entry)
        : `${nameOfEntry(entry)}: ${condition}`;
    return follows === undefined ? told : `${told} → ${follows}`;
  });
  return cutList(texts, " · ");
}

function assignedText(value: unknown): string {
  const entries = isRecord(value)
    ? Object.entries(value)
    : Array.isArray(value)
      ? value.map((entry: unknown) => [textOf(fieldOf(entry, "name")), fieldOf(entry, "value")] as const)
      : [];
  return cutList(
    entries.map(([name, given]) => `${name} = ${textOf(given)}`),
    " · ",
  );
}

function keysText(value: unknown, { locale, leadsTo }: Card): string {
  if (!Array.isArray(value) || value.length === 0) return "";
  const keys = value.map(String);
  const told = keys.map((key) => ({ key, follows: leadsTo(key) }));
  if (told.some(({ follows }) => follows !== undefined)) {
    return cutList(
      told.map(({ key, follows }) => (follows === undefined ? key : `${key} → ${follows}`)),
      " · ",
    );
  }
  return `${{ en: "Keys", es: "Teclas" }[locale]} ${keys.join(", ")}`;
}

/** For types nobody described: what the form asks first, as far as the author wrote something there. */
function usualLines({ params: schema }: NodeType, params: Params, locale: Locale): string[] {
  const shown = visibleParams(schema, params).params;
  const written = fieldsOf(schema).filter(
    ([name, field]) => Object.hasOwn(shown, name) && fieldOf(field, "x-group") !== "advanced",
  );
  return written.map(([name, field]) => usualLine({ name, field, value: shown[name], locale }));
}

function usualLine(part: { name: string; field: unknown; value: unknown; locale: Locale }): string {
  const { name, field, value, locale } = part;
  if (value === fieldOf(field, "default") || fieldOf(field, "x-secret") === true) return "";
  if (fieldOf(field, "x-widget") === "textarea") return quoteOf(value, locale);
  const told =
    durationWords(value, locale) ??
    (Array.isArray(value) ? cutList(value.map(nameOfEntry), " · ") : textOf(value));
  return told === "" ? "" : `${titleOf(field, name, locale)}: ${told}`;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (typeof value === "boolean") return value ? "✓" : "✗";
  return shortened(plainText(typeof value === "object" ? JSON.stringify(value) : String(value)), 60);
}

function cutList(texts: readonly string[], joined: string): string {
  const told = texts.filter((text) => text !== "");
  const rest = told.length - MAX_ENTRIES;
  return rest > 0 ? `${told.slice(0, MAX_ENTRIES).join(joined)}${joined}+${rest}` : told.join(joined);
}
