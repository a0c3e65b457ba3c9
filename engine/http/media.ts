import { Type } from "typebox";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { existingFile, isSignedUrl, keepFile, partsOf, signedUrl } from "../runtime/media-files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type MediaRow, tenantOfMedia } from "../store/media.ts";
import { At } from "./fields.ts";
import { type FileAnswer, json } from "./reply.ts";
import { publicRoute, type Route, route } from "./route.ts";

const tag = "Media";
const UPLOAD_BYTES = 16 * 1024 * 1024;
const MediaId = Type.String({ pattern: "^med_[0-9a-f]{32}$", description: "Id of a file." });
const NullableText = Type.Union([Type.String(), Type.Null()]);

const MediaSchema = Type.Object({
  id: MediaId,
  state: Type.Enum(["pending", "stored", "failed"]),
  type: Type.String({ description: "MIME type." }),
  size: Type.Union([Type.Integer(), Type.Null()], { description: "Bytes." }),
  sha256: NullableText,
  name: NullableText,
  reason: Type.Union([Type.String(), Type.Null()], { description: "Why it is not there." }),
  url: Type.String({ description: "Where anybody who is given it can get the file, for a week." }),
  createdAt: At,
  expiresAt: At,
});

/** Files that go with messages. */
export function mediaRoutes(runtime: Runtime): readonly Route[] {
  return [uploadRoute(runtime), readRoute(runtime), serveRoute(runtime)];
}

function uploadRoute(runtime: Runtime): Route {
  return route({
    id: "uploadMedia",
    method: "post",
    path: "/api/v1/media",
    tag,
    summary: "Store a file to send; larger ones are sent by their address",
    scope: "media:write",
    query: Type.Object(
      {
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "Name of the file." })),
      },
      { additionalProperties: false },
    ),
    upload: { limitBytes: UPLOAD_BYTES },
    headers: { "Content-Type": { description: "MIME type of the file.", required: true } },
    responses: { 201: { description: "The file.", schema: MediaSchema } },
    errors: ["MEDIA_INVALID", "BODY_TOO_LARGE"],
    async handler({ caller, query, headers, file }) {
      const id = newId("media");
      const type = headers["content-type"] ?? "";
      await keepFile(runtime, caller.tenantId, id, { bytes: file, type, name: query.name ?? null });
      const row = await existingFile(runtime.db, caller.tenantId, id);
      return json(201, mediaJson(runtime, row), { location: `/api/v1/media/${id}` });
    },
  });
}

function readRoute(runtime: Runtime): Route {
  return route({
    id: "readMedia",
    method: "get",
    path: "/api/v1/media/:id",
    tag,
    summary: "What is known of a file, with an address to get it from",
    scope: "media:read",
    params: Type.Object({ id: MediaId }),
    responses: { 200: { description: "The file.", schema: MediaSchema } },
    errors: ["MEDIA_MISSING"],
    async handler({ caller, params }) {
      return json(200, mediaJson(runtime, await existingFile(runtime.db, caller.tenantId, params.id)));
    },
  });
}

function serveRoute(runtime: Runtime): Route {
  return publicRoute({
    id: "getMedia",
    method: "get",
    path: "/media/:id",
    tag,
    summary: "A file; the address is signed and expires",
    public: "whoever was given the signed address may get the file",
    params: Type.Object({ id: MediaId }),
    responses: { 200: { description: "What is in it." } },
    errors: ["SIGNATURE_INVALID", "MEDIA_EXPIRED", "MEDIA_MISSING", "MEDIA_PENDING"],
    async handler({ params, query }) {
      const { id = "" } = params;
      checkAddress(runtime, { id, expires: String(query.e ?? ""), signature: String(query.s ?? "") });
      const tenantId = await tenantOfMedia(runtime.db, id);
      if (tenantId === null)
        throw new AppError("MEDIA_MISSING", `There is no file ${id} (any more).`, { id });
      return serve(runtime, tenantId, await existingFile(runtime.db, tenantId, id));
    },
  });
}

/** [L9] @throws AppError SIGNATURE_INVALID, MEDIA_EXPIRED */
function checkAddress(runtime: Runtime, address: { id: string; expires: string; signature: string }): void {
  const verdict = isSignedUrl(runtime, address, runtime.clock.now());
  if (verdict === "forged")
    throw new AppError(
      "SIGNATURE_INVALID",
      `The address of file ${address.id} is not signed by this server.`,
    );
  if (verdict === "expired")
    throw new AppError("MEDIA_EXPIRED", `The address of file ${address.id} has expired; ask for a new one.`, {
      id: address.id,
    });
}

function serve({ db }: Runtime, tenantId: string, row: MediaRow): FileAnswer {
  const { id, state, sha256, type, bytes, name, reason } = row;
  if (state === "failed")
    throw new AppError("MEDIA_MISSING", `File ${id} could not be fetched: ${reason}`, { id });
  if (sha256 === null)
    throw new AppError("MEDIA_PENDING", `File ${id} is still being fetched; try again in a moment.`, { id });
  return {
    status: 200,
    headers: {
      "content-type": type,
      "content-length": String(bytes),
      "content-disposition": `${INLINE.test(type) ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(name ?? id)}`,
      "cache-control": "private, max-age=86400",
      etag: `"${sha256}"`,
    },
    parts: partsOf(db, tenantId, sha256),
  };
}

// What a stranger sent must not run in this server's name: anything but these is saved, not shown.
const INLINE = /^(image\/(png|jpeg|gif|webp)|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf)$/;

function mediaJson(runtime: Runtime, row: MediaRow) {
  const { id, state, type, bytes, sha256, name, reason } = row;
  return {
    id,
    state,
    type,
    size: bytes,
    sha256,
    name,
    reason,
    url: signedUrl(runtime, id, runtime.clock.now()),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
