import { Type } from "typebox";
import type { Runtime } from "../runtime/runtime.ts";
import { skipTime } from "../runtime/virtual-time.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const MAX_SKIP_MS = 366 * 86_400_000;

/** The time a sandbox lives in. */
export function clockRoutes(runtime: Runtime): readonly Route[] {
  return [
    route({
      id: "skipTime",
      method: "post",
      path: "/api/v1/clock/skip",
      tag: "Runs",
      summary: "Let time pass in a sandbox: waits come due as if it had gone by",
      scope: "runs:write",
      body: Type.Object(
        {
          ms: Type.Integer({
            minimum: 1,
            maximum: MAX_SKIP_MS,
            description: "Milliseconds, a year at most.",
          }),
        },
        { additionalProperties: false },
      ),
      responses: {
        200: {
          description: "What time it is there now.",
          schema: Type.Object({ now: Type.String({ description: "ISO 8601, UTC." }) }),
        },
      },
      errors: ["INPUT_INVALID", "TIME_IS_REAL"],
      async handler({ caller, body }) {
        const now = await skipTime(runtime, caller.tenantId, body.ms);
        return json(200, { now: now.toISOString() });
      },
    }),
  ];
}
