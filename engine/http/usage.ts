import { Type } from "typebox";
import { currencyOf } from "../core/currency.ts";
import type { Runtime } from "../runtime/runtime.ts";
import {
  type Counting,
  listUsage,
  sumUsage,
  USAGE_KEYS,
  type UsageLine,
  type UsageSum,
} from "../store/usage.ts";
import { At, Limit, Moment } from "./fields.ts";
import { momentCursor } from "./moment.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Credits";
const strict = { additionalProperties: false } as const;
const nullable = Type.Union([Type.String(), Type.Null()]);
export const Money = Type.Union([Type.Number(), Type.Null()], {
  description: "In the tenant's currency; null: the operator has set no price.",
});
export const Currency = Type.String({ description: "ISO 4217." });

const Filter = {
  channel: Type.Optional(
    Type.Enum(["sms", "whatsapp", "voice", "lookup", "verify", "ai", "geolocation"], {
      description: "What was used.",
    }),
  ),
  module: Type.Optional(Type.String({ maxLength: 64, description: "ERP module that started it." })),
  from: Type.Optional(Moment),
  to: Type.Optional(Moment),
};

const Line = Type.Object({
  id: Type.String(),
  at: At,
  channel: Type.String(),
  part: Type.String({ description: "message, forwarding, lookup, verify, geolocation, ai." }),
  units: Type.Integer({ description: "Credits; questions where it costs none." }),
  money: Money,
  currency: Currency,
  country: Type.String(),
  recipient: nullable,
  template: nullable,
  messageId: nullable,
  module: nullable,
  runId: nullable,
});

const Sum = Type.Object({
  key: nullable,
  channel: Type.String(),
  uses: Type.Integer(),
  units: Type.Integer(),
  money: Money,
});

/** What was used, and what it cost. */
export function usageRoutes(runtime: Runtime): readonly Route[] {
  return [listRoute(runtime), summaryRoute(runtime)];
}

/** In which money this tenant counts. */
export async function countingOf(runtime: Runtime, tenantId: string): Promise<Counting> {
  const { tenant } = await runtime.directory.of(tenantId);
  return { home: tenant.country, currency: currencyOf(tenant) };
}

function listRoute(runtime: Runtime): Route {
  return route({
    id: "listUsage",
    method: "get",
    path: "/api/v1/usage",
    tag,
    summary: "Everything that was used, each with its price",
    scope: "credits:read",
    query: Type.Object(
      {
        ...Filter,
        cursor: Type.Optional(Type.String({ pattern: "^\\S{20,40}\\|\\S{1,300}$" })),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "Newest first.", schema: pageSchema(Line) } },
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, from = null, to = null, ...wanted } = query;
      const counting = await countingOf(runtime, caller.tenantId);
      const filter = { ...wanted, from, to, after: momentCursor(cursor), limit: limit + 1 };
      const rows = await runtime.db.asTenant(caller.tenantId, (scope) => listUsage(scope, counting, filter));
      const view = (row: UsageLine) => lineAnswer(row, counting.currency);
      return json(
        200,
        pageOf(rows, limit, ({ at, line }) => `${at}|${line}`, view),
      );
    },
  });
}

function summaryRoute(runtime: Runtime): Route {
  return route({
    id: "summarizeUsage",
    method: "get",
    path: "/api/v1/usage/summary",
    tag,
    summary: "What was used and what it cost, added up",
    scope: "credits:read",
    query: Type.Object(
      { ...Filter, by: Type.Optional(Type.Enum([...USAGE_KEYS], { default: "meter" })) },
      strict,
    ),
    responses: {
      200: {
        description: "One entry for each key and channel.",
        schema: Type.Object({ currency: Currency, money: Money, items: Type.Array(Sum) }),
      },
    },
    async handler({ caller, query }) {
      const { by = "meter", from = null, to = null, ...wanted } = query;
      const counting = await countingOf(runtime, caller.tenantId);
      const rows = await runtime.db.asTenant(caller.tenantId, (scope) =>
        sumUsage(scope, counting, { ...wanted, by, from, to }),
      );
      const items = rows.map(sumAnswer);
      return json(200, { currency: counting.currency, money: totalOf(items), items });
    },
  });
}

/** What is known of the total: parts without a price add nothing. Null where none has one. */
export function totalOf(items: readonly { readonly money: number | null }[]): number | null {
  const known = items.flatMap(({ money }) => (money === null ? [] : [money]));
  return known.length === 0 ? null : rounded(known.reduce((sum, money) => sum + money, 0));
}

/** Money as the database adds it up, without the noise of binary fractions. */
export function moneyOf(sum: string | null): number | null {
  return sum === null ? null : rounded(Number(sum));
}

function rounded(money: number): number {
  return Math.round(money * 1e6) / 1e6;
}

function lineAnswer(row: UsageLine, currency: string) {
  const { line, at, meter, part, units, country, recipient, module } = row;
  return {
    id: line,
    at,
    channel: meter,
    part,
    units,
    money: moneyOf(row.money),
    currency,
    country,
    recipient,
    template: row.template_key,
    messageId: row.message_id,
    module,
    runId: row.run_id,
  };
}

function sumAnswer({ key, meter, uses, units, money }: UsageSum) {
  return { key, channel: meter, uses: Number(uses), units: Number(units), money: moneyOf(money) };
}
