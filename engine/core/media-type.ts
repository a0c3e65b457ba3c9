/** What the first bytes of a file say it is. The declared type of a file decides how it is shown: it must not be a lie. */
const SIGNATURES: readonly { readonly type: string; readonly at: number; readonly hex: string }[] = [
  { type: "image/png", at: 0, hex: "89504e470d0a1a0a" },
  { type: "image/jpeg", at: 0, hex: "ffd8ff" },
  { type: "image/gif", at: 0, hex: "47494638" },
  { type: "image/webp", at: 8, hex: "57454250" },
  { type: "application/pdf", at: 0, hex: "25504446" },
  { type: "audio/ogg", at: 0, hex: "4f676753" },
  { type: "audio/mpeg", at: 0, hex: "494433" },
  { type: "video/mp4", at: 4, hex: "66747970" },
];

// Containers that several types share: their signature proves none of them wrong.
const ALIKE: Readonly<Record<string, readonly string[]>> = {
  "video/mp4": ["audio/mp4", "video/3gpp", "audio/m4a", "video/quicktime"],
  "audio/ogg": ["audio/opus", "video/ogg"],
};

const CHECKED = /^(image\/(png|jpeg|gif|webp)|application\/pdf|video\/mp4)$/;

/** Null: the type fits what is in the file, as far as that can be told; else what was found. */
export function typeFault(type: string, firstBytes: Uint8Array): string | null {
  const hex = [...firstBytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const found = SIGNATURES.find((signature) => hex.startsWith(signature.hex, signature.at * 2))?.type ?? null;
  const declared = bareType(type);
  if (found === null) return CHECKED.test(declared) ? "something else" : null;
  if (found === declared || ALIKE[found]?.includes(declared)) return null;
  return CHECKED.test(declared) || CHECKED.test(found) ? found : null;
}

/** `audio/ogg; codecs=opus` → `audio/ogg` */
export function bareType(type: string): string {
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}

const BY_EXTENSION: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  mp4: "video/mp4",
  "3gp": "video/3gpp",
  "3gpp": "video/3gpp",
  aac: "audio/aac",
  amr: "audio/amr",
  m4a: "audio/mp4",
  mp3: "audio/mpeg",
  oga: "audio/ogg",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  pdf: "application/pdf",
  txt: "text/plain",
  csv: "text/csv",
  vcf: "text/vcard",
};

/** The type a file's name stands for; null when it says nothing. */
export function typeOfName(name: string): string | null {
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return BY_EXTENSION[extension] ?? null;
}
