import { Type } from "typebox";
import type { Database } from "../store/database.ts";
import { flowActivity } from "../store/flow-activity.ts";
import { FlowKey } from "./fields.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const ActivitySchema = Type.Object({
  flow: FlowKey,
  running: Type.Integer(),
  waiting: Type.Integer({ description: "For an answer, a time, a call …" }),
});

/** What is going on now, for whoever looks at the list of flows. */
export function flowActivityRoutes(db: Database): readonly Route[] {
  return [
    route({
      id: "listFlowActivity",
      method: "get",
      path: "/api/v1/flow-activity",
      tag: "Flows",
      summary: "How many runs are under way, by flow",
      scope: "runs:read",
      responses: {
        200: {
          description: "Flows with any.",
          schema: Type.Object({ items: Type.Array(ActivitySchema), nextCursor: Type.Null() }),
        },
      },
      async handler({ caller }) {
        const rows = await db.asTenant(caller.tenantId, flowActivity);
        const items = rows.map(({ flow_key: flow, running, waiting }) => ({ flow, running, waiting }));
        return json(200, { items, nextCursor: null });
      },
    }),
  ];
}
