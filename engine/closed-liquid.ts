import { Liquid } from "liquidjs";
import type { TemplateAnalysis } from "./core/check-tools.ts";

/** Longest template that is read. */
export const MAX_SOURCE = 64 * 1024;

/** Something a template would fill in. */
export const MARKUP = /\{\{|\{%/;

// Tags that read other files (of the server!), and filters that read its clock or its chance.
const TAGS_OF_FILES = ["include", "render", "layout", "block"];
const FILTERS_OF_CHANCE = ["sample", "shuffle"];
const FILTERS_OF_CLOCK = ["date_to_xmlschema", "date_to_rfc822", "date_to_string", "date_to_long_string"];

/**
 * [S9, A8] Liquid without doors: nothing but the scope and the template decides what comes out. Runs and the editor's
 * previews read templates with this one, so that what is shown is what is sent.
 */
export function closedLiquid(): Liquid {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: MAX_SOURCE,
    renderLimit: 200,
    memoryLimit: 1_000_000,
    templates: {},
    // Else both come from the process, and another process would give another answer.
    locale: "en-US",
    timezoneOffset: 0,
  });
  for (const tag of TAGS_OF_FILES) delete liquid.tags[tag];
  for (const filter of [...FILTERS_OF_CHANCE, ...FILTERS_OF_CLOCK]) liquid.unregisterFilter(filter);
  const builtInDate = liquid.filters.date;
  liquid.registerFilter("date", function date(value: unknown, format?: unknown, zone?: unknown) {
    const moment = value === "now" || value === "today" ? this.context.getSync(["now"]) : value;
    const wall = wallClock(moment);
    const home = wall === null ? this.context.getSync(["tenant", "timezone"]) : undefined;
    return typeof builtInDate === "function"
      ? builtInDate.call(this, wall ?? moment, format, zone ?? home)
      : moment;
  });
  return liquid;
}

/** Which variables a template reads, as far as that is known without running it. */
export function analyzeWith(liquid: Liquid, source: string): TemplateAnalysis {
  if (!MARKUP.test(source)) return { ok: true, paths: [] };
  try {
    const segments = liquid.globalVariableSegmentsSync(source);
    return { ok: true, paths: segments.map(knownPart) };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}

/** A date or time that names no zone means what it says, wherever the process runs; null for anything else. */
function wallClock(value: unknown): string | null {
  if (typeof value !== "string" || /^\d+$|(?:Z|GMT|UTC|[+-]\d\d:?\d\d)$/.test(value.trim())) return null;
  const moment = `${value.trim().replace(/^(\d{4}-\d\d-\d\d)T/, "$1 ")} UTC`;
  return Number.isNaN(Date.parse(moment)) ? null : moment;
}

/** A path as far as it is known without running: `steps[vars.x].y` reads something of `steps`. */
function knownPart(path: readonly unknown[]): string[] {
  const open = path.findIndex((segment) => Array.isArray(segment));
  return path.slice(0, open < 0 ? undefined : open).map(String);
}
