/**
 * Files on their way out, by their address or the id of one stored here. [L10] Type and size are held against what the
 * channel carries before anything is held: what is wrong costs nothing and is said in words.
 */
import { LRUCache } from "lru-cache";
import { bareType, typeOfName } from "../core/media-type.ts";
import { AppError } from "../errors.ts";
import type {
  ChannelDefinition,
  GuardedFetch,
  MediaKind,
  MediaRules,
  MessageDraft,
  Objection,
  OutboundFile,
  TemplateHeaderValue,
} from "../plugin-api.ts";
import { bytesOf, existingFile, signedUrl } from "./media-files.ts";
import type { Runtime } from "./runtime.ts";

type Parts = Pick<Runtime, "db" | "keys" | "settings" | "fetch">;

interface Found {
  readonly url: string;
  readonly type: string | null;
  readonly bytes: number | null;
  readonly name: string | null;
  readonly stored: OutboundFile["stored"];
}

export interface MessageOnLine {
  readonly tenantId: string;
  readonly adapter: ChannelDefinition;
  readonly draft: MessageDraft;
  readonly now: Date;
}

export interface FilesOfMessage {
  readonly files: readonly OutboundFile[];
  readonly headerFile: OutboundFile | null;
}

/** The files a message carries, or why the channel does not carry them. */
export async function filesOf(
  runtime: Parts,
  { tenantId, adapter, draft, now }: MessageOnLine,
): Promise<FilesOfMessage | Objection> {
  const { media = [] } = draft;
  const rules = adapter.media ?? { maxFiles: 0, kinds: [] };
  if (media.length > rules.maxFiles) {
    return {
      code: "too_many_files",
      message: `${media.length} files; ${adapter.id} carries ${rules.maxFiles} in one message.`,
    };
  }
  const header = headerOf(draft);
  if (header && "code" in header) return header;
  const refs = [...media, ...(header ? [header.file] : [])];
  const found = await Promise.all(refs.map((ref) => fileOf(runtime, tenantId, ref, now)));
  const checked = found.map((file, index) =>
    "code" in file
      ? file
      : checkedFile(file, index < media.length ? rules : headerRules(rules, header?.kind), adapter.id),
  );
  const objection = checked.find((file) => "code" in file);
  if (objection) return objection;
  const files = checked.filter((file) => "url" in file);
  return { files: files.slice(0, media.length), headerFile: header ? (files.at(-1) ?? null) : null };
}

/** The file above the words: the one that was given, else the template's sample. */
function headerOf({ template }: MessageDraft): { file: string; kind: MediaKind } | Objection | null {
  const header = template?.content.header;
  const given: TemplateHeaderValue = template?.header ?? {};
  if (!template || header?.type === "text" || header === undefined)
    return !given.file && given.location === undefined
      ? null
      : {
          code: "header_unexpected",
          message: `Template "${template?.key}" has no header that takes a file or a place.`,
        };
  if (header.type === "location") {
    if (given.location !== undefined) return null;
    return {
      code: "header_missing",
      message: `Template "${template.key}" has a place above its words; expected latitude and longitude.`,
    };
  }
  return { file: given.file || header.sample, kind: header.type };
}

function headerRules(rules: MediaRules, kind: MediaKind | undefined): MediaRules {
  return { ...rules, kinds: rules.kinds.filter((rule) => rule.kind === kind) };
}

function checkedFile(file: Found, rules: MediaRules, channel: string): OutboundFile | Objection {
  const { type, bytes, url } = file;
  const rule =
    rules.kinds.find(({ types }) => type !== null && types.includes(type)) ??
    rules.kinds.find(({ types }) => types.includes("*")) ??
    (type === null ? rules.kinds[0] : undefined);
  const shown = url.split("?", 1)[0];
  if (!rule) {
    const expected = rules.kinds.flatMap(({ types }) => types).join(", ");
    return { code: "media_type", message: `${shown} is ${type}; ${channel} carries ${expected} here.` };
  }
  if (bytes !== null && bytes > rule.maxBytes) {
    return {
      code: "media_too_large",
      message: `${shown} has ${bytes} bytes; ${channel} carries ${rule.maxBytes} of ${rule.kind} at most.`,
    };
  }
  return { ...file, kind: rule.kind };
}

function fileOf(runtime: Parts, tenantId: string, ref: string, now: Date): Promise<Found | Objection> {
  return /^med_/.test(ref) ? storedFile(runtime, tenantId, ref, now) : foreignFile(runtime.fetch, ref);
}

async function storedFile(
  runtime: Parts,
  tenantId: string,
  id: string,
  now: Date,
): Promise<Found | Objection> {
  try {
    const row = await existingFile(runtime.db, tenantId, id);
    const { sha256, type, bytes, name, state, reason } = row;
    if (state !== "stored" || sha256 === null) {
      return {
        code: "media_not_there",
        message: `File ${id} is ${state}${reason ? `: ${reason}` : ""}; it cannot be sent.`,
      };
    }
    const stored = { id, sha256, read: () => bytesOf(runtime.db, tenantId, sha256) };
    return { url: signedUrl(runtime, id, now), type, bytes, name, stored };
  } catch (error) {
    if (error instanceof AppError && error.code === "MEDIA_MISSING")
      return { code: "media_missing", message: error.message };
    throw error;
  }
}

const PROBE_MS = 2_000;
const KNOWN_FOR_MS = 10 * 60_000;
// Module-level on purpose: what a public address said about itself, for ten minutes, as vendors keep it too. Losing it costs
// one more question; it is the same for all tenants.
const probed = new LRUCache<string, Promise<Probe>>({ max: 2_000, ttl: KNOWN_FOR_MS });

interface Probe {
  readonly status: number | null;
  readonly type: string | null;
  readonly bytes: number | null;
}

/** What an address says of its file. One that cannot be asked from here may still be reached by the vendor. */
async function foreignFile(fetch: GuardedFetch, url: string): Promise<Found | Objection> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return {
      code: "media_address",
      message: `"${url}" is neither an http(s) address nor the id of a stored file.`,
    };
  }
  const name = nameIn(url);
  const { status, type, bytes } = await probe(fetch, url);
  if (status !== null && [401, 403, 404, 410].includes(status)) {
    return { code: "media_not_there", message: `${url} answers ${status}; expected a file anybody can get.` };
  }
  return { url, type: type ?? typeOfName(name ?? ""), bytes, name, stored: null };
}

function probe(fetch: GuardedFetch, url: string): Promise<Probe> {
  const known = probed.get(url);
  if (known) return known;
  const asking = ask(fetch, url);
  probed.set(url, asking);
  return asking;
}

async function ask(fetch: GuardedFetch, url: string): Promise<Probe> {
  try {
    const { status, headers } = await fetch(url, { method: "HEAD", timeoutMs: PROBE_MS });
    const length = Number(headers["content-length"] ?? Number.NaN);
    const ok = status === 200;
    const type = ok && headers["content-type"] ? bareType(headers["content-type"]) : null;
    return { status, type, bytes: ok && Number.isSafeInteger(length) ? length : null };
  } catch {
    return { status: null, type: null, bytes: null };
  }
}

function nameIn(url: string): string | null {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last) || null;
  } catch {
    return last || null;
  }
}
