import { folded } from "./folded.ts";

const MAX_LENGTH = 64;

/** The key of a flow made of its name: `Menú: ventas y soporte` → `menu-ventas-y-soporte`. */
export function flowKey(name: string, taken: Iterable<string> = []): string {
  const words = folded(name).split(/[^a-z0-9]+/);
  const text = words.filter((word) => word !== "").join("-");
  const key =
    text
      .replace(/^[0-9-]+/, "")
      .slice(0, MAX_LENGTH)
      .replace(/-+$/, "") || "flujo";
  const known = new Set(taken);
  if (!known.has(key)) return key;
  for (let number = 2; ; number++) {
    const next = `${key.slice(0, MAX_LENGTH - 6)}-${number}`;
    if (!known.has(next)) return next;
  }
}
