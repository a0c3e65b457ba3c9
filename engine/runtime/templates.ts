import { Liquid, type Template } from "liquidjs";
import { LRUCache } from "lru-cache";
import type { TemplateAnalysis } from "../core/check-tools.ts";
import { AppError } from "../errors.ts";

/** What templates may read. */
export interface TemplateScope {
  readonly trigger: unknown;
  readonly steps: unknown;
  readonly vars: unknown;
  readonly contact: unknown;
  readonly tenant: unknown;
  readonly store: unknown;
  readonly run: unknown;
  /** ISO 8601: the segment's moment. */
  readonly now: string;
}

const MAX_SOURCE = 64 * 1024;
const MARKUP = /\{\{|\{%/;
// One expression and nothing around it keeps the type of its value.
const WHOLE_VALUE = /^\s*\{\{-?((?:(?!\}\}|\{\{)[\s\S])*?)-?\}\}\s*$/;

export interface Templates {
  /** Every template string in `value`, at any depth, filled in. @throws AppError TEMPLATE_INVALID naming the place */
  render(value: unknown, scope: TemplateScope): unknown;
  /** True when some string in `value`, at any depth, is a template. */
  hasMarkup(value: unknown): boolean;
  /** Which variables a template reads; for checks while drawing. */
  analyze(source: string): TemplateAnalysis;
}

/** Liquid over named outputs. No files, no includes, no clock: `now` is the segment's moment [A8]. */
export function createTemplates(): Templates {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    parseLimit: MAX_SOURCE,
    renderLimit: 200,
    memoryLimit: 1_000_000,
    relativeReference: false,
  });
  const builtInDate = liquid.filters.date;
  // `{{ "now" | date }}` would read the process clock; a recomputed step must give the same answer.
  liquid.registerFilter("date", function date(value: unknown, ...args: unknown[]) {
    const moment = value === "now" || value === "today" ? this.context.getSync(["now"]) : value;
    return typeof builtInDate === "function" ? builtInDate.call(this, moment, ...args) : moment;
  });
  const parsed = new LRUCache<string, Template[]>({ max: 5_000 });
  const parse = (source: string) => {
    const known = parsed.get(source);
    if (known) return known;
    const template = liquid.parse(source);
    parsed.set(source, template);
    return template;
  };
  const renderString = (source: string, scope: TemplateScope, path: string): unknown => {
    if (!MARKUP.test(source)) return source;
    try {
      const whole = WHOLE_VALUE.exec(source)?.[1];
      if (whole !== undefined) return liquid.evalValueSync(whole.trim(), scope);
      return liquid.renderSync(parse(source), scope);
    } catch (error) {
      throw new AppError(
        "TEMPLATE_INVALID",
        `The template in ${path} cannot be filled in: ${(error as Error).message}`,
        { path },
        error,
      );
    }
  };
  const render = (value: unknown, scope: TemplateScope, path: string): unknown => {
    if (typeof value === "string") return renderString(value, scope, path);
    if (Array.isArray(value))
      return value.map((entry, index) => render(entry, scope, `${path}/${index}`) ?? null);
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value).map(
      ([key, entry]) => [key, render(entry, scope, `${path}/${key}`)] as const,
    );
    // What a whole-value expression did not find is absent, so that optional parameters stay optional.
    return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined && entry !== null));
  };
  return {
    hasMarkup,
    render: (value, scope) => render(value, scope, "params"),
    analyze(source) {
      if (!MARKUP.test(source)) return { ok: true, paths: [] };
      try {
        const segments = liquid.globalVariableSegmentsSync(source);
        return { ok: true, paths: segments.map(knownPart) };
      } catch (error) {
        return { ok: false, message: (error as Error).message };
      }
    },
  };
}

/** A path as far as it is known without running: `steps[vars.x].y` reads something of `steps`. */
function knownPart(path: readonly unknown[]): string[] {
  const open = path.findIndex((segment) => Array.isArray(segment));
  return path.slice(0, open < 0 ? undefined : open).map(String);
}

function hasMarkup(value: unknown): boolean {
  if (typeof value === "string") return MARKUP.test(value);
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(hasMarkup);
}
