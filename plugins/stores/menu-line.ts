/** A page of the menu as it is said on a call or written in a chat. */
import type { Json, JsonObject, NodeContext, StoreView } from "../../engine/plugin-api.ts";

/** Stores of one page, and whether others follow. */
export interface Page {
  readonly stores: readonly StoreView[];
  /** Position of its first store in the whole list. */
  readonly from: number;
  readonly hasMore: boolean;
}

// Nine keys: with more pages the ninth leads to the next one. A list in a chat has ten rows: the tenth leads on.
const ROWS = { call: 9, chat: 10 } as const;

/** One of the pages; after the last comes the first again. */
export function pageOf(stores: readonly StoreView[], page: number, line: keyof typeof ROWS): Page {
  const rows = ROWS[line];
  if (stores.length <= rows) return { stores, from: 0, hasMore: false };
  const perPage = rows - 1;
  const pages = Math.ceil(stores.length / perPage);
  const from = (page % pages) * perPage;
  return { stores: stores.slice(from, from + perPage), from, hasMore: true };
}

/** The chat this run is in; null: none. */
export interface Chat {
  readonly channel: "sms" | "whatsapp";
  readonly ours: string;
  readonly theirs: string;
  readonly numberId: string | null;
}

export function chatOf({ trigger }: NodeContext): Chat | null {
  const { channel, to, from } = objectOf(trigger.message);
  if (channel !== "sms" && channel !== "whatsapp") return null;
  const { id } = objectOf(trigger.number);
  return { channel, ours: String(to), theirs: String(from), numberId: typeof id === "string" ? id : null };
}

/** "[name], [digit]" with the store's own words. */
export function sayStore(option: string, { name, city, address }: StoreView, digit: number): string {
  const values: Readonly<Record<string, string>> = {
    name,
    city: city ?? "",
    address: address ?? "",
    digit: String(digit),
  };
  return option.replaceAll(/\[(\w+)\]/g, (all, key: string) => values[key] ?? all);
}

export interface MenuWords {
  readonly intro: string | undefined;
  readonly option: string | undefined;
  readonly more: string | undefined;
  readonly locale: string;
}

/** What is said on the call, a sentence for each store. */
export function sentences({ stores, hasMore }: Page, words: MenuWords, isFirst: boolean): readonly string[] {
  const spanish = isSpanish(words.locale);
  const option = words.option || (spanish ? "Para [name], marque [digit]." : "For [name], press [digit].");
  const more = words.more || (spanish ? "Para oír más, marque 9." : "To hear more, press 9.");
  return [
    ...(isFirst && words.intro ? [words.intro] : []),
    ...stores.map((store, index) => sayStore(option, store, index + 1)),
    ...(hasMore ? [more] : []),
  ];
}

/** What is written in the chat, a row for each store. */
export function rows({ stores, hasMore }: Page, words: MenuWords, missed: boolean): string {
  const spanish = isSpanish(words.locale);
  const option = words.option || "[digit]. [name] ([city])";
  const unclear = spanish
    ? "No he entendido su respuesta. Escriba el número de la tienda."
    : "I did not understand. Write the number of the store.";
  const intro =
    words.intro || (spanish ? "Escriba el número de su tienda:" : "Write the number of your store:");
  const more = words.more || (spanish ? "0. Ver más" : "0. See more");
  return [
    missed ? unclear : intro,
    ...stores.map((store, index) => sayStore(option, store, index + 1).replace(" ()", "")),
    ...(hasMore ? [more] : []),
  ].join("\n");
}

/** Whether the person asked for the next page: a key on the call, a row or a word in the chat. */
export function asksForMore(event: string): boolean {
  return /^(digits:9|choice:more|reply:(0|m[aá]s|ver m[aá]s|more|see more))$/i.test(event);
}

/** The events that choose a store in the chat: its row, its number, its name. */
export function chatEvents(store: StoreView, index: number): readonly string[] {
  return [`choice:${store.id}`, `reply:${index + 1}`, `reply:${store.name.trim().toLowerCase()}`];
}

function isSpanish(locale: string): boolean {
  return /^es(-|_|$)/i.test(locale);
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
