import { AppError, type OutboundFile, type VendorContext } from "../../../engine/plugin-api.ts";
import { askGraph, authorization, type MetaApp } from "../graph.ts";
import { textOf } from "../wire/json.ts";

const MAX_BYTES = 100 * 1000 * 1000;

/**
 * Uploads the sample of a media header, in one go; gives the handle a template names it by.
 * @throws AppError VENDOR_REFUSED, VENDOR_UNAVAILABLE
 */
export async function uploadSample(
  app: MetaApp,
  sample: OutboundFile | null,
  ctx: VendorContext,
): Promise<string | null> {
  if (sample === null) return null;
  const bytes = await contentsOf(sample, ctx);
  const query = {
    file_name: sample.name ?? "sample",
    file_length: String(bytes.length),
    file_type: sample.type ?? "application/octet-stream",
  };
  const session = await askGraph(app, { method: "POST", path: "app/uploads", query }, ctx);
  const path = textOf(session.id) ?? "";
  // This one place wants the token under another word.
  const headers = {
    authorization: authorization(app).authorization?.replace(/^Bearer/, "OAuth") ?? "",
    file_offset: "0",
  };
  const uploaded = await askGraph(app, { method: "POST", path, body: { bytes, headers } }, ctx);
  const handle = textOf(uploaded.h);
  if (handle !== null) return handle;
  throw new AppError("VENDOR_REFUSED", "Meta took the sample file but gave no handle for it.", {
    vendor: "meta",
  });
}

async function contentsOf(
  { stored, url }: OutboundFile,
  { download, signal }: VendorContext,
): Promise<Uint8Array> {
  if (stored) return stored.read();
  const answer = await download(url, { maxBytes: MAX_BYTES, timeoutMs: 60_000, signal });
  if (answer.status === 200) return answer.bytes;
  throw new AppError("VENDOR_REFUSED", `The sample ${url} answers ${answer.status}; expected the file.`, {
    url,
  });
}
