import { XMLParser, XMLValidator } from "fast-xml-parser";
import { AppError } from "../../engine/plugin-api.ts";
import { MAX_SAY_LENGTH, type TwimlPart } from "./twiml.ts";

const ELEMENTS = new Set(["break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"]);
const ATTRIBUTES = ":@";
const TEXT = "#text";

/**
 * Reads SSML as an author writes it (`Hola <break time="1s"/> Ana`, with or without `<speak>`) into children of a Say.
 * A lone `&`, as in a name that a template filled in, is taken as text.
 * @throws AppError PARAMS_INVALID when it is not well formed, holds an element Twilio does not speak, or is too long
 */
export function parseSsml(ssml: string): (TwimlPart | string)[] {
  const xml = `<speak>${withoutSpeak(escapeLoneAmpersands(ssml))}</speak>`;
  const verdict = XMLValidator.validate(xml);
  if (verdict !== true) throw invalid(`is not well formed: ${verdict.err.msg}`);
  if (/<[!?]/.test(xml))
    throw invalid("holds a declaration or a comment; only elements and text are expected.");
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
  });
  const [root] = parser.parse(xml) as ParsedNode[];
  const children = childrenOf(root?.speak);
  const length = spokenLength(children);
  if (length > MAX_SAY_LENGTH)
    throw invalid(`has ${length} characters; Twilio speaks ${MAX_SAY_LENGTH} at most.`);
  return children;
}

/** How the parser gives an element: its name → children, beside its attributes; or text. */
type ParsedNode = { readonly [name: string]: ParsedNode[] | Record<string, string> | string };

function childrenOf(nodes: ParsedNode[string] | undefined): (TwimlPart | string)[] {
  return Array.isArray(nodes) ? nodes.map(toPart) : [];
}

function toPart(node: ParsedNode): TwimlPart | string {
  const text = node[TEXT];
  if (typeof text === "string") return text;
  const name = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? "";
  if (!ELEMENTS.has(name)) throw invalid(`holds <${name}>; Twilio speaks ${[...ELEMENTS].join(", ")}.`);
  const attrs = node[ATTRIBUTES];
  const children = childrenOf(node[name]);
  return {
    verb: name,
    ...(typeof attrs === "object" && !Array.isArray(attrs) ? { attrs } : {}),
    ...(children.length > 0 ? { children } : {}),
  };
}

function spokenLength(children: readonly (TwimlPart | string)[]): number {
  return children.reduce(
    (sum, child) => sum + (typeof child === "string" ? child.length : spokenLength(child.children ?? [])),
    0,
  );
}

function withoutSpeak(ssml: string): string {
  return ssml.trim().replace(/^<speak[^>]*>([\s\S]*)<\/speak>$/, "$1");
}

function escapeLoneAmpersands(text: string): string {
  return text.replace(/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/gi, "&amp;");
}

function invalid(reason: string): AppError {
  return new AppError("PARAMS_INVALID", `The SSML ${reason}`, { reason });
}
