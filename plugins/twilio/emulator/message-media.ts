import { createHash } from "node:crypto";
import { request } from "undici";
import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { messageDetails } from "./message-record.ts";
import type { World } from "./world.ts";

const MAX_BYTES: Readonly<Record<string, number>> = { whatsapp: 16 * 1024 * 1024, sms: 5 * 1024 * 1024 };

/**
 * Gets the files of a message that are at the engine, and puts what they are on record; a message whose file cannot be got,
 * or is too large, fails. Addresses elsewhere are taken on trust: an emulator reaches nobody else.
 */
export async function lookAtMedia(world: World, entry: LedgerEntry): Promise<void> {
  const own = messageDetails(entry).mediaUrls.filter((url) => isAtEngine(world, url));
  if (own.length === 0) return;
  const files = await Promise.all(own.map((url) => fileAt(world, url)));
  const max = MAX_BYTES[entry.channel ?? "sms"] ?? 0;
  const isBad = files.some((file) => file.status !== 200 || Number(file.bytes) > max);
  const ahead = isBad
    ? [
        { status: "queued", errorCode: null },
        { status: "failed", errorCode: 63019 },
      ]
    : messageDetails(entry).ahead;
  world.ledger.update(entry.ref, { details: { files, ahead } });
}

function isAtEngine(world: World, url: string): boolean {
  try {
    return url.startsWith(world.engineUrl("/media/"));
  } catch {
    // Nobody has said where the engine is.
    return false;
  }
}

async function fileAt({ work }: World, url: string): Promise<JsonObject> {
  try {
    const { statusCode, headers, body } = await request(url, { signal: work.signal });
    const bytes = Buffer.from(await body.arrayBuffer());
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { status: statusCode, type: String(headers["content-type"] ?? ""), bytes: bytes.length, sha256 };
  } catch {
    return { status: 0, type: "", bytes: 0, sha256: "" };
  }
}
