import { Check } from "typebox/value";
import {
  defineNode,
  hoursAt,
  type JsonObject,
  localMoment,
  type NodeContext,
  next,
  OpeningHoursSchema,
  type Static,
  type StoreView,
  Type,
} from "../../../engine/plugin-api.ts";
import { areaCodeOf } from "../area-code.ts";
import {
  type Choice,
  type Chosen,
  chooseStore,
  distanceTo,
  STRATEGIES,
  type Strategy,
  scoreOf,
} from "../choose-store.ts";
import { explain, explainBoth } from "../explain.ts";
import { storesToChooseFrom } from "../group.ts";
import { type Place, PlaceParam, placeOf } from "../place.ts";
import { StoreOutput, storeOutput, storeState } from "../store-output.ts";

const DEFAULT_STRATEGIES: readonly Strategy[] = [
  "country",
  "postal_code",
  "city",
  "distance",
  "region",
  "area_code",
  "last_store",
];
const DEFAULT_LIMIT = 9;

const Params = Type.Object(
  {
    group: Type.Optional(
      Type.String({
        title: "Group",
        description: "Stores to choose from; empty: those of the number that was called, else all.",
        "x-options": "store-groups",
        "x-es": {
          title: "Grupo",
          description: "Tiendas entre las que elegir; vacío: las del número al que llamaron o, si no, todas.",
        },
      }),
    ),
    place: Type.Optional(PlaceParam),
    strategies: Type.Optional(
      Type.Array(Type.Enum([...STRATEGIES]), {
        minItems: 1,
        uniqueItems: true,
        default: [...DEFAULT_STRATEGIES],
        title: "Choose by",
        description:
          "In this order, until one store is left. What is not known about the caller is passed over.",
        "x-es": {
          title: "Elegir por",
          description:
            "En este orden, hasta que quede una tienda. Lo que no se sabe de quien llama se salta.",
        },
      }),
    ),
    maxKm: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        title: "At most (km)",
        description: "Stores further away are not offered; empty: no limit.",
        "x-es": {
          title: "Como máximo (km)",
          description: "No se ofrecen tiendas más lejanas; vacío: sin límite.",
        },
      }),
    ),
    ambiguousWithinKm: Type.Optional(
      Type.Number({
        minimum: 0,
        default: 0,
        title: "Equally near within (km)",
        description: "Stores this much further than the nearest count as equally near.",
        "x-group": "advanced",
        "x-es": {
          title: "Igual de cerca hasta (km)",
          description:
            "Las tiendas que estén hasta esta distancia más lejos que la más cercana cuentan como igual de cercanas.",
        },
      }),
    ),
    whenAllClosed: Type.Optional(
      Type.Enum(["keep", "none"], {
        default: "keep",
        title: "If all are closed",
        description: "`keep`: choose all the same. `none`: leave by none. Matters with `open_now`.",
        "x-group": "advanced",
        "x-es": {
          title: "Si todas están cerradas",
          description: "`keep`: elegir igualmente. `none`: salir por ninguna. Vale con `open_now`.",
        },
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 50,
        default: DEFAULT_LIMIT,
        title: "Candidates at most",
        "x-group": "advanced",
        "x-es": { title: "Candidatas como máximo" },
      }),
    ),
  },
  { additionalProperties: false },
);

const Candidate = Type.Object({
  ...StoreOutput.properties,
  distanceKm: Type.Union([Type.Number(), Type.Null()], {
    title: "Distance (km)",
    "x-es": { title: "Distancia (km)" },
  }),
  score: Type.Integer({
    minimum: 0,
    maximum: 100,
    title: "Score",
    description: "100: nothing spoke against it.",
    "x-es": { title: "Puntuación", description: "100: nada hablaba en contra." },
  }),
});

const candidates = Type.Array(Candidate, {
  title: "Candidates",
  description: "Stores that were left over, the nearest first.",
  "x-es": { title: "Candidatas", description: "Las tiendas que quedaron, la más cercana primero." },
});
const reason = Type.String({
  title: "Reason",
  description: "Why, in a sentence.",
  "x-es": { title: "Motivo", description: "Por qué, en una frase." },
});

const reasons = Type.Object(
  { en: Type.String(), es: Type.String() },
  {
    title: "Reason in both languages",
    "x-es": { title: "Motivo en los dos idiomas" },
  },
);
const considered = Type.Array(
  Type.Object({
    id: Type.String(),
    name: Type.String(),
    distanceKm: Type.Union([Type.Number(), Type.Null()]),
    score: Type.Integer(),
    droppedBy: Type.Union([Type.String(), Type.Null()], {
      description: "The strategy that ruled it out.",
    }),
  }),
  {
    title: "All that were considered",
    description: "The best first, with what ruled each out.",
    "x-es": {
      title: "Todas las consideradas",
      description: "La mejor primero, con lo que descartó a cada una.",
    },
  },
);

