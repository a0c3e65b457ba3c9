import { AppError, type MediaAdapter } from "../../engine/plugin-api.ts";
import { metaAppOf } from "./credentials.ts";
import { askGraph, authorization } from "./graph.ts";
import { textOf } from "./wire/json.ts";

const MAX_BYTES = 100 * 1000 * 1000;

/** Files of inbound messages: the id gives an address for five minutes, which wants the same token. */
const media: MediaAdapter = {
  credential: "meta.app",
  async download({ id }, ctx) {
    const app = metaAppOf(ctx.credential);
    const found = await askGraph(app, { method: "GET", path: encodeURIComponent(String(id)) }, ctx);
    const url = textOf(found.url);
    if (url === null)
      throw new AppError("VENDOR_REFUSED", `Meta gives no address for file ${id}.`, { vendor: "meta" });
    const { signal } = ctx;
    const answer = await ctx.download(url, {
      headers: authorization(app),
      maxBytes: MAX_BYTES,
      timeoutMs: 60_000,
      signal,
    });
    if (answer.status !== 200) throw notThere(answer.status, String(id));
    const type = textOf(found.mime_type) ?? answer.headers["content-type"] ?? "application/octet-stream";
    return { bytes: answer.bytes, type, name: null };
  },
};
export default media;

function notThere(status: number, id: string): AppError {
  // The address may have run out on the way; the id is good for seven days.
  const later = status === 401 || status === 404 || status === 429 || status >= 500;
  const message = `Meta answers ${status} for file ${id}; expected the file.`;
  return new AppError(later ? "VENDOR_UNAVAILABLE" : "VENDOR_REFUSED", message, { vendor: "meta", status });
}
