/**
 * Which of several stores a caller belongs to.
 *
 *   S1 strategies apply in the author's order, each to the stores the one before it left over
 *   S2 a strategy that has nothing to go by (no place, no match) leaves all of them and is not counted as a reason
 *   S3 as soon as one store is left it is chosen, and the last strategy that left fewer stores is the reason
 *   S4 only `maxKm` and closed stores (where the author wants that) can leave none
 */
import type { StoreView } from "../../engine/plugin-api.ts";
import { distanceKm, type Place, plain, positionOf } from "./place.ts";

export const STRATEGIES = [
  "country",
  "last_store",
  "postal_code",
  "area_code",
  "city",
  "region",
  "distance",
  "open_now",
  "load",
] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface Choice {
  readonly strategies: readonly Strategy[];
  readonly place: Place;
  /** The store this contact was routed to last. */
  readonly lastStoreId: string | null;
  /** Area code of the caller's number; see `areaCodeOf`. */
  readonly areaCode: string | null;
  areaCodeOf(store: StoreView): string | null;
  isOpen(store: StoreView): boolean;
  /** Interactions in the last hour by store id. */
  readonly load: Readonly<Record<string, number>>;
  readonly maxKm: number | null;
  /** Stores this much further than the nearest count as equally near. */
  readonly ambiguousWithinKm: number;
  readonly whenAllClosed: "keep" | "none";
}

export interface Chosen {
  /** Those left, the nearest first where distances are known, else as they came. */
  readonly stores: readonly StoreView[];
  /** Null: nothing told them apart. */
  readonly decidedBy: Strategy | "only_store" | null;
  /** Strategies that were applied, in order, and the one that dropped a store, by its id. */
  readonly applied: readonly Strategy[];
  readonly droppedBy: Readonly<Record<string, Strategy>>;
}

/** Applies the strategies. Pure; never throws. */
export function chooseStore(stores: readonly StoreView[], choice: Choice): Chosen {
  let left = byDistance(stores, choice.place);
  let decidedBy: Chosen["decidedBy"] = stores.length === 1 ? "only_store" : null;
  const applied: Strategy[] = [];
  const droppedBy: Record<string, Strategy> = {};
  for (const strategy of choice.strategies) {
    const kept = NARROW[strategy](left, choice);
    applied.push(strategy);
    for (const { id } of left) if (!kept.some((store) => store.id === id)) droppedBy[id] = strategy;
    if (kept.length < left.length) decidedBy = strategy;
    left = kept;
    if (left.length === 0 || (left.length === 1 && !hasFilterAhead(choice.strategies, strategy))) break;
  }
  return { stores: left, decidedBy, applied, droppedBy };
}

/** Kilometres from the place to the store; null when either position is unknown. */
export function distanceTo(store: StoreView, place: Place): number | null {
  const position = positionOf(store);
  return place.position === null || position === null ? null : distanceKm(place.position, position);
}

/** How far a store came: 100 for those left, else the part of the strategies that kept it. */
export function scoreOf(storeId: string, { applied, droppedBy }: Chosen): number {
  const dropped = droppedBy[storeId];
  return dropped === undefined ? 100 : Math.round((100 * applied.indexOf(dropped)) / applied.length);
}

type Narrow = (stores: readonly StoreView[], choice: Choice) => readonly StoreView[];

const NARROW: Readonly<Record<Strategy, Narrow>> = {
  country: (stores, { place }) =>
    matching(stores, (store) => place.country !== null && isInCountry(store, place)),
  last_store: (stores, { lastStoreId }) => matching(stores, (store) => store.id === lastStoreId),
  postal_code: byPostalCode,
  area_code: (stores, { areaCode, areaCodeOf }) =>
    matching(stores, (store) => areaCode !== null && areaCodeOf(store) === areaCode),
  city: (stores, { place }) => matching(stores, (store) => isSame(place.city, store.city)),
  region: (stores, { place }) =>
    matching(stores, (store) => place.regions.some((region) => isSame(region, store.region))),
  distance: byNearness,
  open_now: (stores, { isOpen, whenAllClosed }) => {
    const open = stores.filter(isOpen);
    return open.length === 0 && whenAllClosed === "keep" ? stores : open;
  },
  load: (stores, { load }) => {
    const least = Math.min(...stores.map(({ id }) => load[id] ?? 0));
    return stores.filter(({ id }) => (load[id] ?? 0) === least);
  },
};

/** [S4] One store may still be too far, or closed. */
function hasFilterAhead(strategies: readonly Strategy[], done: Strategy): boolean {
  const ahead = strategies.slice(strategies.indexOf(done) + 1);
  return ahead.includes("open_now") || ahead.includes("distance");
}

/** [S2] */
function matching(stores: readonly StoreView[], fits: (store: StoreView) => boolean): readonly StoreView[] {
  const fitting = stores.filter(fits);
  return fitting.length > 0 ? fitting : stores;
}

const SHORTEST_SHARED_PREFIX = 2;

/** The same code, else those that share the longest beginning of it: the first two digits name a province or department. */
function byPostalCode(stores: readonly StoreView[], { place }: Choice): readonly StoreView[] {
  const code = place.postalCode?.replace(/\s/g, "") ?? "";
  for (let length = code.length; length >= SHORTEST_SHARED_PREFIX; length--) {
    const near = stores.filter(
      (store) =>
        isInCountry(store, place) && store.postalCode?.replace(/\s/g, "").startsWith(code.slice(0, length)),
    );
    if (near.length > 0) return near;
  }
  return stores;
}

function isInCountry(store: StoreView, { country }: Place): boolean {
  return country === null || store.country.toUpperCase() === country;
}

function byNearness(
  stores: readonly StoreView[],
  { place, maxKm, ambiguousWithinKm }: Choice,
): readonly StoreView[] {
  const measured = stores.flatMap((store) => {
    const km = distanceTo(store, place);
    return km === null ? [] : [{ store, km }];
  });
  if (measured.length === 0) return stores;
  const nearest = Math.min(...measured.map(({ km }) => km));
  if (maxKm !== null && nearest > maxKm) return [];
  const limit = Math.min(nearest + ambiguousWithinKm, maxKm ?? Number.POSITIVE_INFINITY);
  return measured.filter(({ km }) => km <= limit).map(({ store }) => store);
}

function byDistance(stores: readonly StoreView[], place: Place): readonly StoreView[] {
  const km = (store: StoreView) => distanceTo(store, place) ?? Number.MAX_VALUE;
  return stores.toSorted((a, b) => km(a) - km(b));
}

function isSame(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && plain(a) === plain(b);
}
