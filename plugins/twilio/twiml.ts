import { AppError, type Json } from "../../engine/plugin-api.ts";

/**
 * One TwiML verb or noun as plain JSON, as nodes put it into a reply:
 *
 *   { verb: "Gather", attrs: { input: ["dtmf", "speech"], timeout: 5 }, children: [{ verb: "Say", text: "Press 1." }] }
 *
 * A list of attribute values is joined by spaces; text between elements (SSML) is a string among the children.
 */
export type TwimlPart = {
  readonly verb: string;
  readonly attrs?: Readonly<Record<string, AttributeValue>>;
  readonly text?: string;
  readonly children?: readonly (TwimlPart | string)[];
};

export type AttributeValue = string | number | boolean | readonly string[];

const MAX_DOCUMENT_BYTES = 64 * 1024;
/** More in one Say is refused by Twilio (13521). */
export const MAX_SAY_LENGTH = 4096;
/** What Twilio makes of `loop="0"`. */
const ENDLESS_LOOP = 1000;

/**
 * The TwiML document of a reply. What is not a verb (an answer meant for another kind of request) is left out; a Say
 * longer than Twilio takes becomes several, cut at the ends of sentences.
 * @throws AppError OUTPUT_TOO_LARGE above 64 kB, PARAMS_INVALID when a name could not stand in XML
 */
export function renderTwiml(parts: readonly Json[]): string {
  const verbs = parts.filter(isPart).map(renderElement).join("");
  const xml = `<?xml version="1.0" encoding="UTF-8"?>${verbs === "" ? "<Response/>" : `<Response>${verbs}</Response>`}`;
  const bytes = Buffer.byteLength(xml);
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw new AppError(
      "OUTPUT_TOO_LARGE",
      `The call's TwiML has ${bytes} bytes; Twilio takes ${MAX_DOCUMENT_BYTES}.`,
      {
        bytes,
        maxBytes: MAX_DOCUMENT_BYTES,
      },
    );
  }
  return xml;
}

/** Builds a part; attributes that are undefined are left out. */
export function verb(
  name: string,
  attrs: Readonly<Record<string, AttributeValue | undefined>> = {},
  content: { readonly text?: string; readonly children?: readonly (TwimlPart | string)[] } = {},
): TwimlPart {
  const given: Record<string, AttributeValue> = {};
  for (const [key, value] of Object.entries(attrs)) {
    if (value !== undefined) given[key] = value;
  }
  return { verb: name, ...(Object.keys(given).length > 0 ? { attrs: given } : {}), ...content };
}

type LoosePart = { readonly [key: string]: Json } & { readonly verb: string };

function isPart(value: Json | undefined): value is LoosePart {
  return isRecord(value) && typeof value.verb === "string";
}

/** Their action would default to the document they stand in, which then asks the same again for ever. */
const LISTENERS: readonly string[] = ["Gather", "Record"];

function renderElement(part: LoosePart): string {
  refuseEndlessListening(part);
  const says = part.verb === "Say" && typeof part.text === "string" ? splitSay(part, part.text) : null;
  if (says !== null) return says.map(renderElement).join("");
  const name = xmlName(part.verb);
  const attributes = isRecord(part.attrs) ? Object.entries(part.attrs).map(renderAttribute).join("") : "";
  const content = renderContent(part);
  return content === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

function refuseEndlessListening({ verb: name, attrs }: LoosePart): void {
  if (!LISTENERS.includes(name) || (isRecord(attrs) && typeof attrs.action === "string" && attrs.action))
    return;
  throw new AppError(
    "PARAMS_INVALID",
    `<${name}> has no action, so Twilio would ask for this same document again and again; the URL of a step is expected.`,
    { verb: name },
  );
}

function renderContent(part: LoosePart): string {
  const text = typeof part.text === "string" ? escapeText(part.text) : "";
  const children = Array.isArray(part.children) ? part.children : [];
  return text + children.map(renderChild).join("");
}

function renderChild(child: Json): string {
  if (typeof child === "string") return escapeText(child);
  return isPart(child) ? renderElement(child) : "";
}

function renderAttribute([name, value]: [string, Json]): string {
  if (value === null || value === undefined) return "";
  const text = Array.isArray(value) ? value.join(" ") : String(value);
  return ` ${xmlName(name)}="${escapeAttribute(text)}"`;
}

function splitSay(say: LoosePart, text: string): LoosePart[] | null {
  if (text.length <= MAX_SAY_LENGTH) return null;
  const { loop, ...attrs } = isRecord(say.attrs) ? say.attrs : {};
  const pieces = splitAtSentences(text, MAX_SAY_LENGTH).map((piece) => ({ ...say, attrs, text: piece }));
  const times = loop === undefined ? 1 : Number(loop) || ENDLESS_LOOP;
  return Array.from({ length: times }, () => pieces).flat();
}

/** Pieces of at most `max` UTF-16 units, cut after a sentence, else after a word, else between characters. */
export function splitAtSentences(text: string, max: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > max) {
    const cut = cutWithin(rest, max);
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return rest === "" ? pieces : [...pieces, rest];
}

function cutWithin(text: string, max: number): number {
  // One more unit than fits: a sentence that ends exactly at the limit is followed by its space there.
  const head = text.slice(0, max + 1);
  const sentence = [...head.matchAll(/[.!?…。！？]["'”»)]*\s/gu)].at(-1);
  if (sentence !== undefined) return sentence.index + sentence[0].length - 1;
  const space = head.search(/\s\S*$/u);
  if (space > 0) return space;
  return isHighSurrogate(text.charCodeAt(max - 1)) ? max - 1 : max;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function xmlName(name: string): string {
  if (/^[A-Za-z][\w.:-]*$/.test(name)) return name;
  throw new AppError(
    "PARAMS_INVALID",
    `"${name}" cannot be a TwiML name; letters, digits, - and : are expected.`,
    { name },
  );
}

function escapeText(text: string): string {
  return legalXml(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}

/** Without the characters that no XML document may hold, however written; one of them would end the call. */
function legalXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to remove.
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
