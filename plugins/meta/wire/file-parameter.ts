import type { JsonObject, OutboundFile } from "../../../engine/plugin-api.ts";

/** How Meta is told of a file: by the id of an upload, or by its address. */
export type NamedFile = { readonly id: string } | { readonly link: string };

/** A file above the words, of a template or of buttons. */
export function fileParameter({ kind, name }: OutboundFile, named: NamedFile): JsonObject {
  return {
    type: kind,
    [kind]: { ...named, ...(kind === "document" && name !== null ? { filename: name } : {}) },
  };
}
