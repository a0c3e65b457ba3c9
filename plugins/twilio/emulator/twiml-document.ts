import { XMLParser, XMLValidator } from "fast-xml-parser";

export interface TwimlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly TwimlElement[];
  /** All text inside, tags left out, runs of white space as one space. */
  readonly text: string;
}

export type TwimlReading =
  | { readonly ok: true; readonly verbs: readonly TwimlElement[] }
  /** 12100 not XML, 12102 another root than Response. */
  | { readonly ok: false; readonly code: 12100 | 12102; readonly message: string };

/** Reads a TwiML document; order is kept. Never throws. */
export function parseTwiml(xml: string): TwimlReading {
  const validity = XMLValidator.validate(xml);
  if (validity !== true)
    return { ok: false, code: 12100, message: `Document parse failure: ${validity.err.msg}` };
  const roots = rootsOf(xml);
  const [root] = roots;
  if (!root || roots.length > 1)
    return { ok: false, code: 12100, message: "Document parse failure: expected one root element" };
  if (root.name !== "Response")
    return { ok: false, code: 12102, message: `The root element must be Response, not ${root.name}` };
  return { ok: true, verbs: root.children };
}

/** None where the parser finds what the validator let pass. */
function rootsOf(xml: string): TwimlElement[] {
  try {
    return elementsOf(createParser().parse(xml));
  } catch {
    return [];
  }
}

function createParser(): XMLParser {
  return new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    ignoreDeclaration: true,
    ignorePiTags: true,
    htmlEntities: true,
    trimValues: false,
    parseTagValue: false,
    parseAttributeValue: false,
  });
}

/** The parser gives a list of `{ [name]: children, ":@": attributes }` and `{ "#text": … }`. */
function elementsOf(nodes: unknown): TwimlElement[] {
  return Array.isArray(nodes) ? nodes.flatMap(toElement) : [];
}

function toElement(node: unknown): TwimlElement[] {
  if (typeof node !== "object" || node === null) return [];
  const [name, content] = Object.entries(node).find(([key]) => key !== ":@" && key !== "#text") ?? [];
  if (name === undefined) return [];
  const attributes: unknown = ":@" in node ? node[":@"] : {};
  return [
    {
      name,
      attributes: textRecord(attributes),
      children: elementsOf(content),
      text: textOf(content).replaceAll(/\s+/g, " ").trim(),
    },
  ];
}

function textOf(nodes: unknown): string {
  if (!Array.isArray(nodes)) return "";
  return nodes
    .map((node: unknown) => {
      if (typeof node !== "object" || node === null) return "";
      return Object.entries(node)
        .filter(([key]) => key !== ":@")
        .map(([key, value]) => (key === "#text" ? String(value) : textOf(value)))
        .join("");
    })
    .join("");
}

function textRecord(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(value ?? {}).map(([key, one]) => [key, String(one)]));
}
