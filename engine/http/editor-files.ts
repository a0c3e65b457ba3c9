import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { LRUCache } from "lru-cache";
import { AppError } from "../errors.ts";
import type { HttpAnswer, WebhookRequest } from "../plugin-api.ts";
import type { FileAnswer } from "./reply.ts";
import { publicRoute, type Route } from "./route.ts";

const tag = "The editor";
const reason = "the editor is a program; what it shows it asks for with a session";

/** Addresses the editor draws itself, each with everything below it. */
export const EDITOR_PAGES = [
  "flows",
  "runs",
  "templates",
  "stores",
  "numbers",
  "credits",
  "settings",
  "sign-in",
  "gallery",
] as const;

export interface EditorFiles {
  /** What the editor's build leaves: `index.html` and `assets/`. */
  readonly folder: string;
  readonly publicUrl: string;
}

/** The built editor. It is read when it is asked for, so that a build made while we run is served. */
export function editorRoutes({ folder, publicUrl }: EditorFiles): readonly Route[] {
  const policy = pagePolicy(publicUrl);
  const page = (id: string, address: string): Route =>
    publicRoute({
      id,
      method: "get",
      path: address,
      tag,
      summary: "A page of the editor",
      public: reason,
      responses: { 200: { description: "HTML." } },
      handler: (request) => pageAnswer(request, folder, policy),
    });
  return [
    page("readRoot", "/"),
    ...EDITOR_PAGES.map((name) => page(`read-${name}`, `/${name}{/*below}`)),
    assetRoute(folder),
  ];
}

/**
 * Scripts come from files of ours alone. Styles may stand in the page as well: Mantine writes its theme into a style element
 * and positions things by style attributes, which no hash can name beforehand; a style cannot call anybody but those below.
 * Of sockets not every browser takes 'self' to mean ws too.
 */
function pagePolicy(publicUrl: string): string {
  const { host, protocol } = new URL(publicUrl);
  const socket = `${protocol === "https:" ? "wss" : "ws"}://${host}`;
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self' ${socket}`,
    "worker-src 'self' blob:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Never kept without asking: it names the files of the newest build. */
async function pageAnswer(request: WebhookRequest, folder: string, policy: string): Promise<HttpAnswer> {
  refuseOthers(request);
  const html = await readIfThere(path.join(folder, "index.html"));
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache", vary: "accept" };
  if (html === null) return { status: 503, headers: { ...headers, ...NOT_BUILT_POLICY }, body: NOT_BUILT };
  return { status: 200, headers: { ...headers, "content-security-policy": policy }, body: html.toString() };
}

/** A program that mistypes the address of the API should hear so, and not get a page. */
function refuseOthers({ headers, url }: WebhookRequest): void {
  if (/text\/html|text\/\*|\*\/\*/.test(headers.accept ?? "*/*")) return;
  throw new AppError("NOT_FOUND", `There is only a page at ${new URL(url).pathname.slice(0, 200)}.`);
}

const NOT_BUILT_STYLE = ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{margin:3rem}";
const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Centralita</title><style>${NOT_BUILT_STYLE}</style></head>
<body><h1>Centralita</h1><p>The editor has not been built yet. Build it once, then load this page again:</p>
<pre>npm run build</pre><p lang="es">El editor todavía no se ha compilado. Ejecute una vez la orden de arriba y recargue la
página.</p><p><a href="/api/docs">API</a></p></body></html>
`;
const NOT_BUILT_POLICY = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(NOT_BUILT_STYLE).digest("base64")}'; frame-ancestors 'none'`,
};

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".mp3": "audio/mpeg",
};
// The others are compressed already.
const COMPRESSED = new Set([".js", ".css", ".json", ".map", ".svg", ".wasm"]);
const NAME = /^[\w-][\w.-]*$/;
const ONE_YEAR = "public, max-age=31536000, immutable";

function assetRoute(folder: string): Route {
  const read = createAssetReader(path.join(folder, "assets"));
  return publicRoute({
    id: "readAsset",
    method: "get",
    path: "/assets/:file",
    tag,
    summary: "A file of the editor",
    public: reason,
    responses: { 200: { description: "The file." } },
    async handler({ params, headers }) {
      const name = params.file ?? "";
      const type = TYPES[path.extname(name)];
      const asset = NAME.test(name) && type ? await read(name, headers["accept-encoding"] ?? "") : null;
      if (!asset || !type) throw new AppError("NOT_FOUND", "The editor has no file of this name.");
      // Its name changes with its content.
      const fixed = { "content-type": type, "cache-control": ONE_YEAR, vary: "accept-encoding" };
      return fileAnswer(asset, fixed);
    },
  });
}

function fileAnswer({ bytes, encoding }: Asset, fixed: Readonly<Record<string, string>>): FileAnswer {
  const coded = encoding === null ? {} : { "content-encoding": encoding };
  const headers = { ...fixed, ...coded, "content-length": String(bytes.length) };
  return { status: 200, headers, parts: inOnePart(bytes) };
}

async function* inOnePart(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}

interface Asset {
  readonly bytes: Buffer;
  readonly encoding: "br" | "gzip" | null;
}

const ENCODINGS = [
  { name: "br", ending: ".br", compress: brotli },
  { name: "gzip", ending: ".gz", compress: promisify<Buffer, Buffer>(gzip) },
] as const;

const KEPT_BYTES = 32 * 1024 * 1024;

/** As the build compressed it; else compressed once, and kept while there is room. */
function createAssetReader(folder: string): (name: string, accepts: string) => Promise<Asset | null> {
  const kept = new LRUCache<string, Buffer>({ maxSize: KEPT_BYTES, sizeCalculation: ({ length }) => length });
  return async (name, accepts) => {
    const coding = COMPRESSED.has(path.extname(name))
      ? ENCODINGS.find((candidate) => accepted(accepts, candidate.name))
      : undefined;
    if (coding) {
      const key = name + coding.ending;
      const ready = kept.get(key) ?? (await readIfThere(path.join(folder, key)));
      if (ready) return { bytes: ready, encoding: coding.name };
    }
    const bytes = await readIfThere(path.join(folder, name));
    if (bytes === null || !coding) return bytes && { bytes, encoding: null };
    const smaller = await coding.compress(bytes);
    kept.set(name + coding.ending, smaller);
    return { bytes: smaller, encoding: coding.name };
  };
}

/** `br;q=0` is a no. */
function accepted(header: string, coding: string): boolean {
  return new RegExp(
    `(?:^|,)\\s*${coding}\\s*(?:;\\s*q=(?!0(?:\\.0*)?\\s*(?:,|$))[\\d.]+\\s*)?(?:,|$)`,
    "i",
  ).test(header);
}

// The best is not worth seconds of somebody's first visit.
function brotli(bytes: Buffer): Promise<Buffer> {
  return promisify<Buffer, object, Buffer>(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
  });
}

async function readIfThere(file: string): Promise<Buffer | null> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "EISDIR") return null;
    throw error;
  });
}
