/**
 * Files that come and go with messages: kept in the database, so that every process has them, by what is in them, and given
 * out under addresses that are signed and expire.
 */
import { createHash } from "node:crypto";
import { bareType, typeFault } from "../core/media-type.ts";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { type MediaRow, readMedia, readPart, storeMedia } from "../store/media.ts";
import type { Runtime } from "./runtime.ts";

/** As large as WhatsApp's largest, a document. */
export const MAX_FILE_BYTES = 100 * 1000 * 1000;

const PURPOSE = "media";
const DAY_SECONDS = 86_400;
/** How long an address is good for. */
export const URL_DAYS = 7;

type Keeper = Pick<Runtime, "db" | "settings">;
type Signer = Pick<Runtime, "keys" | "settings">;

export interface FileContents {
  readonly bytes: Buffer;
  readonly type: string;
  readonly name: string | null;
}

/** [L8] Keeps a file. @throws AppError MEDIA_INVALID when it is empty, too large or not of its type */
export async function keepFile(
  { db, settings }: Keeper,
  tenantId: string,
  id: string,
  { bytes, type, name }: FileContents,
): Promise<void> {
  checkContents(bytes, type);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = { id, bytes, sha256, type: bareType(type), name };
  await db.asTenant(tenantId, (scope) => storeMedia(scope, file, settings.mediaDays));
}

function checkContents(bytes: Buffer, type: string): void {
  const refuse = (message: string) => new AppError("MEDIA_INVALID", message, { type, bytes: bytes.length });
  if (bytes.length === 0) throw refuse("The file is empty; expected at least one byte.");
  if (bytes.length > MAX_FILE_BYTES)
    throw refuse(`The file has ${bytes.length} bytes; ${MAX_FILE_BYTES} at most are kept.`);
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(bareType(type)))
    throw refuse(`"${type}" is no media type; expected one such as image/png.`);
  const found = typeFault(type, bytes);
  if (found !== null) throw refuse(`The file is said to be ${bareType(type)} but is ${found}.`);
}

/** [L9] Where anybody who is given it can get the file, until then. */
export function signedUrl({ keys, settings }: Signer, id: string, from: Date): string {
  // Rounded to the day: the same file has the same address for a day, which vendors keep copies by.
  const expires = (Math.floor(from.getTime() / 1000 / DAY_SECONDS) + URL_DAYS + 1) * DAY_SECONDS;
  return `${settings.publicUrl}/media/${id}?e=${expires}&s=${keys.sign(PURPOSE, `${id}.${expires}`)}`;
}

/** True for an address of ours whose time is not over. */
export function isSignedUrl(
  { keys }: Pick<Runtime, "keys">,
  { id, expires, signature }: { readonly id: string; readonly expires: string; readonly signature: string },
  now: Date,
): "good" | "expired" | "forged" {
  if (!keys.verify(PURPOSE, `${id}.${expires}`, signature)) return "forged";
  return Number(expires) * 1000 > now.getTime() ? "good" : "expired";
}

/** @throws AppError MEDIA_MISSING when the tenant has no such file (any more) */
export async function existingFile(db: Database, tenantId: string, id: string): Promise<MediaRow> {
  const row = await db.asTenant(tenantId, (scope) => readMedia(scope, id));
  if (row) return row;
  throw new AppError("MEDIA_MISSING", `There is no file ${id}; expected the id of one that is kept here.`, {
    id,
  });
}

/** Part after part: nobody holds a large file as one value. */
export async function* partsOf(db: Database, tenantId: string, sha256: string): AsyncGenerator<Buffer> {
  for (let part = 0; ; part++) {
    const data = await db.asTenant(tenantId, (scope) => readPart(scope, sha256, part));
    if (!data) return;
    yield data;
  }
}

export async function bytesOf(db: Database, tenantId: string, sha256: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of partsOf(db, tenantId, sha256)) parts.push(part);
  return Buffer.concat(parts);
}
