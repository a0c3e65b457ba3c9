import { createHash, randomInt } from "node:crypto";
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "../wire/json.ts";
import { errorAnswer, type HttpReply, type Problem } from "./error-answer.ts";
import type { GraphRequest } from "./graph-request.ts";

/** Files at the emulated Meta: uploaded to be sent, sent by people, and samples of templates. In memory: they live for days. */
export interface Files {
  /** Null for a request that is about no file. */
  answer(request: GraphRequest): HttpReply | null;
  /** A message that names a file by its id needs one that is there, of the right type. */
  check(body: JsonObject): Problem | null;
  keep(file: File): string;
  isHandle(handle: string): boolean;
}

interface File {
  readonly bytes: Buffer;
  readonly type: string;
}

const MAX_BYTES: Readonly<Record<string, number>> = {
  image: 5e6,
  video: 16e6,
  audio: 16e6,
  application: 100e6,
  text: 100e6,
};

export function createFiles({ url }: { readonly url: () => string }): Files {
  const files = new Map<string, File>();
  const uploads = new Map<string, { readonly length: number; readonly type: string }>();
  const handles = new Set<string>();
  const keep = (file: File) => {
    const id = newId();
    files.set(id, file);
    return id;
  };
  const routes: readonly Route[] = [
    [
      /^POST \/v\d+\.\d+\/app\/uploads$/,
      ({ query }) => {
        const id = `upload:${newId()}`;
        uploads.set(id, { length: Number(query.get("file_length")), type: query.get("file_type") ?? "" });
        return ok({ id });
      },
    ],
    [
      /^POST \/v\d+\.\d+\/(upload:\d+)$/,
      ({ bytes }, id) => {
        const session = uploads.get(id);
        if (session?.length !== bytes.length)
          return errorAnswer({
            code: 100,
            details: `The upload has ${bytes.length} bytes, not ${session?.length}.`,
          });
        const handle = `4::${Buffer.from(session.type).toString("base64")}:${newId()}`;
        handles.add(handle);
        return ok({ h: handle });
      },
    ],
    [/^POST \/v\d+\.\d+\/\d+\/media$/, (request) => upload(request, keep)],
    [
      /^GET \/v\d+\.\d+\/(\d+)$/,
      (_request, id) => {
        const file = files.get(id);
        return file ? ok(described(id, file, url())) : null;
      },
    ],
    [/^DELETE \/v\d+\.\d+\/(\d+)$/, (_request, id) => (files.delete(id) ? ok({ success: true }) : null)],
    [
      /^GET \/whatsapp_business\/attachments\/(\d+)$/,
      (_request, id) => {
        const file = files.get(id);
        return file
          ? { status: 200, body: {}, file }
          : errorAnswer({ code: 100, details: "No such file." }, 404);
      },
    ],
  ];
  return {
    keep,
    isHandle: (handle) => handles.has(handle),
    check: (body) => checkFiles(body, files),
    answer(request) {
      const line = `${request.method} ${request.path}`;
      for (const [pattern, reply] of routes) {
        const match = pattern.exec(line);
        const answer = match && reply(request, match[1] ?? "");
        if (answer) return answer;
      }
      return null;
    },
  };
}

type Route = readonly [RegExp, (request: GraphRequest, id: string) => HttpReply | null];

function ok(body: JsonObject): HttpReply {
  return { status: 200, body };
}

function newId(): string {
  return String(randomInt(1e14, 2e14));
}

function described(id: string, { bytes, type }: File, url: string): JsonObject {
  return {
    messaging_product: "whatsapp",
    url: `${url}/whatsapp_business/attachments/${id}`,
    mime_type: type,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    file_size: String(bytes.length),
    id,
  };
}

/** `multipart/form-data` with `messaging_product`, `type` and `file`. */
function upload({ bytes, contentType }: GraphRequest, keep: Files["keep"]): HttpReply {
  const boundary = /boundary=(\S+)/.exec(contentType ?? "")?.[1];
  if (boundary === undefined) return errorAnswer({ code: 100, details: "multipart/form-data is expected." });
  const parts = partsOf(bytes, boundary);
  if (parts.get("messaging_product")?.bytes.toString() !== "whatsapp")
    return errorAnswer({ code: 100, details: "The parameter messaging_product is required." });
  const file = parts.get("file");
  if (!file) return errorAnswer({ code: 100, details: "The parameter file is required." });
  const max = MAX_BYTES[file.type.split("/", 1)[0] ?? ""];
  if (max === undefined || file.bytes.length > max)
    return errorAnswer({
      code: 131053,
      details: `A file of type ${file.type} and ${file.bytes.length} bytes is not taken.`,
    });
  return ok({ id: keep(file) });
}

function partsOf(body: Buffer, boundary: string): Map<string, File> {
  const parts = new Map<string, File>();
  const mark = Buffer.from(`--${boundary}`);
  let from = body.indexOf(mark);
  while (from >= 0) {
    const to = body.indexOf(mark, from + mark.length);
    if (to < 0) break;
    const part = body.subarray(from + mark.length + 2, to - 2);
    const split = part.indexOf("\r\n\r\n");
    const head = part.subarray(0, split).toString("utf8");
    const name = / name="([^"]+)"/.exec(head)?.[1] ?? "";
    const type = /content-type:\s*(\S+)/i.exec(head)?.[1] ?? "text/plain";
    parts.set(name, { bytes: Buffer.from(part.subarray(split + 4)), type });
    from = to;
  }
  return parts;
}

const KINDS = ["image", "video", "audio", "document", "sticker"];

function checkFiles(body: JsonObject, files: ReadonlyMap<string, File>): Problem | null {
  const components = objectsOf(objectOf(body.template).components);
  const named = [body, ...components.flatMap(({ parameters }) => objectsOf(parameters))].flatMap((part) =>
    KINDS.flatMap((kind) => {
      const id = textOf(objectOf(part[kind]).id);
      return id === null ? [] : [{ kind, id }];
    }),
  );
  for (const { kind, id } of named) {
    const file = files.get(id);
    if (!file)
      return { code: 131009, details: `Parameter value is not valid: ${kind}.id: there is no file ${id}.` };
    if (kind !== "document" && kind !== "sticker" && !file.type.startsWith(`${kind}/`))
      return { code: 131053, details: `File ${id} is ${file.type}, not of type ${kind}.` };
  }
  return null;
}
