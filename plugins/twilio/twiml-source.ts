import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { AppError, Text } from "../../engine/plugin-api.ts";
import { type Author, badInput } from "./bad-input.ts";
import { MAX_SAY_LENGTH, type TwimlPart } from "./twiml.ts";
import { elementNames, ruleOf } from "./twiml-grammar.ts";

const ATTRIBUTES = ":@";
const TEXT = "#text";
const MAX_FAULTS = 3;
// Twilio asks the current document again where one of these has no action: for ever, if that document is the flow's.
const NEEDS_ACTION = new Set(["Record", "Gather", "Pay"]);

/**
 * Reads TwiML for a call as an author writes it, `<Response>` and all, into the verbs of a reply.
 * @throws AppError PARAMS_INVALID naming line and place of what Twilio would not understand
 */
export function readTwiml(xml: string, author: Author): TwimlPart[] {
  if (xml.trim() === "") throw invalid(author, [at(1, EMPTY)]);
  const verdict = XMLValidator.validate(xml);
  if (verdict !== true) {
    const { line, col, msg } = verdict.err;
    throw invalid(author, [
      { en: `line ${line}, column ${col}: ${msg}`, es: `línea ${line}, columna ${col}: ${msg}` },
    ]);
  }
  const [root, ...others] = parser()
    .parse(xml)
    .filter((node: ParsedNode) => nameOf(node) !== null) as ParsedNode[];
  if (root === undefined || others.length > 0 || nameOf(root) !== "Response") {
    const found = `<${root === undefined ? "" : nameOf(root)}>`;
    throw invalid(author, [at(1, others.length > 0 ? SEVERAL : otherRoot(found))]);
  }
  const faults = faultsIn(root, { xml, path: "Response" });
  if (faults.length > 0) throw invalid(author, faults);
  return childrenOf(root).filter((child) => typeof child !== "string");
}

/** True when nothing behind this verb is ever reached. */
export function endsDocument(parts: readonly TwimlPart[]): boolean {
  return parts.some(({ verb }) => verb === "Redirect" || verb === "Hangup" || verb === "Reject");
}

/** How the parser gives an element: its name → children, beside its attributes and where it began; or text. */
type ParsedNode = {
  readonly [name: string]: ParsedNode[] | Record<string, string> | string | undefined;
} & { readonly [place: symbol]: { readonly startIndex?: number } | undefined };

interface Place {
  readonly xml: string;
  readonly path: string;
}

function parser(): XMLParser {
  return new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    ignoreDeclaration: true,
    ignorePiTags: true,
    htmlEntities: true,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    captureMetaData: true,
  });
}

const EMPTY = { en: "a <Response> is expected; this is empty", es: "se espera un <Response>; está vacío" };
const SEVERAL = {
  en: "one <Response> around everything is expected; this is several elements",
  es: "se espera un <Response> alrededor de todo; hay varios elementos",
};

function otherRoot(found: string): Text {
  return {
    en: `one <Response> around everything is expected; this is ${found}`,
    es: `se espera un <Response> alrededor de todo; hay ${found}`,
  };
}

/** A fault, after the line it is on. */
function at(line: number, { en, es }: Text, path?: string): Text {
  const place = path === undefined ? "" : `, ${path}`;
  return { en: `line ${line}${place}: ${en}`, es: `línea ${line}${place}: ${es}` };
}

function faultsIn(node: ParsedNode, { xml, path }: Place): Text[] {
  const name = nameOf(node) ?? "";
  const rule = ruleOf(name);
  const here = (words: Text) => at(lineOf(node, xml), words, path);
  if (!rule) return [here(unknownElement(name))];
  const open = rule.attributes.has("*");
  const attributes = Object.keys(attributesOf(node))
    .filter((attribute) => !open && !rule.attributes.has(attribute))
    .map((attribute) => here(unknownAttribute(name, attribute, rule.attributes)));
  const inside = elementsOf(node).flatMap((child) => {
    const inner = nameOf(child) ?? "";
    const place = { xml, path: `${path} › ${inner}` };
    if (!ruleOf(inner) || rule.children.has(inner)) return faultsIn(child, place);
    return [at(lineOf(child, xml), misplaced(inner, name, rule.children), path)];
  });
  return [...attributes, ...[...ownFaults(node, name), ...strayText(node, name)].map(here), ...inside];
}

/** What an element needs to make sense. */
function ownFaults(node: ParsedNode, name: string): Text[] {
  const text = textOf(node);
  const attributes = attributesOf(node);
  if (NEEDS_ACTION.has(name) && !attributes.action)
    return [
      {
        en: `<${name}> without action would start this document again; name one, such as {{ returnUrl }}`,
        es: `<${name}> sin action empezaría otra vez este documento; indique una, como {{ returnUrl }}`,
      },
    ];
  if (name === "Redirect" && text === "")
    return [{ en: "<Redirect> holds no address", es: "<Redirect> no lleva dirección" }];
  if (name === "Say" && text.length > MAX_SAY_LENGTH)
    return [
      {
        en: `<Say> has ${text.length} characters; Twilio speaks ${MAX_SAY_LENGTH}`,
        es: `<Say> tiene ${text.length} caracteres; Twilio lee ${MAX_SAY_LENGTH}`,
      },
    ];
  return [];
}

