/**
 * A webhook's URL with words to be spoken in its query: we wrote it and Twilio's signature covers it, so there is nothing
 * to look up when it is asked for.
 */
export function textInUrl(url: string, query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${queryValue(value)}`);
  return `${url}${url.includes("?") ? "&" : "?"}${pairs.join("&")}`;
}

/** Without the apostrophe, which Twilio and URL parsers write in different ways. */
function queryValue(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll("'", "%27");
}
