import { folded } from "./folded.ts";

/** Ids of nodes, notes and groups: see SLUG in the core. Shorter than allowed, because templates spell them out. */
const MAX_LENGTH = 40;
const MAX_ALLOWED = 64;

/** A readable id made of a text: `¿Atiende reservas ahora?` → `atiende_reservas_ahora`. */
export function slugOf(text: string, fallback: string): string {
  const words = folded(text)
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const slug = words.join("_").replace(/^[0-9_]+/, "");
  return cutAtWord(slug) || fallback;
}

/** The id itself where it is free, else with the next free number. */
export function freshId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, "");
  for (let number = 2; ; number++) {
    const id = `${stem.slice(0, MAX_ALLOWED - 6)}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** `menu-1`, as flows written by hand have it. */
export function freshEdgeId(source: string, port: string, taken: ReadonlySet<string>): string {
  const wanted = `${source}-${port}`;
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) {
    const id = `${wanted}-${number}`;
    if (!taken.has(id)) return id;
  }
}

function cutAtWord(slug: string): string {
  if (slug.length <= MAX_LENGTH) return slug;
  const cut = slug.slice(0, MAX_LENGTH + 1);
  return cut.includes("_") ? cut.slice(0, cut.lastIndexOf("_")) : cut.slice(0, MAX_LENGTH);
}
