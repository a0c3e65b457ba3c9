import { checkFlow } from "../core/check-flow.ts";
import type { CheckTools, Problem } from "../core/check-tools.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** Everything wrong with a document, in the language of whoever reads it. */
export type CheckDocument = (document: unknown, locale: "en" | "es") => readonly Problem[];

export function createFlowChecks({
  registry,
  validator,
  templates,
}: Pick<Runtime, "registry" | "validator" | "templates">): CheckDocument {
  const tools: CheckTools = {
    validate: validator.violations,
    nodeType: registry.info,
    analyzeTemplate: templates.analyze,
    types: registry.types,
    withDefaults: validator.withDefaults,
  };
  return (document, locale) => checkFlow(document, { ...tools, locale });
}
