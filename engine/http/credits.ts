import { Type } from "typebox";
import { type AccountRow, listAccounts, monthlyCredits } from "../store/credits.ts";
import type { Database } from "../store/database.ts";
import { At } from "./fields.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const NullableInteger = Type.Union([Type.Integer(), Type.Null()]);

const AccountSchema = Type.Object({
  meter: Type.String({ description: "What is counted: sms, whatsapp, voice, lookup, verify, ai." }),
  unlimited: Type.Boolean(),
  balance: NullableInteger,
  held: Type.Integer({ description: "Reserved by runs that are under way." }),
  remaining: NullableInteger,
  monthly: Type.Union([Type.Integer(), Type.Null()], {
    description: "What the plan gives each month; null: it says nothing, or there is no limit.",
  }),
  resetsAt: Type.Union([At, Type.Null()]),
});

/** What the tenant may still spend. */
export function creditRoutes(db: Database): readonly Route[] {
  return [
    route({
      id: "listCredits",
      method: "get",
      path: "/api/v1/credits",
      tag: "Credits",
      summary: "Credit accounts of the tenant, by meter",
      scope: "credits:read",
      responses: {
        200: {
          description: "All accounts.",
          schema: Type.Object({ items: Type.Array(AccountSchema), nextCursor: Type.Null() }),
        },
      },
      async handler({ caller }) {
        const [rows, monthly] = await db.asTenant(caller.tenantId, async (scope) => [
          await listAccounts(scope),
          await monthlyCredits(scope),
        ]);
        const items = rows.map((row) => ({ ...accountView(row), monthly: monthly[row.meter] ?? null }));
        return json(200, { items, nextCursor: null });
      },
    }),
  ];
}

function accountView({ meter, balance, held, resets_at }: AccountRow) {
  const remaining = balance === null ? null : balance - held;
  return { meter, unlimited: balance === null, balance, held, remaining, resetsAt: resets_at };
}
