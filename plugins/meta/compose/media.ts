import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { FileParams, SendParams } from "../nodes/send-params.ts";
import { type Composed, fitting, given, refuse, webAddress } from "./limits.ts";

export type MediaType = "image" | "video" | "audio" | "document" | "sticker";

const MB = 1024 * 1024;
const KB = 1024;

interface MediaRule {
  /** Contents Meta takes, and the endings they go by; null: any. */
  readonly contents: Readonly<Record<string, readonly string[]>> | null;
  readonly mostBytes: number;
  readonly caption: boolean;
}

const RULES: Readonly<Record<MediaType, MediaRule>> = {
  image: {
    contents: { "image/jpeg": ["jpg", "jpeg"], "image/png": ["png"] },
    mostBytes: 5 * MB,
    caption: true,
  },
  video: {
    contents: { "video/mp4": ["mp4"], "video/3gpp": ["3gp", "3gpp"] },
    mostBytes: 16 * MB,
    caption: true,
  },
  audio: {
    contents: {
      "audio/aac": ["aac"],
      "audio/amr": ["amr"],
      "audio/mpeg": ["mp3"],
      "audio/mp4": ["m4a"],
      "audio/ogg": ["ogg", "oga", "opus"],
    },
    mostBytes: 16 * MB,
    caption: false,
  },
  document: { contents: null, mostBytes: 100 * MB, caption: true },
  // An animated one may have 500 KB, one that stands still 100.
  sticker: { contents: { "image/webp": ["webp"] }, mostBytes: 500 * KB, caption: false },
};

const CAPTION = 1024;

/** Picture, film, sound, document or sticker; of a sound, perhaps as a voice note. */
export function media(type: MediaType, { file, text, voice }: SendParams): Composed {
  const caption = text === undefined || text === "" ? undefined : fitting("text", text, CAPTION);
  if (caption !== undefined && !RULES[type].caption)
    refuse("text", "given", `nothing: WhatsApp shows no caption with ${type}`);
  const part = given({
    ...fileOf("file", type, file),
    caption,
    voice: type === "audio" && voice === true ? voiceNote(file) : undefined,
  });
  return { body: { type, [type]: part }, text: caption ?? nameOf(file) };
}

/** A file for a message or for the top of one. @throws AppError PARAMS_INVALID */
export function fileOf(field: string, type: MediaType, file: FileParams | undefined): JsonObject {
  if (!file || (file.id === undefined) === (file.link === undefined))
    return refuse(
      field,
      file ? "both an id and a link, or neither" : "missing",
      "exactly one of id and link",
    );
  checkContent(field, type, file);
  const { mostBytes } = RULES[type];
  if (file.bytes !== undefined && file.bytes > mostBytes)
    refuse(`${field}.bytes`, String(file.bytes), `at most ${mostBytes} for ${type}`);
  return given({
    id: file.id,
    link: file.link === undefined ? undefined : webAddress(`${field}.link`, file.link),
    filename: type === "document" ? (file.filename ?? (nameOf(file) || undefined)) : undefined,
  });
}

/** What is said of the content, else what the ending of its name says, must be something Meta takes. */
function checkContent(field: string, type: MediaType, file: FileParams): void {
  const { contents } = RULES[type];
  if (contents === null) return;
  const said = file.contentType?.split(";", 1)[0]?.trim().toLowerCase();
  const ending = nameOf(file).split(".").at(-1)?.toLowerCase() ?? "";
  const expected = Object.keys(contents).join(", ");
  if (said !== undefined && !(said in contents)) refuse(`${field}.contentType`, said, `one of ${expected}`);
  if (said !== undefined || file.id !== undefined) return;
  if (!Object.values(contents).flat().includes(ending))
    refuse(
      `${field}.link`,
      `a file of unknown kind ("${ending}")`,
      `a name that ends in ${Object.values(contents).flat().join(", ")}, or contentType`,
    );
}

/** WhatsApp plays only Opus in an Ogg file as a voice note. */
function voiceNote(file: FileParams | undefined): true {
  const said = file?.contentType ?? "";
  const isOgg =
    said === ""
      ? file?.id !== undefined || /\.(ogg|oga|opus)$/i.test(nameOf(file))
      : /^audio\/ogg/.test(said);
  return isOgg ? true : refuse("voice", "true for another sound", "a voice note in OGG with Opus");
}

/** The name at the end of an address. */
function nameOf(file: FileParams | undefined): string {
  if (file?.filename !== undefined) return file.filename;
  if (file?.link === undefined || !URL.canParse(file.link)) return "";
  const last = new URL(file.link).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
