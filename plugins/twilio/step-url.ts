import type { NodeContext } from "../../engine/plugin-api.ts";

/** The URL of a webhook for this step, with values in its query: Twilio's signature covers them, so nothing is stored. */
export function stepUrl(
  ctx: NodeContext,
  path: string,
  values: Readonly<Record<string, string | undefined>>,
): string {
  const url = ctx.urls.step(path);
  const query = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${queryValue(value)}`],
  );
  if (query.length === 0) return url;
  return `${url}${url.includes("?") ? "&" : "?"}${query.join("&")}`;
}

/** Without the apostrophe, which Twilio and URL parsers write in different ways. */
function queryValue(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll("'", "%27");
}
