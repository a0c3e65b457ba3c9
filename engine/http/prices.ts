import { Type } from "typebox";
import type { Runtime } from "../runtime/runtime.ts";
import { insertAudit } from "../store/audit.ts";
import { listPrices, PRICED, type PriceRow, rateOf, setOwnPrice } from "../store/prices.ts";
import { At, Limit, Moment } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { Currency, countingOf, moneyOf } from "./usage.ts";

const tag = "Credits";
const strict = { additionalProperties: false } as const;
const Channel = Type.Enum([...PRICED], { description: "What is used." });
const Country = Type.String({
  pattern: "^([A-Z]{2}|\\*)$",
  description: "ISO 3166-1 alpha-2 of whom it is for; `*`: any.",
});

const Price = Type.Object({
  channel: Channel,
  country: Country,
  currency: Currency,
  unitPrice: Type.Number({ description: "Of one unit: a message or segment, a minute, a question." }),
  source: Type.Enum(["own", "operator"], { description: "`own` stands before the operator's." }),
  validFrom: At,
});

const Book = Type.Object({
  ...pageSchema(Price).properties,
  counting: Type.Object(
    {
      currency: Currency,
      perUsd: Type.Union([Type.Number(), Type.Null()]),
      validFrom: Type.Union([At, Type.Null()]),
    },
    { description: "The money your usage is told in, and the rate by which prices in dollars become it." },
  ),
});

/** What a unit costs: the figures behind usage, interactions and returns. */
export function priceRoutes(runtime: Runtime): readonly Route[] {
  return [listRoute(runtime), setRoute(runtime)];
}

function listRoute(runtime: Runtime): Route {
  return route({
    id: "listPrices",
    method: "get",
    path: "/api/v1/prices",
    tag,
    summary: "Prices that hold: yours, and the operator's of the vendors",
    scope: "credits:read",
    query: Type.Object(
      {
        channel: Type.Optional(Channel),
        country: Type.Optional(
          Type.String({ pattern: "^[A-Z]{2}$", description: "Prices for it, and those for any." }),
        ),
        at: Type.Optional(Moment),
        cursor: Type.Optional(Type.String({ pattern: "^[a-z]+\\|([A-Z]{2}|\\*)\\|[A-Z]{3}\\|[01]$" })),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "By channel, country and currency.", schema: Book } },
    async handler({ caller: { tenantId }, query }) {
      const { cursor = null, limit = 50, at = null, ...wanted } = query;
      const { currency } = await countingOf(runtime, tenantId);
      return runtime.db.asTenant(tenantId, async (scope) => {
        const rows = await listPrices(scope, { ...wanted, at, after: cursor, limit: limit + 1 });
        const rate = await rateOf(scope, currency);
        const perUsd = rate ? Number(rate.per_usd) : null;
        return json(200, {
          ...pageOf(rows, limit, ({ position }) => position, priceView),
          counting: { currency, perUsd, validFrom: rate?.valid_from ?? null },
        });
      });
    },
  });
}

const OwnPrice = Type.Object(
  {
    channel: Channel,
    country: Type.Optional(Country),
    currency: Type.Optional(Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217; absent: yours." })),
    unitPrice: Type.Union([Type.Number({ minimum: 0, maximum: 1_000_000_000 }), Type.Null()], {
      description: "Null: the operator's holds again.",
    }),
  },
  strict,
);

function setRoute(runtime: Runtime): Route {
  return route({
    id: "setPrice",
    method: "put",
    path: "/api/v1/prices",
    tag,
    summary: "What you pay a vendor yourself, from now on; what was used before keeps its price",
    scope: "prices:write",
    body: OwnPrice,
    responses: {
      200: { description: "The price as it holds now.", schema: Type.Union([Price, Type.Null()]) },
    },
    async handler({ caller: { tenantId, by }, body }) {
      const { channel: meter, country = "*", unitPrice } = body;
      const currency = body.currency ?? (await countingOf(runtime, tenantId)).currency;
      return runtime.db.asTenant(tenantId, async (scope) => {
        await setOwnPrice(scope, { meter, country, currency, unit_price: unitPrice });
        const target = `${meter} ${country} ${currency}`;
        await insertAudit(scope, { actor: by, action: "price.set", target, details: { unitPrice } });
        const filter = { channel: meter, at: null, after: null, limit: 1_000 };
        const held = (await listPrices(scope, filter)).filter(
          (row) => row.country === country && row.currency === currency,
        );
        const price = held.find(({ own }) => own) ?? held[0];
        return json(200, price ? priceView(price) : null);
      });
    },
  });
}

function priceView({ meter, country, currency, unit_price, valid_from, own }: PriceRow) {
  const unitPrice = moneyOf(unit_price);
  return {
    channel: meter,
    country,
    currency,
    unitPrice,
    source: own ? "own" : "operator",
    validFrom: valid_from,
  };
}
