import { checkFlow } from "../core/check-flow.ts";
import type { CheckTools, Problem, SchemaFault } from "../core/check-tools.ts";
import { FlowSchema } from "../core/flow.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { parseCode } from "../runtime/sandbox/parse-code.ts";

/** What is wrong with a document, in the language of whoever reads it; the first thousand things. */
export type CheckDocument = (document: unknown, locale: "en" | "es") => readonly Problem[];

// A body of 1 MiB can be wrong in a million places; telling them all would keep every caller on the line waiting.
const MAX_PROBLEMS = 1000;

export function createFlowChecks({
  registry,
  validator,
  templates,
}: Pick<Runtime, "registry" | "validator" | "templates">): CheckDocument {
  const tools = {
    nodeType: registry.info,
    analyzeTemplate: templates.analyze,
    parseCode,
    types: registry.types,
    withDefaults: validator.withDefaults,
  };
  return (document, locale) => {
    const validate = limited(validator.violations);
    return checkFlow(document, { ...tools, locale, validate }).slice(0, MAX_PROBLEMS);
  };
}

/** Gives no more faults in all than anybody reads. Those of the document itself are never cut without saying so. */
function limited(validate: CheckTools["validate"]): CheckTools["validate"] {
  let left = MAX_PROBLEMS;
  return (schema, value) => {
    const faults = validate(schema, value);
    const told = faults.slice(0, left);
    left -= told.length;
    return told.length < faults.length && schema === FlowSchema ? [...told, moreOf(faults)] : told;
  };
}

/** At `/nodes`, so that a document whose nodes nobody looked at is not taken for sound. */
function moreOf(faults: readonly SchemaFault[]): SchemaFault {
  return { path: "/nodes", message: `is one of ${faults.length} places where the document is wrong` };
}
