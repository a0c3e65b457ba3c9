import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import { partSchema } from "../../engine/core/part-schema.ts";
import { fieldOf } from "../../engine/core/plain-data.ts";
import type { Segments } from "./at-path.ts";
import type { Catalogue } from "./catalogue.ts";
import { titleOf } from "./schema-words.ts";
import { authorLocale, type Locale } from "./words.ts";

/** One thing that belongs to the tenant a flow comes from, wherever the flow names it. */
export interface Need {
  /** What is chosen from: `stores`, `numbers`, `credentials:http.auth`, `phone`, `flow`, `vendor-id`, `id`. */
  readonly kind: string;
  readonly label: string;
  readonly value: string;
  readonly places: readonly Segments[];
  /** A name that says nothing about the tenant: it stays, as a suggestion. */
  readonly keeps: boolean;
}

const KEPT_KINDS: ReadonlySet<string> = new Set(["templates", "flow"]);
const PHONE = /^\+[1-9]\d{6,14}$/;
// Ids of accounts at Twilio (MG…, VA…) and our own (sto_…, med_…): a word, and what no person would choose.
const VENDOR_ID = /^[A-Z]{2}[0-9a-fA-F]{32}$/;
const OWN_ID = /^[a-z]{2,8}_[0-9a-zA-Z]{16,40}$/;

export function needsOf(flow: Flow, catalogue: Catalogue): readonly Need[] {
  const locale = authorLocale(flow.settings.locale);
  const found = [
    ...flow.nodes.flatMap((node, index) =>
      nodeNeeds(node, ["nodes", index, "data", "params"], { catalogue, locale }),
    ),
    ...(flow.variables ?? []).flatMap(({ key, description, default: value }, index) =>
      plainNeed(value, ["variables", index, "default"], description ?? key),
    ),
  ];
  const byValue = Map.groupBy(found, ({ kind, value }) => `${kind} ${value}`);
  return [...byValue.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ ...first, places: same.flatMap(({ places }) => places) }] : [];
  });
}

interface Reading {
  readonly catalogue: Catalogue;
  readonly locale: Locale;
}

function nodeNeeds(node: FlowNode, root: Segments, { catalogue, locale }: Reading): Need[] {
  const type = catalogue.get(node.type, node.version);
  const name = node.data.label ?? type?.title[locale] ?? node.type;
  const visit = (value: unknown, schema: unknown, path: Segments, title: string): Need[] => {
    if (typeof value === "string") return textNeed(value, schema, path, title);
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) => {
      const inside = partSchema(schema, key);
      // Entries of a list have no title of their own.
      if (Array.isArray(value)) return visit(part, inside, [...path, Number(key)], title);
      return visit(part, inside, [...path, key], titleOf(inside, key, locale));
    });
  };
  const textNeed = (value: string, schema: unknown, path: Segments, title: string): Need[] => {
    const label = `${name}: ${title}`;
    const options = fieldOf(schema, "x-options");
    const isFlow = node.type === "core.call-flow" && path.at(-1) === "flow";
    const kind = typeof options === "string" ? options : isFlow ? "flow" : undefined;
    if (kind === undefined) return plainNeed(value, path, label);
    if (value === "" || value.includes("{")) return [];
    return [{ kind, label, value, places: [path], keeps: KEPT_KINDS.has(kind) }];
  };
  return visit(node.data.params, type?.params, root, "");
}

/** What can be told from the text alone. */
function plainNeed(value: unknown, path: Segments, label: string): Need[] {
  if (typeof value !== "string") return [];
  const kind = PHONE.test(value)
    ? "phone"
    : VENDOR_ID.test(value)
      ? "vendor-id"
      : OWN_ID.test(value)
        ? "id"
        : null;
  return kind === null ? [] : [{ kind, label, value, places: [path], keeps: false }];
}
