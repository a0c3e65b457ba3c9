import { freshId, slugOf } from "../../model/node-ids.ts";

/**
 * A name for the way out of an entry, made of what its author calls it: `¿Quiere reservar?` → `quiere_reservar`. Names that
 * are taken, and those `pattern` keeps for the node itself such as `else`, get a number.
 */
export function portNameFor(
  label: string,
  fallback: string,
  { taken, pattern }: { readonly taken: readonly string[]; readonly pattern: string | null },
): string {
  const wanted = slugOf(label, fallback);
  const allowed = pattern === null || new RegExp(pattern).test(wanted);
  return freshId(wanted, new Set(allowed ? taken : [...taken, wanted]));
}

/** True where the name still is the one made of the label, so that it goes on following it. */
export function followsLabel(
  name: string,
  label: string,
  fallback: string,
  rules: { readonly taken: readonly string[]; readonly pattern: string | null },
): boolean {
  return name === "" || name === portNameFor(label, fallback, rules);
}
