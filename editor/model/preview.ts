import { closedLiquid, MAX_SOURCE } from "../../engine/closed-liquid.ts";
import { withValueAt } from "./at-path.ts";
import type { Variable } from "./variables.ts";

/** What a template says with these values, as a run would fill it in; where it cannot, why not. */
export function renderPreview(
  template: string,
  sample: Readonly<Record<string, unknown>>,
): { readonly text: string; readonly errors: readonly string[] } {
  if (template.length > MAX_SOURCE) return { text: "", errors: [`longer than ${MAX_SOURCE} characters`] };
  try {
    return { text: String(closedLiquid().parseAndRenderSync(template, sample)), errors: [] };
  } catch (error) {
    return { text: "", errors: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The samples of variables as the object that templates read. */
export function sampleFrom(variables: readonly Variable[]): Readonly<Record<string, unknown>> {
  const byDepth = variables.toSorted((a, b) => a.path.split(".").length - b.path.split(".").length);
  return byDepth.reduce<Readonly<Record<string, unknown>>>(
    (sample, { path, sample: value }) =>
      value === undefined ? sample : grown(sample, path.split("."), value),
    {},
  );
}

/** With the objects on the way there made where they are missing. */
function grown(
  sample: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  const [name = "", ...rest] = path;
  if (rest.length === 0) return withValueAt(sample, [name], value);
  const inside = sample[name];
  const known = typeof inside === "object" && inside !== null && !Array.isArray(inside) ? inside : {};
  return { ...sample, [name]: grown(known as Readonly<Record<string, unknown>>, rest, value) };
}
