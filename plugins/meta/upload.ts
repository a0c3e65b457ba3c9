import { randomBytes } from "node:crypto";
import {
  AppError,
  type ChannelContext,
  type OutboundFile,
  type StoredFile,
} from "../../engine/plugin-api.ts";
import { askGraph, type MetaApp } from "./graph.ts";
import { textOf } from "./wire/json.ts";

const DAY_MS = 86_400_000;
// An uploaded file lives for thirty days.
const KEPT_MS = 29 * DAY_MS;
const KIND = "meta-media";

/**
 * The id of a stored file at Meta, for messages of this number: uploaded once, then remembered. A second upload after a lost
 * answer leaves a file nobody names; nothing is sent.
 * @throws AppError VENDOR_REFUSED, VENDOR_UNAVAILABLE, VENDOR_RATE_LIMITED
 */
export async function uploadedId(
  app: MetaApp,
  phoneNumberId: string,
  file: OutboundFile & { readonly stored: StoredFile },
  ctx: ChannelContext,
): Promise<string> {
  const key = `${phoneNumberId}/${file.stored.sha256}`;
  const known = await ctx.cache.get(KIND, key);
  if (typeof known?.id === "string") return known.id;
  const id = await upload(app, phoneNumberId, file, ctx);
  await ctx.cache.put(KIND, key, { id }, KEPT_MS);
  return id;
}

async function upload(
  app: MetaApp,
  phoneNumberId: string,
  { stored, type, name }: OutboundFile & { readonly stored: StoredFile },
  ctx: ChannelContext,
): Promise<string> {
  const boundary = `----centralita${randomBytes(12).toString("hex")}`;
  const mime = type ?? "application/octet-stream";
  const bytes = formOf(boundary, { bytes: await stored.read(), type: mime, name: name ?? stored.id });
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
  const path = `${encodeURIComponent(phoneNumberId)}/media`;
  const answer = await askGraph(app, { method: "POST", path, body: { bytes, headers } }, ctx);
  const id = textOf(answer.id);
  if (id !== null) return id;
  throw new AppError("VENDOR_REFUSED", "Meta took a file but gave no id for it.", { vendor: "meta" });
}

function formOf(
  boundary: string,
  { bytes, type, name }: { readonly bytes: Buffer; readonly type: string; readonly name: string },
): Buffer {
  const field = (field: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`;
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name.replaceAll(/["\r\n\\]/g, "_")}"\r\nContent-Type: ${type}\r\n\r\n`;
  return Buffer.concat([
    Buffer.from(field("messaging_product", "whatsapp") + field("type", type) + file),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}
