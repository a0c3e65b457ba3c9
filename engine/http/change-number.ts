import { type Static, Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { insertAudit } from "../store/audit.ts";
import type { TenantScope } from "../store/database.ts";
import { updateNumber } from "../store/numbers.ts";
import { readStore } from "../store/stores.ts";
import { FlowKey } from "./fields.ts";
import { existingFlow } from "./flows.ts";
import { answersNumber, NumberParams, numberOf, numberView } from "./numbers.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { StoreId } from "./store-schemas.ts";

const orNone = (schema: typeof FlowKey | typeof StoreId) => Type.Union([schema, Type.Null()]);

const ChangeBody = Type.Object(
  {
    label: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 120 }), Type.Null()])),
    voiceFlow: Type.Optional(orNone(FlowKey)),
    messageFlow: Type.Optional(orNone(FlowKey)),
    storeId: Type.Optional(orNone(StoreId)),
  },
  { additionalProperties: false, description: "What is left out stays as it is; null takes it away." },
);

/** What the tenant decides of a number: its name, its store, and which flow answers it. */
export function changeNumberRoutes(runtime: Runtime): readonly Route[] {
  return [
    route({
      id: "changeNumber",
      method: "patch",
      path: "/api/v1/numbers/:id",
      tag: "Numbers",
      summary: "Say which flow answers a number, where it is, and what it is called",
      scope: "numbers:write",
      params: NumberParams,
      body: ChangeBody,
      responses: answersNumber,
      errors: ["NOT_FOUND", "STORE_MISSING", "INPUT_INVALID"],
      async handler({ caller, params, body }) {
        const { id } = await numberOf(runtime, caller.tenantId, params.id);
        const { label, voiceFlow, messageFlow, storeId } = body;
        const columns = {
          ...(label === undefined ? {} : { label }),
          ...(voiceFlow === undefined ? {} : { voice_flow_key: voiceFlow }),
          ...(messageFlow === undefined ? {} : { message_flow_key: messageFlow }),
          ...(storeId === undefined ? {} : { store_id: storeId }),
        };
        await runtime.db.asTenant(caller.tenantId, async (scope) => {
          await refuseUnknown(scope, body);
          if (Object.keys(columns).length > 0) await updateNumber(scope, id, columns);
          const act = { actor: caller.by, action: "number.change", target: id };
          await insertAudit(scope, { ...act, details: { ...body } });
        });
        runtime.directory.forget(caller.tenantId);
        return json(200, numberView(runtime, await numberOf(runtime, caller.tenantId, id)));
      },
    }),
  ];
}

/** @throws AppError NOT_FOUND, STORE_MISSING */
async function refuseUnknown(
  scope: TenantScope,
  { voiceFlow, messageFlow, storeId }: Static<typeof ChangeBody>,
): Promise<void> {
  for (const key of [voiceFlow, messageFlow]) {
    if (typeof key === "string") await existingFlow(scope, key);
  }
  if (typeof storeId === "string" && !(await readStore(scope, storeId)))
    throw new AppError("STORE_MISSING", `There is no store ${storeId}.`, { storeId });
}
