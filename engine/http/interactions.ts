import { type Static, Type } from "typebox";
import type { Runtime } from "../runtime/runtime.ts";
import { listGoals, type ReachedGoal } from "../store/goals.ts";
import {
  type CostRow,
  costsOfRuns,
  type GoalSum,
  goalsOfRuns,
  type InteractionRow,
  listInteractions,
} from "../store/interactions.ts";
import { RETURN_KEYS, type ReturnRow, returnsBy } from "../store/returns.ts";
import { At, FlowKey, Limit, Moment, Phone, RunId } from "./fields.ts";
import { momentCursor } from "./moment.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { GroupId, StoreId } from "./store-schemas.ts";
import { Currency, countingOf, Money, moneyOf, totalOf } from "./usage.ts";

const tag = "Interactions";
const strict = { additionalProperties: false } as const;
const nullable = Type.Union([Type.String(), Type.Null()]);
const Period = { from: Type.Optional(Moment), to: Type.Optional(Moment) };
const Ratio = Type.Union([Type.Number(), Type.Null()], {
  description: "Value for each unit of money spent; null where one of the two is not known.",
});

/** The columns of a cost, always all of them, so that what is not used shows as 0. */
const PARTS = ["forwarding", "message", "lookup", "geolocation", "verify", "ai"] as const;
const Cost = Type.Object({ units: Type.Integer(), money: Money });
const Costs = Type.Object(Object.fromEntries(PARTS.map((part) => [part, Cost])));

const Interaction = Type.Object({
  id: Type.String(),
  runId: Type.String(),
  kind: Type.String({ description: "Type of the trigger." }),
  flow: Type.String(),
  contact: nullable,
  numberId: nullable,
  number: Type.Union([Type.String(), Type.Null()], { description: "The number that was called or wrote." }),
  groupId: nullable,
  storeId: Type.Union([Type.String(), Type.Null()], { description: "The store it turned out to be for." }),
  outcome: Type.String(),
  credits: Type.Record(Type.String(), Type.Integer()),
  costs: Costs,
  money: Money,
  currency: Currency,
  goals: Type.Integer(),
  value: Money,
  returnOnSpend: Ratio,
  at: At,
});

const Goal = Type.Object({
  name: Type.String(),
  value: Type.Union([Type.Number(), Type.Null()]),
  currency: nullable,
  flow: Type.String(),
  runId: Type.String(),
  stepKey: Type.String(),
  at: At,
});

const Return = Type.Object({
  key: nullable,
  interactions: Type.Integer(),
  messages: Type.Integer(),
  goals: Type.Number(),
  money: Money,
  value: Money,
  returnOnSpend: Ratio,
});

/** Who called and wrote, what it cost, and what came of it. */
export function interactionRoutes(runtime: Runtime): readonly Route[] {
  return [listRoute(runtime), returnsRoute(runtime), goalsRoute(runtime)];
}

function listRoute(runtime: Runtime): Route {
  return route({
    id: "listInteractions",
    method: "get",
    path: "/api/v1/interactions",
    tag,
    summary: "Interactions with every part of their cost, and what they achieved",
    scope: "interactions:read",
    query: Type.Object(
      {
        store: Type.Optional(StoreId),
        group: Type.Optional(GroupId),
        number: Type.Optional(Type.String({ maxLength: 60, description: "Id of a number." })),
        flow: Type.Optional(FlowKey),
        contact: Type.Optional(Phone),
        kind: Type.Optional(Type.String({ maxLength: 64 })),
        outcome: Type.Optional(Type.String({ maxLength: 100 })),
        ...Period,
        cursor: Type.Optional(Type.String({ pattern: "^int_[0-9a-z_]{1,40}$" })),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "Newest first.", schema: pageSchema(Interaction) } },
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, from = null, to = null, ...wanted } = query;
      const counting = await countingOf(runtime, caller.tenantId);
      const found = await runtime.db.asTenant(caller.tenantId, async (scope) => {
        const filter = { ...wanted, from, to, after: cursor, limit: limit + 1 };
        const rows = await listInteractions(scope, filter);
        const runs = rows.map(({ run_id }) => run_id);
        const costs = await costsOfRuns(scope, counting, runs);
        return { rows, costs, goals: await goalsOfRuns(scope, counting, runs) };
      });
      const view = (row: InteractionRow) => interactionAnswer(row, found, counting.currency);
      return json(
        200,
        pageOf(found.rows, limit, ({ id }) => id, view),
      );
    },
  });
}