function strayText(node: ParsedNode, name: string): Text[] {
  if (ruleOf(name)?.text) return [];
  const stray = contentOf(node).find((child) => typeof child[TEXT] === "string" && child[TEXT].trim() !== "");
  if (!stray) return [];
  return [
    {
      en: `words cannot stand in <${name}>; put them into <Say>`,
      es: `<${name}> no puede llevar palabras; póngalas en <Say>`,
    },
  ];
}

function unknownAttribute(name: string, attribute: string, known: ReadonlySet<string>): Text {
  const expected = oneOf(known);
  return {
    en: `<${name}> has no attribute ${attribute}; ${expected.en}`,
    es: `<${name}> no tiene el atributo ${attribute}; ${expected.es}`,
  };
}

function misplaced(inner: string, name: string, possible: ReadonlySet<string>): Text {
  const expected = oneOf(possible);
  return {
    en: `<${inner}> cannot stand in <${name}>; ${expected.en}`,
    es: `<${inner}> no puede ir en <${name}>; ${expected.es}`,
  };
}

function oneOf(names: ReadonlySet<string>): Text {
  if (names.size === 0) return { en: "nothing is expected", es: "no se espera nada" };
  const list = [...names].join(", ");
  return { en: `expected: ${list}`, es: `se espera: ${list}` };
}

/** The name it was meant to be, where only its capitals differ. */
function unknownElement(name: string): Text {
  const meant = elementNames().find((known) => known.toLowerCase() === name.toLowerCase());
  const [en, es] =
    meant === undefined ? ["", ""] : [`; did you mean <${meant}>?`, `; ¿quiso decir <${meant}>?`];
  return { en: `Twilio knows no <${name}>${en}`, es: `Twilio no conoce <${name}>${es}` };
}

function childrenOf(node: ParsedNode): (TwimlPart | string)[] {
  return contentOf(node).flatMap((child): (TwimlPart | string)[] => {
    const text = child[TEXT];
    if (typeof text === "string") return text.trim() === "" && !speaks(node) ? [] : [text];
    const verb = nameOf(child);
    return verb === null ? [] : [toPart(child, verb)];
  });
}

/** Between words, white space counts. */
function speaks(node: ParsedNode): boolean {
  return ruleOf(nameOf(node) ?? "")?.text === true;
}

function toPart(node: ParsedNode, verb: string): TwimlPart {
  const attrs = attributesOf(node);
  const children = childrenOf(node);
  const text = children.every((child) => typeof child === "string") ? children.join("").trim() : null;
  return {
    verb,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(text === null ? { children } : text === "" ? {} : { text }),
  };
}

function nameOf(node: ParsedNode): string | null {
  return Object.keys(node).find((key) => key !== ATTRIBUTES && key !== TEXT && !key.startsWith("?")) ?? null;
}

function contentOf(node: ParsedNode): ParsedNode[] {
  const content = node[nameOf(node) ?? ""];
  return Array.isArray(content) ? content : [];
}

function elementsOf(node: ParsedNode): ParsedNode[] {
  return contentOf(node).filter((child) => nameOf(child) !== null);
}

function attributesOf(node: ParsedNode): Record<string, string> {
  const attributes = node[ATTRIBUTES];
  return typeof attributes === "object" && !Array.isArray(attributes) ? attributes : {};
}

function textOf(node: ParsedNode): string {
  return contentOf(node)
    .map((child) => (typeof child[TEXT] === "string" ? child[TEXT] : textOf(child)))
    .join("")
    .trim();
}

function lineOf(node: ParsedNode, xml: string): number {
  const place = node[XMLParser.getMetaDataSymbol() as unknown as symbol];
  return xml.slice(0, place?.startIndex ?? 0).split("\n").length;
}

function invalid(author: Author, faults: readonly Text[]): AppError {
  const more = faults.length - MAX_FAULTS;
  const shown = (language: "en" | "es") =>
    faults
      .slice(0, MAX_FAULTS)
      .map((fault) => fault[language])
      .join("; ");
  const words = {
    en: `The TwiML is not valid. ${shown("en")}${more > 0 ? ` (and ${more} more)` : ""}.`,
    es: `El TwiML no es válido. ${shown("es")}${more > 0 ? ` (y ${more} más)` : ""}.`,
  };
  return badInput(author, words, { faults: faults.map(({ en }) => en) });
}
