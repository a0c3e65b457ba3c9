import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a browser says that a page of ours sent the request. Our pages are served at the address they call, which need not
 * be the public one: somebody at the machine itself says localhost. Null where a browser would have said, and nothing is said.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, publicUrl: string): boolean | null {
  const site = headers["sec-fetch-site"];
  // What a page cannot set itself. Browsers send it to https and to the machine itself only.
  if (site !== undefined) return site === "same-origin";
  const { origin } = headers;
  if (origin === undefined) return null;
  if (!URL.canParse(origin)) return false;
  return origin === new URL(publicUrl).origin || new URL(origin).host === headers.host;
}
