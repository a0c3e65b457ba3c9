import { analyzeWith, closedLiquid } from "../../engine/closed-liquid.ts";
import type { CheckTools, NodeTypeInfo, TemplateAnalysis } from "../../engine/core/check-tools.ts";
import type { Catalogue, NodeType } from "./catalogue.ts";
import { withDefaults } from "./fill-defaults.ts";
import { violations } from "./schema-check.ts";
import type { Locale } from "./words.ts";

// Typing makes a template of every key pressed; what was long ago is of no use any more.
const MAX_KNOWN = 2000;

/**
 * What `checkFlow` needs, without anything that compiles code: a content policy forbids that. Whether a schedule ever comes
 * and whether code can be read only the server knows; it tells when a draft is saved.
 */
export function browserCheckTools(catalogue: Catalogue, locale: Locale): CheckTools {
  const infos = new Map(catalogue.all.map((type) => [`${type.type}@${type.version}`, infoOf(type)]));
  return {
    validate: violations,
    withDefaults,
    nodeType: (type, version) => infos.get(`${type}@${version}`) ?? null,
    analyzeTemplate: rememberingAnalysis(),
    types: [...new Set(catalogue.all.map(({ type }) => type))].sort(),
    locale,
  };
}

function infoOf(item: NodeType): NodeTypeInfo {
  const { type, version, kind, params, ports, outputs, waits = false, needsLine } = item;
  const info = { type, version, kind, params, ports, outputs, waits };
  return needsLine ? { ...info, needsLine } : info;
}

function rememberingAnalysis(): (source: string) => TemplateAnalysis {
  const liquid = closedLiquid();
  const known = new Map<string, TemplateAnalysis>();
  return (source) => {
    const before = known.get(source);
    if (before) return before;
    if (known.size >= MAX_KNOWN) known.clear();
    const analysis = analyzeWith(liquid, source);
    known.set(source, analysis);
    return analysis;
  };
}