export default defineNode({
  type: "stores.route",
  version: 1,
  title: { en: "Find the right store", es: "Elegir la tienda" },
  help: {
    en: "Picks the store a caller on a shared number belongs to, by place, opening hours, load or the last store used, and explains why. Later steps use it as {{ store.name }}; if several fit, leave by ambiguous and ask.",
    es: "Elige la tienda que corresponde a quien llama a un número compartido, por lugar, horario, carga o la última tienda usada, y explica por qué. Los pasos siguientes la usan como {{ store.name }}; si encajan varias, salga por ambiguous y pregunte.",
  },
  family: "data",
  icon: "building-store",
  params: Params,
  outputs: {
    routed: Type.Object({
      store: StoreOutput,
      distanceKm: Type.Union([Type.Number(), Type.Null()], {
        title: "Distance (km)",
        description: "Empty when a position is unknown.",
        "x-es": { title: "Distancia (km)", description: "Vacío si no se conoce alguna posición." },
      }),
      reason,
      decidedBy: Type.String({
        title: "Decided by",
        description: "The strategy that decided, or `only_store`.",
        "x-es": { title: "Decidió", description: "El criterio que decidió, u `only_store`." },
      }),
      reasons,
      candidates,
      considered,
    }),
    ambiguous: Type.Object({ reason, reasons, candidates, considered }),
    none: Type.Object({ reason, reasons, candidates, considered }),
  },
  ports: ["routed", "ambiguous", "none"],
  effect: "none",
  example: {
    title: { en: "The nearest open store", es: "La tienda abierta más cercana" },
    params: { place: "{{ steps.locate }}", strategies: ["last_store", "open_now", "distance"], maxKm: 50 },
  },
  run: async function routeToStore(ctx, params) {
    const place = placeOf(params.place);
    const stores = await storesToChooseFrom(ctx, params.group);
    const chosen = chooseStore(stores, await choiceOf(ctx, params, place, stores));
    return leave(chosen, { stores, place, locale: ctx.locale, limit: params.limit ?? DEFAULT_LIMIT });
  },
});

interface Question {
  readonly stores: readonly StoreView[];
  readonly place: Place;
  readonly locale: string;
  readonly limit: number;
}

function leave(chosen: Chosen, question: Question) {
  const { place, locale, limit } = question;
  const [store] = chosen.stores;
  const candidates = chosen.stores.slice(0, limit).map((each) => candidateOf(each, chosen, place));
  const km = store === undefined ? null : rounded(distanceTo(store, place));
  const told = {
    reason: explain(chosen, km, locale),
    reasons: explainBoth(chosen, km),
    candidates,
    considered: consideredOf(chosen, question),
  };
  if (store === undefined) return next("none", told);
  if (chosen.stores.length > 1 || chosen.decidedBy === null) return next("ambiguous", told);
  const output = { store: storeOutput(store), distanceKm: km, decidedBy: chosen.decidedBy, ...told };
  return next("routed", output, { set: { store: storeState(store) } });
}

function candidateOf(store: StoreView, chosen: Chosen, place: Place): Static<typeof Candidate> {
  const output: StoreOutput = storeOutput(store);
  return { ...output, distanceKm: rounded(distanceTo(store, place)), score: scoreOf(store.id, chosen) };
}

function consideredOf(chosen: Chosen, { stores, place, limit }: Question) {
  const all = stores.map((store) => ({
    id: store.id,
    name: store.name,
    distanceKm: rounded(distanceTo(store, place)),
    score: scoreOf(store.id, chosen),
    droppedBy: chosen.droppedBy[store.id] ?? null,
  }));
  const km = (each: (typeof all)[number]) => each.distanceKm ?? Number.MAX_VALUE;
  return all.toSorted((a, b) => b.score - a.score || km(a) - km(b)).slice(0, limit);
}

async function choiceOf(
  ctx: NodeContext,
  params: Static<typeof Params>,
  place: Place,
  stores: readonly StoreView[],
): Promise<Choice> {
  const strategies = params.strategies ?? DEFAULT_STRATEGIES;
  const phone = callerOf(ctx);
  const asksLast = strategies.includes("last_store") && phone !== null;
  return {
    strategies,
    place,
    lastStoreId: asksLast ? await ctx.directory.lastStoreOf(phone) : null,
    areaCode: phone === null ? null : areaCodeOf(phone),
    areaCodeOf: ({ landline }) => (landline === null ? null : areaCodeOf(landline)),
    isOpen: (store) => isOpen(store, ctx.now),
    load: strategies.includes("load") ? await ctx.directory.storeLoad(stores.map(({ id }) => id)) : {},
    maxKm: params.maxKm ?? null,
    ambiguousWithinKm: params.ambiguousWithinKm ?? 0,
    whenAllClosed: params.whenAllClosed ?? "keep",
  };
}

/** A store that does not say its hours is taken to be open: closing it would hide it for good. */
function isOpen({ hours, timezone }: StoreView, now: Date): boolean {
  return !Check(OpeningHoursSchema, hours) || hoursAt(hours, localMoment(now, timezone)).state === "open";
}

function callerOf({ contact, trigger }: NodeContext): string | null {
  const phone = contact.phone ?? fromOf(trigger.call) ?? fromOf(trigger.message);
  return typeof phone === "string" && phone !== "" ? phone : null;
}

function fromOf(value: JsonObject[string] | undefined): unknown {
  return typeof value === "object" && value !== null && "from" in value ? value.from : null;
}

function rounded(km: number | null): number | null {
  return km === null ? null : Math.round(km * 10) / 10;
}
