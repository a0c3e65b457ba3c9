import { XMLParser, XMLValidator } from "fast-xml-parser";
import { AppError } from "../../engine/plugin-api.ts";
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
export function readTwiml(xml: string, nodeId: string): TwimlPart[] {
  if (xml.trim() === "") throw invalid(nodeId, ["line 1: a <Response> is expected; this is empty"]);
  const verdict = XMLValidator.validate(xml);
  if (verdict !== true) {
    const { line, col, msg } = verdict.err;
    throw invalid(nodeId, [`line ${line}, column ${col}: ${msg}`]);
  }
  const [root, ...others] = parser()
    .parse(xml)
    .filter((node: ParsedNode) => nameOf(node) !== null) as ParsedNode[];
  if (root === undefined || others.length > 0 || nameOf(root) !== "Response") {
    const found = others.length > 0 ? "several elements" : `<${root === undefined ? "" : nameOf(root)}>`;
    throw invalid(nodeId, [`line 1: one <Response> around everything is expected; this is ${found}`]);
  }
  const faults = faultsIn(root, { xml, path: "Response" });
  if (faults.length > 0) throw invalid(nodeId, faults);
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

function faultsIn(node: ParsedNode, { xml, path }: Place): string[] {
  const name = nameOf(node) ?? "";
  const rule = ruleOf(name);
  const where = `line ${lineOf(node, xml)}, ${path}`;
  if (!rule) return [`${where}: Twilio knows no <${name}>${suggestion(name)}`];
  const open = rule.attributes.has("*");
  const attributes = Object.keys(attributesOf(node))
    .filter((attribute) => !open && !rule.attributes.has(attribute))
    .map((attribute) => `${where}: <${name}> has no attribute ${attribute}; ${oneOf(rule.attributes)}`);
  const inside = elementsOf(node).flatMap((child) => {
    const inner = nameOf(child) ?? "";
    const place = { xml, path: `${path} › ${inner}` };
    if (!ruleOf(inner) || rule.children.has(inner)) return faultsIn(child, place);
    return [
      `line ${lineOf(child, xml)}, ${path}: <${inner}> cannot stand in <${name}>; ${oneOf(rule.children)}`,
    ];
  });
  return [...attributes, ...ownFaults(node, name, where), ...strayText(node, name, where), ...inside];
}

/** What an element needs to make sense. */
function ownFaults(node: ParsedNode, name: string, where: string): string[] {
  const text = textOf(node);
  const attributes = attributesOf(node);
  if (NEEDS_ACTION.has(name) && !attributes.action)
    return [
      `${where}: <${name}> without action would start this document again; name one, such as {{ returnUrl }}`,
    ];
  if (name === "Redirect" && text === "") return [`${where}: <Redirect> holds no address`];
  if (name === "Say" && text.length > MAX_SAY_LENGTH)
    return [`${where}: <Say> has ${text.length} characters; Twilio speaks ${MAX_SAY_LENGTH}`];
  return [];
}

function strayText(node: ParsedNode, name: string, where: string): string[] {
  if (ruleOf(name)?.text) return [];
  const stray = contentOf(node).find((child) => typeof child[TEXT] === "string" && child[TEXT].trim() !== "");
  return stray ? [`${where}: words cannot stand in <${name}>; put them into <Say>`] : [];
}

function oneOf(names: ReadonlySet<string>): string {
  return names.size === 0 ? "nothing is expected" : `expected: ${[...names].join(", ")}`;
}

/** The name it was meant to be, where only its capitals differ. */
function suggestion(name: string): string {
  const meant = elementNames().find((known) => known.toLowerCase() === name.toLowerCase());
  return meant === undefined ? "" : `; did you mean <${meant}>?`;
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

function invalid(nodeId: string, faults: readonly string[]): AppError {
  const shown = faults.slice(0, MAX_FAULTS).join("; ");
  const more = faults.length > MAX_FAULTS ? ` (and ${faults.length - MAX_FAULTS} more)` : "";
  return new AppError("PARAMS_INVALID", `The TwiML of node ${nodeId} is not valid. ${shown}${more}.`, {
    faults: [...faults],
  });
}
