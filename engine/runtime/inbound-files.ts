/**
 * Files that came with a message. [L7] They are on record before the message is handed on, so none is forgotten, and are
 * fetched at once where that is quick; what is slow, or fails, is fetched by whoever finds it due.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { JsonObject } from "../core/json.ts";
import { isRecord } from "../core/plain-data.ts";
import { AppError } from "../errors.ts";
import { inboundMediaId } from "../ids.ts";
import type { Delivery, InboundFile } from "../plugin-api.ts";
import { deferMedia, dueMedia, insertPendingMedia, type MediaRow, readMedia } from "../store/media.ts";
import { keepFile, signedUrl } from "./media-files.ts";
import type { Runtime } from "./runtime.ts";

type Start = Extract<Delivery, { kind: "start" }>;

// The vendor waits for its answer meanwhile; a flow that starts without the size can still ask for the file.
const AT_ONCE_MS = 1_500;
const FETCH_MS = 60_000;
const MAX_TRIES = 8;
const FIRST_PAUSE_SECONDS = 15;
const DUE_LIMIT = 4;

/** The delivery with our address, and what is known, of each of its files. */
export async function withFiles(
  runtime: Runtime,
  provider: string,
  tenantId: string,
  delivery: Start,
): Promise<Start> {
  const { files = [], message } = delivery;
  if (files.length === 0 || !message || !runtime.registry.media(provider)) return delivery;
  const ids = files.map((_, place) => inboundMediaId(provider, tenantId, message.ref, place));
  await register(runtime, { provider, tenantId, ids, files });
  await fetchQuickly(runtime, tenantId, ids);
  const rows = await runtime.db.asTenant(tenantId, (scope) =>
    Promise.all(ids.map((id) => readMedia(scope, id))),
  );
  const known = rows.map((row, place) => fileJson(runtime, ids[place] ?? "", row));
  return {
    ...delivery,
    input: { ...delivery.input, message: described(delivery.input.message, known) },
    ...(delivery.resume
      ? { resume: { ...delivery.resume, output: described(delivery.resume.output, known) } }
      : {}),
    message: { ...message, media: ids },
  };
}

function register(
  { db, settings }: Runtime,
  given: {
    readonly provider: string;
    readonly tenantId: string;
    readonly ids: readonly string[];
    readonly files: readonly InboundFile[];
  },
): Promise<void> {
  const { provider, tenantId, ids, files } = given;
  const rows = files.map(({ source, type, name }, place) => ({
    id: ids[place] ?? "",
    type: type ?? "application/octet-stream",
    name,
    source: { provider, what: source },
  }));
  return db.asTenant(tenantId, (scope) => insertPendingMedia(scope, rows, settings.mediaDays));
}

async function fetchQuickly(runtime: Runtime, tenantId: string, ids: readonly string[]): Promise<void> {
  const patience = new AbortController();
  const all = Promise.all(ids.map((id) => fetchFile(runtime, tenantId, id)));
  await Promise.race([all, pause(AT_ONCE_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
}

function fileJson(runtime: Runtime, id: string, row: MediaRow | undefined): JsonObject {
  return {
    mediaId: id,
    url: signedUrl(runtime, id, runtime.clock.now()),
    contentType: row?.type ?? null,
    size: row?.bytes ?? null,
    sha256: row?.sha256 ?? null,
  };
}

/** Entry by entry; what is no list is left alone: only the plugin knows what it gave. */
function described(message: JsonObject[string] | undefined, known: readonly JsonObject[]): JsonObject {
  if (!isRecord(message)) return {};
  const { media } = message;
  if (!Array.isArray(media)) return message as JsonObject;
  const entries = media.map((entry, place) => ({ ...(isRecord(entry) ? entry : {}), ...known[place] }));
  return { ...message, media: entries } as JsonObject;
}

/** Fetches what is due, until nothing is. */
export async function fetchDueFiles(runtime: Runtime): Promise<void> {
  for (;;) {
    const due = await dueMedia(runtime.db, DUE_LIMIT);
    await Promise.all(due.map(({ tenant, id }) => fetchFile(runtime, tenant, id)));
    if (due.length < DUE_LIMIT || runtime.settings.stopping.aborted) return;
  }
}

/** Never throws: what went wrong is on record with the file. */
async function fetchFile(runtime: Runtime, tenantId: string, id: string): Promise<void> {
  const { db, log } = runtime;
  try {
    const row = await db.asTenant(tenantId, (scope) => readMedia(scope, id));
    if (row?.state === "pending") await download(runtime, tenantId, row);
  } catch (error) {
    log.warn({ err: error, tenantId, mediaId: id }, "a file could not be looked at; it is tried again");
  }
}

async function download(runtime: Runtime, tenantId: string, row: MediaRow): Promise<void> {
  const { db, log } = runtime;
  try {
    const file = await fromVendor(runtime, tenantId, row);
    await keepFile(runtime, tenantId, row.id, { ...file, name: file.name ?? row.name });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const again = mayComeLater(error) && row.tries < MAX_TRIES;
    log.warn({ tenantId, mediaId: row.id, reason, again }, "a file that came with a message was not fetched");
    const retryAfterSeconds = again ? FIRST_PAUSE_SECONDS * 2 ** row.tries : null;
    await db.asTenant(tenantId, (scope) => deferMedia(scope, row.id, { reason, retryAfterSeconds }));
  }
}

async function fromVendor(runtime: Runtime, tenantId: string, { source }: MediaRow) {
  const provider = String(source?.provider ?? "");
  const adapter = runtime.registry.media(provider);
  if (!adapter)
    throw new AppError("MEDIA_INVALID", `No plugin fetches files of "${provider}" any more.`, { provider });
  const credential = await runtime.secrets.open(tenantId, adapter.credential);
  const { fetch, download, log } = runtime;
  const signal = AbortSignal.any([AbortSignal.timeout(FETCH_MS), runtime.settings.stopping]);
  const what = isRecord(source?.what) ? (source.what as JsonObject) : {};
  return adapter.download(what, { fetch, download, log, signal, credential });
}

/** A refusal stays one; anything else may be over in a while. */
function mayComeLater(error: unknown): boolean {
  return !(error instanceof AppError) || error.retryable || error.code === "VENDOR_REFUSED";
}
