import { isVerbatim, partSchema } from "./part-schema.ts";

/** A string that holds Liquid, and where it stands (JSON pointer from the value searched). */
export interface TemplateLeaf {
  readonly path: readonly (string | number)[];
  readonly source: string;
}

/** True when a string has something to render. */
export function isTemplate(value: unknown): value is string {
  return typeof value === "string" && (value.includes("{{") || value.includes("{%"));
}

/**
 * All templates in a value, in order. A property whose schema says `"x-template": false` (source code, say) is passed over;
 * `schema` is the schema of `value` where there is one.
 */
export function templatesIn(value: unknown, schema?: unknown): TemplateLeaf[] {
  const found: TemplateLeaf[] = [];
  const visit = (part: unknown, schemaOfPart: unknown, path: readonly (string | number)[]): void => {
    if (isVerbatim(schemaOfPart)) return;
    if (isTemplate(part)) found.push({ path, source: part });
    if (Array.isArray(part)) {
      for (const [index, item] of part.entries())
        visit(item, partSchema(schemaOfPart, `${index}`), [...path, index]);
    } else if (typeof part === "object" && part !== null) {
      for (const [name, field] of Object.entries(part))
        visit(field, partSchema(schemaOfPart, name), [...path, name]);
    }
  };
  visit(value, schema, []);
  return found;
}
