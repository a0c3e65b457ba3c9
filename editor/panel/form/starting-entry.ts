import { isRecord } from "../../../engine/core/plain-data.ts";
import type { PortSpec } from "../../../engine/core/ports.ts";
import { portNameFor } from "../widgets/port-name.ts";
import { type Path, propertyOf, textKeyword } from "./read-schema.ts";
import { startingValue } from "./starting-value.ts";

/** A new entry of a list. Where its entries are ways out of the node, it has a name of its own from the start. */
export function startingEntry(
  items: object,
  list: readonly unknown[],
  { path, ports }: { readonly path: Path; readonly ports: readonly PortSpec[] },
): unknown {
  const entry = startingValue(items);
  const spec = ports.find((each) => typeof each !== "string" && path.length === 1 && each.each === path[0]);
  if (spec === undefined || typeof spec === "string") return entry;
  const field = spec.value;
  const schema = field === undefined ? items : (propertyOf(items, field) ?? {});
  const taken = list.map((each) => String(field === undefined ? each : isRecord(each) ? each[field] : ""));
  const name = `camino_${list.length + 1}`;
  const port = portNameFor(name, name, { taken, pattern: textKeyword(schema, "pattern") });
  return field === undefined ? port : { ...(isRecord(entry) ? entry : {}), [field]: port };
}
