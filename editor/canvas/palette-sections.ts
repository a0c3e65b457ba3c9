import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import type { PaletteTarget } from "../flow/flow-store.ts";
import type { Catalogue, Family, NodeType } from "../model/catalogue.ts";
import { folded } from "../model/folded.ts";
import type { Locale } from "../model/words.ts";
import { type Misfit, misfitOf, placeOf } from "./fit-here.ts";
import { titleOf } from "./use-card.ts";

export type PaletteItem =
  | {
      readonly kind: "type";
      readonly key: string;
      readonly type: NodeType;
      readonly misfit: Misfit | undefined;
    }
  | {
      readonly kind: "node";
      readonly key: string;
      readonly node: FlowNode;
      readonly type: NodeType | undefined;
    };

export type SectionId = "recent" | "fits" | "others" | "existing" | "start" | Family;

export interface PaletteSection {
  readonly id: SectionId;
  readonly items: readonly PaletteItem[];
}

interface PaletteQuestion {
  readonly flow: Flow;
  readonly catalogue: Catalogue;
  readonly target: PaletteTarget;
  readonly text: string;
  readonly locale: Locale;
  readonly recent: readonly string[];
}

/** How many steps that are there already are offered, so that they do not hide the new ones. */
const MAX_EXISTING = 6;

/**
 * What the palette offers: with no text what was used lately and then all families, with a text what it finds. What fits the
 * place comes first; what does not comes last and says why.
 */
export function paletteSections(question: PaletteQuestion): readonly PaletteSection[] {
  const { flow, catalogue, target, text, locale, recent } = question;
  const place = placeOf(flow, catalogue, target);
  const found = catalogue.search(text, locale).flatMap((type): PaletteItem[] => {
    const misfit = misfitOf(type, place);
    return misfit === null ? [] : [{ kind: "type", key: type.type, type, misfit }];
  });
  const fits = found.filter((item) => item.kind === "type" && !item.misfit);
  const others = found.filter((item) => item.kind === "type" && item.misfit);
  const searched = text.trim() !== "";
  const sections = searched
    ? [section("fits", fits), section("existing", existing(question)), section("others", others)]
    : [section("recent", recentOf(fits, recent)), ...byFamily(fits, flow), section("others", others)];
  return sections.filter(({ items }) => items.length > 0);
}

function section(id: SectionId, items: readonly PaletteItem[]): PaletteSection {
  return { id, items };
}

function recentOf(fits: readonly PaletteItem[], recent: readonly string[]): PaletteItem[] {
  return recent.slice(0, 4).flatMap((type) => {
    const item = fits.find((each) => each.kind === "type" && each.type.type === type);
    return item ? [{ ...item, key: `recent:${item.key}` }] : [];
  });
}

const FAMILIES: readonly Family[] = ["voice", "messages", "ai", "logic", "data", "money"];

/** Ways to begin come first while the flow has none, last afterwards: a flow seldom has two. */
function byFamily(fits: readonly PaletteItem[], flow: Flow): PaletteSection[] {
  const of = (item: PaletteItem): SectionId =>
    item.kind === "type" && item.type.kind === "node" ? item.type.family : "start";
  const groups = Map.groupBy(fits, of);
  const ids: SectionId[] = flow.nodes.length === 0 ? ["start", ...FAMILIES] : [...FAMILIES, "start"];
  return ids.map((id) => section(id, groups.get(id) ?? []));
}

/** A port may also lead to a step that is there already. */
function existing({ flow, catalogue, target, text, locale }: PaletteQuestion): PaletteItem[] {
  if (target.kind !== "port") return [];
  const words = folded(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  const items = flow.nodes.flatMap((node): PaletteItem[] => {
    const type = catalogue.get(node.type, node.version);
    if (node.id === target.nodeId || type?.kind === "trigger") return [];
    const title = folded(titleOf(node, type, locale));
    return words.every((word) => title.includes(word))
      ? [{ kind: "node", key: `node:${node.id}`, node, type }]
      : [];
  });
  return items.slice(0, MAX_EXISTING);
}
