import type { Buffer } from "node:buffer";
import type { JsonObject } from "../core/json.ts";
import type { VendorContext } from "./vendor-context.ts";

/** What a channel carries. A file belongs to the first kind that names its type. */
export interface MediaRules {
  /** In one message. */
  readonly maxFiles: number;
  readonly kinds: readonly MediaKindRule[];
}

export interface MediaKindRule {
  readonly kind: MediaKind;
  /** `image/png`; `*` for any other. */
  readonly types: readonly string[];
  readonly maxBytes: number;
}

export type MediaKind = "image" | "video" | "audio" | "document" | "sticker";

/** A file on its way out. What nobody could find out about a foreign address is null. */
export interface OutboundFile {
  /** Where anybody who is given it can get the file; ours are signed, and expire. */
  readonly url: string;
  readonly kind: MediaKind;
  readonly type: string | null;
  readonly bytes: number | null;
  readonly name: string | null;
  /** Of files stored here. */
  readonly stored: StoredFile | null;
}

export interface StoredFile {
  readonly id: string;
  /** Of what is in it, hexadecimal: the same file has the same one. */
  readonly sha256: string;
  read(): Promise<Buffer>;
}

/** How files that came with a message are fetched from their vendor. */
export interface MediaAdapter {
  readonly credential: string;
  /**
   * `source` is what the webhook gave of the file.
   * @throws AppError VENDOR_UNAVAILABLE | VENDOR_RATE_LIMITED to be asked again later; any other gives the file up
   */
  download(source: JsonObject, ctx: VendorContext): Promise<DownloadedFile>;
}

export interface DownloadedFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly name: string | null;
}

/** A file that came with a message, as the webhook tells of it. */
export interface InboundFile {
  /** What `download` is given. */
  readonly source: JsonObject;
  /** MIME type the vendor names. */
  readonly type: string | null;
  readonly name: string | null;
}
