import type { JsonObject } from "../../../engine/plugin-api.ts";
import { encodeForm, type Form, formText } from "./form.ts";
import type { ListItem } from "./paging.ts";

const MAX_PAGE_SIZE = 1000;

/** One page of a newer list: `{ [key]: […], meta: { page, page_size, key, url, …_page_url } }`, with absolute addresses. */
export function metaPage(
  origin: string,
  list: {
    readonly key: string;
    readonly items: readonly ListItem[];
    readonly path: string;
    readonly query: Form;
  },
): JsonObject {
  const { key, items, path, query } = list;
  const size = Math.min(Math.max(Number(formText(query, "PageSize")) || 50, 1), MAX_PAGE_SIZE);
  const page = Math.max(Number(formText(query, "Page")) || 0, 0);
  const shown = items.slice(page * size, (page + 1) * size);
  const url = (at: number) => `${origin}${path}?${encodeForm({ PageSize: String(size), Page: String(at) })}`;
  return {
    [key]: shown.map(({ json }) => json),
    meta: {
      page,
      page_size: size,
      first_page_url: url(0),
      previous_page_url: page > 0 ? url(page - 1) : null,
      next_page_url: (page + 1) * size < items.length ? url(page + 1) : null,
      key,
      url: url(page),
    },
  };
}
