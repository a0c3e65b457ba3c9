import type { CheckTools, Problem } from "./check-tools.ts";
import { type Flow, FlowSchema } from "./flow.ts";
import { problem } from "./flow-view.ts";
import { isWithin, pointerSegments } from "./json-pointer.ts";
import { isTimeZone } from "./local-moment.ts";
import { fieldOf, isRecord } from "./plain-data.ts";
import { schemaFaults } from "./schema-faults.ts";

/**
 * What the schema of the document finds. `flow` is there when nodes, edges, settings and variables are sound, so that a
 * missing name does not hide everything else.
 */
export function checkShape(document: unknown, tools: CheckTools): { problems: Problem[]; flow: Flow | null } {
  const faults = schemaFaults(tools, { schema: FlowSchema, value: document, templated: new Set() });
  const problems = faults.map((fault) =>
    problem(
      tools,
      "document_malformed",
      { path: fault.path, nodeId: nodeIdAt(document, fault.path) },
      { reason: fault.message },
    ),
  );
  return {
    problems,
    flow: isWalkable(
      document,
      faults.map((fault) => fault.path),
    )
      ? document
      : null,
  };
}

/** What a schema cannot say about settings and variables. */
export function checkSettings(flow: Flow, tools: CheckTools): Problem[] {
  const { timezone, locale } = flow.settings;
  const problems: Problem[] = [];
  if (timezone !== undefined && !isTimeZone(timezone)) {
    problems.push(
      problem(tools, "timezone_unknown", { path: "/settings/timezone", nodeId: null }, { timezone }),
    );
  }
  if (locale !== undefined && !isLanguageTag(locale)) {
    problems.push(problem(tools, "locale_unknown", { path: "/settings/locale", nodeId: null }, { locale }));
  }
  const seen = new Set<string>();
  for (const [index, { key }] of (flow.variables ?? []).entries()) {
    const place = { path: `/variables/${index}/key`, nodeId: null };
    if (seen.has(key)) problems.push(problem(tools, "duplicate_variable", place, { key }));
    seen.add(key);
  }
  return problems;
}

const NEEDED = ["/nodes", "/edges", "/settings", "/variables"] as const;

function isWalkable(document: unknown, faultyPaths: readonly string[]): document is Flow {
  if (!isRecord(document) || !isRecord(document.settings)) return false;
  if (!Array.isArray(document.nodes) || !Array.isArray(document.edges)) return false;
  return !faultyPaths.some((path) => NEEDED.some((part) => isWithin(path, part)));
}

function nodeIdAt(document: unknown, path: string): string | null {
  const [root, index] = pointerSegments(path);
  if (root !== "nodes" || index === undefined) return null;
  const id = fieldOf(fieldOf(fieldOf(document, "nodes"), index), "id");
  return typeof id === "string" ? id : null;
}

function isLanguageTag(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}
