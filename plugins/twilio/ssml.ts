import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { Text } from "../../engine/plugin-api.ts";
import { type Author, badInput } from "./bad-input.ts";
import { fits, SSML_RULES, valuesInWords } from "./ssml-rules.ts";
import { MAX_SAY_LENGTH, type TwimlPart } from "./twiml.ts";

const ATTRIBUTES = ":@";
const TEXT = "#text";
const ROOT = "<speak>";

/**
 * Reads SSML as an author writes it (`Hola <break time="1s"/> Ana`, with or without `<speak>`) into children of a Say.
 * A lone `&`, as in a name that a template filled in, is taken as text.
 * @throws AppError PARAMS_INVALID, with line and character, when it is not well formed, holds what Twilio does not speak, or is too long
 */
export function parseSsml(ssml: string, author: Author = { locale: "en" }): (TwimlPart | string)[] {
  const source = sourceOf(ssml.replace(/\r\n?/g, "\n"));
  const verdict = XMLValidator.validate(source.xml);
  if (verdict !== true) throw malformed(source, author, verdict.err);
  const declaration = source.xml.search(/<[!?]/);
  if (declaration >= 0) throw invalid(source, author, declaration, DECLARATION);
  const [root] = parser().parse(source.xml) as ParsedNode[];
  const children = childrenOf(root?.speak, (node, words) => invalid(source, author, startOf(node), words));
  const length = spokenLength(children);
  if (length > MAX_SAY_LENGTH) throw badInput(author, tooLong(length));
  return children;
}

function parser(): XMLParser {
  return new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    captureMetaData: true,
  });
}

/** How the parser gives an element: its name → children, beside its attributes; or text. */
type ParsedNode = { readonly [name: string]: ParsedNode[] | Record<string, string> | string };
type Refuse = (node: ParsedNode, words: Text) => Error;

function childrenOf(nodes: ParsedNode[string] | undefined, refuse: Refuse): (TwimlPart | string)[] {
  return Array.isArray(nodes) ? nodes.map((node) => toPart(node, refuse)) : [];
}

function toPart(node: ParsedNode, refuse: Refuse): TwimlPart | string {
  const text = node[TEXT];
  if (typeof text === "string") return text;
  const name = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? "";
  const given = node[ATTRIBUTES];
  const attrs = typeof given === "object" && !Array.isArray(given) ? given : {};
  const wrong = elementFault(name, attrs);
  if (wrong) throw refuse(node, wrong);
  const children = childrenOf(node[name], refuse);
  return {
    verb: name,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(children.length > 0 ? { children } : {}),
  };
}

function elementFault(name: string, attrs: Readonly<Record<string, string>>): Text | null {
  const rule = SSML_RULES[name];
  if (!rule) {
    const known = Object.keys(SSML_RULES).join(", ");
    return {
      en: `holds <${name}>; Twilio speaks ${known}.`,
      es: `contiene <${name}>; Twilio entiende ${known}.`,
    };
  }
  for (const [attribute, value] of Object.entries(attrs)) {
    const wrong = attributeFault(name, attribute, value);
    if (wrong) return wrong;
  }
  const missing = rule.required.find((attribute) => !attrs[attribute]);
  if (missing === undefined) return null;
  return { en: `has a <${name}> without ${missing}.`, es: `tiene un <${name}> sin ${missing}.` };
}

function attributeFault(name: string, attribute: string, value: string): Text | null {
  const allowed = SSML_RULES[name]?.attributes ?? {};
  const values = allowed[attribute];
  if (values === undefined) {
    const known = Object.keys(allowed).join(", ") || "–";
    return {
      en: `gives <${name}> the attribute ${attribute}; it may have: ${known}.`,
      es: `da a <${name}> el atributo ${attribute}; puede tener: ${known}.`,
    };
  }
  if (fits(values, value)) return null;
  return {
    en: `has ${attribute}="${value}" in <${name}>; expected: ${valuesInWords(values)}.`,
    es: `tiene ${attribute}="${value}" en <${name}>; se espera: ${valuesInWords(values)}.`,
  };
}

function spokenLength(children: readonly (TwimlPart | string)[]): number {
  return children.reduce(
    (sum, child) => sum + (typeof child === "string" ? child.length : spokenLength(child.children ?? [])),
    0,
  );
}

// ------------------------------------------------------------------------------------------------ where it is

/** What the author wrote, and the same as one XML document. */
interface Source {
  readonly ssml: string;
  /** Where the content begins in what was written. */
  readonly offset: number;
  readonly content: string;
  readonly xml: string;
}

const LONE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/gi;
const ESCAPED = "&amp;";

function sourceOf(ssml: string): Source {
  const [, open = "", inside] = /^(\s*<speak[^>]*>)([\s\S]*)<\/speak>\s*$/.exec(ssml) ?? [];
  const content = inside ?? ssml.trim();
  const offset = inside === undefined ? ssml.length - ssml.trimStart().length : open.length;
  return { ssml, offset, content, xml: `${ROOT}${content.replace(LONE_AMPERSAND, ESCAPED)}</speak>` };
}

/** Line and character, from 1, of a place in the XML, as the author counts them. */
function placeOf({ ssml, offset, content }: Source, xmlIndex: number): { line: number; character: number } {
  let index = Math.max(xmlIndex - ROOT.length, 0);
  for (const { index: at } of content.matchAll(LONE_AMPERSAND))
    if (at < index) index -= Math.min(ESCAPED.length - 1, index - at);
  const before = ssml.slice(0, offset + index).split("\n");
  return { line: before.length, character: (before.at(-1) ?? "").length + 1 };
}

function startOf(node: ParsedNode): number {
  const meta: unknown = Reflect.get(node, XMLParser.getMetaDataSymbol() as symbol);
  const start: unknown = typeof meta === "object" && meta !== null ? Reflect.get(meta, "startIndex") : 0;
  return typeof start === "number" ? start : 0;
}

function malformed(
  source: Source,
  author: Author,
  { msg, line, col }: { readonly msg: string; readonly line: number; readonly col: number },
): Error {
  const before = source.xml.split("\n").slice(0, line - 1);
  const index = before.reduce((sum, one) => sum + one.length + 1, 0) + col - 1;
  return invalid(source, author, index, {
    en: `is not well formed: ${msg}`,
    es: `no está bien formado: ${msg}`,
  });
}

const DECLARATION = {
  en: "holds a declaration or a comment; only elements and text are expected.",
  es: "contiene una declaración o un comentario; solo se esperan elementos y texto.",
};

function tooLong(length: number): Text {
  return {
    en: `The SSML has ${length} characters; Twilio speaks ${MAX_SAY_LENGTH} at most.`,
    es: `El SSML tiene ${length} caracteres; Twilio dice ${MAX_SAY_LENGTH} como máximo.`,
  };
}

function invalid(source: Source, author: Author, xmlIndex: number, words: Text): Error {
  const { line, character } = placeOf(source, xmlIndex);
  return badInput(
    author,
    {
      en: `The SSML, at line ${line}, character ${character}, ${words.en}`,
      es: `El SSML, en la línea ${line}, carácter ${character}, ${words.es}`,
    },
    { line, character },
  );
}
