import type { JsonObject } from "../../../engine/plugin-api.ts";
import { encodeForm, formText } from "./form.ts";
import type { RestRequest } from "./rest-answer.ts";
import type { World } from "./world.ts";

const MAX_PAGE_SIZE = 1000;

/** One page of a list of the newer APIs: the items, and `meta` with the links. */
export function metaPage(
  world: World,
  { path, query }: RestRequest,
  key: string,
  items: readonly JsonObject[],
): JsonObject {
  const size = Math.min(Math.max(Number(formText(query, "PageSize")) || 50, 1), MAX_PAGE_SIZE);
  const number = Math.max(Number(formText(query, "Page")) || 0, 0);
  const { Page: _page, PageToken: _token, ...filters } = query;
  const link = (page: number) =>
    `${world.url()}${path}?${encodeForm({ ...filters, PageSize: String(size), Page: String(page) })}`;
  const start = number * size;
  return {
    [key]: items.slice(start, start + size),
    meta: {
      key,
      page: number,
      page_size: size,
      url: link(number),
      first_page_url: link(0),
      previous_page_url: number > 0 ? link(number - 1) : null,
      next_page_url: start + size < items.length ? link(number + 1) : null,
    },
  };
}
