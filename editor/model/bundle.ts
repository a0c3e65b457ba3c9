import type { Flow } from "../../engine/core/flow.ts";
import { pointerOf, pointerSegments } from "../../engine/core/json-pointer.ts";
import { type Segments, valueAt, withValueAt } from "./at-path.ts";
import { type Need, needsOf } from "./bundle-needs.ts";
import type { Bundle, Requirement } from "./bundle-schema.ts";
import type { Catalogue } from "./catalogue.ts";

export type { Bundle, Requirement };

/**
 * A flow that any tenant may take over: ids of stores, numbers, credentials and vendors and the phone numbers in it are
 * taken out, and listed as what is needed instead.
 */
export function exportBundle(flow: Flow, catalogue: Catalogue): string {
  const needs = needsOf(flow, catalogue);
  const bundle: Bundle = {
    centralita: "bundle",
    version: 1,
    flow: needs.reduce((left, need) => withoutValue(left, need), flow),
    requirements: needs.map((need, index) => ({
      id: `need_${index + 1}`,
      kind: need.kind,
      label: need.label,
      places: need.places.map((place) => pointerOf(place)),
      ...(need.keeps ? { suggested: need.value } : {}),
    })),
  };
  return JSON.stringify(bundle, null, 2);
}

/** The flow with what was chosen for each requirement, by its id; what was not chosen is left out, for the checks to tell. */
export function bindBundle(bundle: Bundle, choices: Readonly<Record<string, string>>): Flow {
  const chosen = bundle.requirements.flatMap(({ id, places, suggested }) => {
    const value = Object.hasOwn(choices, id) ? choices[id] : suggested;
    return places.map((place) => ({ path: pointerSegments(place), value: value === "" ? undefined : value }));
  });
  const filled = chosen
    .filter(({ value }) => value !== undefined)
    .reduce((flow, { path, value }) => withValueAt(flow, path, value), bundle.flow);
  // Last first: taking an entry out of a list moves those behind it.
  return chosen
    .filter(({ path, value }) => value === undefined && valueAt(filled, path) === "")
    .toReversed()
    .reduce((flow, { path }) => withValueAt(flow, path, undefined), filled);
}

function withoutValue(flow: Flow, { places, keeps }: Need): Flow {
  return keeps ? flow : places.reduce((left: Flow, place: Segments) => withValueAt(left, place, ""), flow);
}
