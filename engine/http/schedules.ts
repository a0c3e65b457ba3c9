import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { listSchedules, pauseSchedule, type ScheduleRow } from "../store/schedules.ts";
import { At, FlowKey } from "./fields.ts";
import { existingFlow } from "./flows.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Schedules";
const NullableAt = Type.Union([At, Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);
const NodeId = Type.String({ pattern: "^[a-z][a-z0-9_]{0,63}$", description: "Id of the schedule's node." });

export const ScheduleView = Type.Object({
  flow: FlowKey,
  nodeId: Type.String(),
  cron: Type.String(),
  timezone: Type.Union([Type.String(), Type.Null()], { description: "Null: the tenant's." }),
  paused: Type.Boolean(),
  fault: Type.Union([Type.String(), Type.Null()], { description: "Why it does not fire." }),
  nextAt: Type.Union([At, Type.Null()], {
    description: "Null: never again, or not worked out yet, which takes a second.",
  }),
  lastAt: NullableAt,
});

/** What the clock starts. Schedules come and go with the published version of their flow. */
export function scheduleRoutes(db: Database): readonly Route[] {
  return [listRoute(db), pauseRoute(db)];
}

function listRoute(db: Database): Route {
  return route({
    id: "listSchedules",
    method: "get",
    path: "/api/v1/flows/:key/schedules",
    tag,
    summary: "Schedules of a flow's published version",
    scope: "flows:read",
    params: Type.Object({ key: FlowKey }),
    responses: {
      200: {
        description: "All of them.",
        schema: Type.Object({ items: Type.Array(ScheduleView), nextCursor: NullableText }),
      },
    },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const rows = await db.asTenant(caller.tenantId, async (scope) => {
        await existingFlow(scope, params.key);
        return listSchedules(scope, params.key);
      });
      return json(200, { items: rows.map(scheduleView), nextCursor: null });
    },
  });
}

function pauseRoute(db: Database): Route {
  return route({
    id: "pauseSchedule",
    method: "put",
    path: "/api/v1/flows/:key/schedules/:nodeId",
    tag,
    summary: "Pause a schedule, or let it go on; moments that pass meanwhile are not made up for",
    scope: "flows:publish",
    params: Type.Object({ key: FlowKey, nodeId: NodeId }),
    body: Type.Object({ paused: Type.Boolean() }, { additionalProperties: false }),
    responses: { 200: { description: "The schedule.", schema: ScheduleView } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params, body }) {
      const row = await db.asTenant(caller.tenantId, (scope) =>
        pauseSchedule(scope, params.key, params.nodeId, body.paused),
      );
      if (row) return json(200, scheduleView(row));
      throw new AppError("NOT_FOUND", `Flow "${params.key}" has no schedule "${params.nodeId}".`);
    },
  });
}

function scheduleView(row: ScheduleRow) {
  const { cron, timezone, paused, fault } = row;
  return {
    flow: row.flow_key,
    nodeId: row.node_id,
    cron,
    timezone,
    paused,
    fault,
    nextAt: row.scheduled_at,
    lastAt: row.last_at,
  };
}