function returnsRoute(runtime: Runtime): Route {
  return route({
    id: "listReturns",
    method: "get",
    path: "/api/v1/interactions/returns",
    tag,
    summary: "What was spent and what came of it, by flow, campaign, store, template or message",
    scope: "interactions:read",
    query: Type.Object(
      {
        by: Type.Optional(Type.Enum([...RETURN_KEYS], { default: "flow" })),
        ...Period,
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: {
      200: {
        description: "What brought most first.",
        schema: Type.Object({ currency: Currency, items: Type.Array(Return) }),
      },
    },
    async handler({ caller, query }) {
      const { by = "flow", from = null, to = null, limit = 50 } = query;
      const counting = await countingOf(runtime, caller.tenantId);
      const rows = await runtime.db.asTenant(caller.tenantId, (scope) =>
        returnsBy(scope, counting, { by, from, to, limit }),
      );
      return json(200, { currency: counting.currency, items: rows.map(returnAnswer) });
    },
  });
}

function goalsRoute({ db }: Runtime): Route {
  return route({
    id: "listGoals",
    method: "get",
    path: "/api/v1/goals",
    tag,
    summary: "Goals that flows reached (core.goal)",
    scope: "interactions:read",
    query: Type.Object(
      {
        name: Type.Optional(Type.String({ maxLength: 100 })),
        flow: Type.Optional(FlowKey),
        run: Type.Optional(RunId),
        ...Period,
        cursor: Type.Optional(Type.String({ pattern: "^\\S{20,40}\\|\\S{1,300}$" })),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    responses: { 200: { description: "Newest first.", schema: pageSchema(Goal) } },
    async handler({ caller, query }) {
      const { cursor = null, limit = 50, from = null, to = null, ...wanted } = query;
      const filter = { ...wanted, from, to, after: momentCursor(cursor), limit: limit + 1 };
      const rows = await db.asTenant(caller.tenantId, (scope) => listGoals(scope, filter));
      const cursorOf = ({ at, step_key }: ReachedGoal) => `${at.toISOString()}|${step_key}`;
      return json(200, pageOf(rows, limit, cursorOf, goalAnswer));
    },
  });
}

interface Found {
  readonly costs: readonly CostRow[];
  readonly goals: readonly GoalSum[];
}

function interactionAnswer(row: InteractionRow, { costs, goals }: Found, currency: string) {
  const own = costs.filter(({ root }) => root === row.run_id);
  const goal = goals.find(({ root }) => root === row.run_id);
  const parts = Object.fromEntries(PARTS.map((part) => [part, costOf(own, part)]));
  const money = totalOf(Object.values(parts));
  const value = moneyOf(goal?.value ?? null);
  return {
    id: row.id,
    runId: row.run_id,
    kind: row.kind,
    flow: row.flow_key,
    contact: row.contact_phone,
    numberId: row.number_id,
    number: row.number_e164,
    groupId: row.group_id,
    storeId: row.store_id,
    outcome: row.outcome,
    credits: row.credits,
    costs: parts,
    money,
    currency,
    goals: Number(goal?.goals ?? 0),
    value,
    returnOnSpend: ratio(value, money),
    at: row.at,
  };
}

/** Nothing used costs nothing; used without a price is not known. */
function costOf(costs: readonly CostRow[], part: string): Static<typeof Cost> {
  const found = costs.find((cost) => cost.part === part);
  return found ? { units: Number(found.units), money: moneyOf(found.money) } : { units: 0, money: 0 };
}

function returnAnswer({ key, interactions, messages, goals, cost, value }: ReturnRow) {
  const [money, won] = [moneyOf(cost), moneyOf(value)];
  return {
    key,
    interactions: Number(interactions),
    messages: Number(messages),
    goals: moneyOf(goals) ?? 0,
    money,
    value: won,
    returnOnSpend: ratio(won, money),
  };
}

function goalAnswer({ name, value, currency, flow_key, run_id, step_key, at }: ReachedGoal) {
  const amount = value === null ? null : Number(value);
  return { name, value: amount, currency, flow: flow_key, runId: run_id, stepKey: step_key, at };
}

function ratio(value: number | null, money: number | null): number | null {
  if (value === null || money === null || money === 0) return null;
  return Math.round((value / money) * 100) / 100;
}
