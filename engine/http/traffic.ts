import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type PassedRow, passedBy, type StandingRow, standingNow } from "../store/traffic.ts";
import { FlowKey, Moment } from "./fields.ts";
import { existingFlow } from "./flows.ts";
import { momentOf } from "./moment.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 31;

const Count = Type.Integer({ minimum: 0 });

const Traffic = Type.Object({
  from: Type.String(),
  to: Type.String(),
  nodes: Type.Array(
    Type.Object({
      nodeId: Type.String(),
      passed: Type.Integer({ description: "Runs that left, failed or ended here in this time." }),
      failed: Count,
      ended: Count,
      ports: Type.Record(Type.String(), Count, { description: "Runs that left by each port." }),
      standing: Type.Integer({ description: "Runs that stand here now." }),
    }),
  ),
  underWay: Type.Array(Type.Object({ version: Type.Integer(), runs: Count }), {
    description: "Runs that are not over, by version.",
  }),
});

/** Where people go in a flow, and where they leave it. */
export function trafficRoutes({ db, clock }: Pick<Runtime, "db" | "clock">): readonly Route[] {
  return [
    route({
      id: "readTraffic",
      method: "get",
      path: "/api/v1/flows/:key/traffic",
      tag: "Flows",
      summary: "How many runs went through each node of a flow, and where those under way stand",
      scope: "runs:read",
      params: Type.Object({ key: FlowKey }),
      query: Type.Object(
        {
          version: Type.Optional(Type.Integer({ minimum: 1, description: "Absent: all versions." })),
          from: Type.Optional(Moment),
          to: Type.Optional(Moment),
        },
        { additionalProperties: false },
      ),
      responses: {
        200: { description: "By node; of the last seven days where no time is given.", schema: Traffic },
      },
      errors: ["NOT_FOUND", "INPUT_INVALID"],
      async handler({ caller, params, query }) {
        const { from, to } = periodOf(query, clock.now());
        const filter = { flow: params.key, from, to, ...(query.version ? { version: query.version } : {}) };
        const { passed, standing } = await db.asTenant(caller.tenantId, async (scope) => {
          await existingFlow(scope, params.key);
          return { passed: await passedBy(scope, filter), standing: await standingNow(scope, params.key) };
        });
        const shown = query.version ? standing.filter(({ number }) => number === query.version) : standing;
        return json(200, { from, to, nodes: nodesOf(passed, shown), underWay: underWayOf(standing) });
      },
    }),
  ];
}

/** @throws AppError INPUT_INVALID */
function periodOf(query: { readonly from?: string; readonly to?: string }, now: Date) {
  const to = query.to ? new Date(momentOf("to", query.to)) : now;
  const from = query.from ? new Date(momentOf("from", query.from)) : new Date(to.getTime() - 7 * DAY_MS);
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (days > 0 && days <= LONGEST_DAYS) return { from, to };
  throw new AppError(
    "INPUT_INVALID",
    `The time from ${from.toISOString()} to ${to.toISOString()} is ${days.toFixed(1)} days; expected more than 0 and at most ${LONGEST_DAYS}.`,
  );
}

function nodesOf(passed: readonly PassedRow[], standing: readonly StandingRow[]) {
  const ids = new Set([...passed.map(({ node }) => node), ...standing.flatMap(({ node }) => node ?? [])]);
  return [...ids].toSorted().map((nodeId) => {
    const own = passed.filter(({ node }) => node === nodeId);
    const ports = own.flatMap(({ kind, port, runs }) =>
      kind === "left" && port !== null ? [[port, runs]] : [],
    );
    return {
      nodeId,
      passed: sum(own),
      failed: sum(own.filter(({ kind }) => kind === "failed")),
      ended: sum(own.filter(({ kind }) => kind === "ended")),
      ports: Object.fromEntries(ports),
      standing: sum(standing.filter(({ node }) => node === nodeId)),
    };
  });
}

function underWayOf(standing: readonly StandingRow[]) {
  const byVersion = Map.groupBy(standing, ({ number }) => number);
  return [...byVersion].map(([version, rows]) => ({ version, runs: sum(rows) }));
}

function sum(rows: readonly { readonly runs: number }[]): number {
  return rows.reduce((total, { runs }) => total + runs, 0);
}
