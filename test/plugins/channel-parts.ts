import { typeOfName } from "../../engine/core/media-type.ts";
import type { ChannelContext, JsonObject, MediaKind, OutboundFile } from "../../engine/plugin-api.ts";

const KINDS: readonly MediaKind[] = ["image", "video", "audio"];

/** A file at a public address, as the engine gives it to a channel when nothing but its name is known. */
export function foreignFile(url: string): OutboundFile {
  const name = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "") || null;
  const type = typeOfName(name ?? "");
  const kind =
    type === "image/webp" ? "sticker" : (KINDS.find((one) => type?.startsWith(`${one}/`)) ?? "document");
  return { url, kind, type, bytes: null, name, stored: null };
}

/** A file stored here. */
export function storedFile(bytes: Buffer, given: Partial<OutboundFile> = {}): OutboundFile {
  const stored = { id: "med_1", sha256: "aa11", read: async () => bytes };
  const url = "https://flow.test/media/med_1?e=1&s=signed";
  return { url, kind: "image", type: "image/png", bytes: bytes.length, name: "qr.png", stored, ...given };
}

/** What is kept between messages, in memory. */
export function memoryCache(): ChannelContext["cache"] {
  const kept = new Map<string, JsonObject>();
  return {
    get: async (kind, key) => kept.get(`${kind}/${key}`) ?? null,
    put: async (kind, key, value) => void kept.set(`${kind}/${key}`, value),
  };
}
