import type { JsonObject } from "../../../engine/plugin-api.ts";
import { encodeForm, type Form, formText } from "./form.ts";

/** One resource of a list with what its page links need. */
export interface ListItem {
  readonly sid: string;
  readonly json: JsonObject;
}

const MAX_PAGE_SIZE = 1000;

/** One page of a v2010 list: `{ [key]: […], page, page_size, start, end, uri, …_page_uri }`. */
export function page(key: string, items: readonly ListItem[], path: string, query: Form): JsonObject {
  const size = Math.min(Math.max(Number(formText(query, "PageSize")) || 50, 1), MAX_PAGE_SIZE);
  const start = startOf(items, query, size);
  const shown = items.slice(start, start + size);
  const number = Math.floor(start / size);
  const link = (page: number, token?: string) => {
    const { Page: _page, PageToken: _token, ...filters } = query;
    const place = { PageSize: String(size), Page: String(page), ...(token ? { PageToken: token } : {}) };
    return `${path}?${encodeForm({ ...filters, ...place })}`;
  };
  const last = shown.at(-1);
  const hasNext = last !== undefined && start + size < items.length;
  return {
    [key]: shown.map((item) => item.json),
    page: number,
    page_size: size,
    start: shown.length === 0 ? 0 : start,
    end: shown.length === 0 ? 0 : start + shown.length - 1,
    uri: link(number, formText(query, "PageToken")),
    first_page_uri: link(0),
    next_page_uri: hasNext ? link(number + 1, `PA${last.sid}`) : null,
    previous_page_uri: start > 0 && shown[0] ? link(Math.max(number - 1, 0), `PB${shown[0].sid}`) : null,
  };
}

/** Tokens name a resource, so new arrivals do not shift the pages: `PA` the page after it, `PB` the page before it. */
function startOf(items: readonly ListItem[], query: Form, size: number): number {
  const token = formText(query, "PageToken");
  if (token === undefined) return Math.max(Number(formText(query, "Page")) || 0, 0) * size;
  const place = items.findIndex((item) => item.sid === token.slice(2));
  if (place === -1) return items.length;
  return token.startsWith("PB") ? Math.max(place - size, 0) : place + 1;
}
