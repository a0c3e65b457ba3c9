import { Context, type Template, toValueSync, Value } from "liquidjs";
import { LRUCache } from "lru-cache";
import { analyzeWith, closedLiquid, MARKUP, MAX_SOURCE } from "../closed-liquid.ts";
import type { TemplateAnalysis } from "../core/check-tools.ts";
import { isVerbatim, partSchema } from "../core/part-schema.ts";
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
  /** Signed addresses by the id of the node that waits for them. */
  readonly callbacks?: unknown;
  /** ISO 8601: the segment's moment. */
  readonly now: string;
}

// One expression and nothing around it keeps the type of its value.
const WHOLE_VALUE = /^\s*\{\{-?((?:(?!\}\}|\{\{)[\s\S])*?)-?\}\}\s*$/;

export interface Templates {
  /**
   * Every template string in `value`, at any depth, filled in; what `schema` marks `"x-template": false` stays as it is.
   * @throws AppError TEMPLATE_INVALID naming the place
   */
  render(value: unknown, scope: TemplateScope, schema?: object): unknown;
  /** True when some string in `value`, at any depth, is a template that `render` would fill in. */
  hasMarkup(value: unknown, schema?: object): boolean;
  /** Which variables a template reads; for checks while drawing. */
  analyze(source: string): TemplateAnalysis;
}

/** Liquid over named outputs. No files, no includes, no clock: `now` is the segment's moment [A8]. */
export function createTemplates(): Templates {
  const liquid = closedLiquid();
  const parsed = new LRUCache<string, Template[]>({ max: 5_000 });
  const parse = (source: string) => {
    const known = parsed.get(source);
    if (known) return known;
    const template = liquid.parse(source);
    parsed.set(source, template);
    return template;
  };
  const values = new LRUCache<string, Value>({ max: 5_000 });
  const evaluate = (expression: string, scope: TemplateScope): unknown => {
    const value = values.get(expression) ?? new Value(expression, liquid);
    values.set(expression, value);
    return toValueSync(value.value(new Context(scope, liquid.options, {}, { liquid })));
  };
  const renderString = (source: string, scope: TemplateScope, path: string): unknown => {
    if (!MARKUP.test(source)) return source;
    try {
      if (source.length > MAX_SOURCE) throw new RangeError(`it is longer than ${MAX_SOURCE} characters`);
      const whole = WHOLE_VALUE.exec(source)?.[1];
      if (whole !== undefined) return evaluate(whole.trim(), scope);
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
  const render = (value: unknown, scope: TemplateScope, path: string, schema: unknown): unknown => {
    if (isVerbatim(schema)) return value;
    if (typeof value === "string") return renderString(value, scope, path);
    const renderPart = (key: string, part: unknown) =>
      render(part, scope, `${path}/${key}`, partSchema(schema, key));
    if (Array.isArray(value)) return value.map((entry, index) => renderPart(`${index}`, entry) ?? null);
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value).map(([key, entry]) => [key, renderPart(key, entry)] as const);
    // What a whole-value expression did not find is absent, so that optional parameters stay optional.
    return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined && entry !== null));
  };
  return {
    hasMarkup,
    render: (value, scope, schema) => render(value, scope, "params", schema),
    analyze: (source) => analyzeWith(liquid, source),
  };
}

function hasMarkup(value: unknown, schema?: unknown): boolean {
  if (isVerbatim(schema)) return false;
  if (typeof value === "string") return MARKUP.test(value);
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(([key, part]) => hasMarkup(part, partSchema(schema, key)));
}
