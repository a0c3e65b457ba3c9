import { Type } from "typebox";
import { isTimeZone } from "../core/local-moment.ts";
import { AppError } from "../errors.ts";
import type { AllowanceRule } from "../plugin-api.ts";
import {
  accountZone,
  endOfMonth,
  exhaustedAt,
  freeIsFree,
  monthOf,
  ruleAt,
  usedOf,
} from "../runtime/allowances.ts";
import { ahead } from "../runtime/clock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { insertAudit } from "../store/audit.ts";
import { readUsage, underWayOf } from "../store/number-usage.ts";
import { keepVendorAccount, type NumberRecord, updateNumber } from "../store/numbers.ts";
import { At } from "./fields.ts";
import { NumberParams, numberOf } from "./numbers.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Numbers";
const DAY_MS = 86_400_000;

const AllowanceSchema = Type.Object({
  numberId: Type.String(),
  month: Type.String({ description: "First day of the month, in the account's zone." }),
  timezone: Type.String({ description: "Zone of the vendor's account; months begin at its midnight." }),
  amount: Type.Integer({ description: "Delivered service messages the vendor gives away a month." }),
  used: Type.Integer({ description: "Delivered and, as the vendor reports, free." }),
  underWay: Type.Integer({ description: "Left in the last day; nobody knows yet whether they arrive." }),
  freeLeft: Type.Integer({ description: "An estimate: others may send from the number, too." }),
  exhaustedAt: Type.Union([At, Type.Null()], { description: "When the vendor began to bill, this month." }),
  resetsAt: At,
  charging: Type.Enum(["charge", "free"], {
    description:
      "`free`: what the vendor does not bill costs no credits. `charge`: it costs credits like the rest.",
  }),
  delivered: Type.Array(
    Type.Object({
      category: Type.String(),
      type: Type.String({
        description: "As the vendor says: regular, free_customer_service, free_entry_point.",
      }),
      count: Type.Integer(),
      billed: Type.Boolean(),
    }),
    { description: "Delivered messages of the month, by what the vendor says they cost." },
  ),
});

const SettingsBody = Type.Object(
  {
    charging: Type.Optional(
      Type.Union([Type.Enum(["charge", "free"]), Type.Null()], {
        description: "Null: as the tenant's settings say (`freeMessages`), else `charge`.",
      }),
    ),
    timezone: Type.Optional(
      Type.String({ description: "Zone of the vendor's account, such as America/Bogota." }),
    ),
  },
  { additionalProperties: false },
);

/** What the vendor gives away each month, and how much of it a number has used. */
export function numberAllowanceRoutes(runtime: Runtime): readonly Route[] {
  return [readRoute(runtime), changeRoute(runtime)];
}

function readRoute(runtime: Runtime): Route {
  return route({
    id: "readAllowance",
    method: "get",
    path: "/api/v1/numbers/:id/allowance",
    tag,
    summary: "Free messages of the month: used, left, and what was billed",
    scope: "numbers:read",
    params: NumberParams,
    responses: { 200: { description: "The allowance.", schema: AllowanceSchema } },
    errors: ["NOT_FOUND"],
    async handler({ caller, params }) {
      const number = await numberOf(runtime, caller.tenantId, params.id);
      return json(200, await allowanceOf(runtime, caller.tenantId, number));
    },
  });
}

function changeRoute(runtime: Runtime): Route {
  return route({
    id: "changeAllowance",
    method: "put",
    path: "/api/v1/numbers/:id/allowance",
    tag,
    summary: "Whether free messages cost credits, and in which zone months begin",
    scope: "numbers:write",
    params: NumberParams,
    body: SettingsBody,
    responses: { 200: { description: "The allowance as it is now.", schema: AllowanceSchema } },
    errors: ["NOT_FOUND", "INPUT_INVALID"],
    async handler({ caller, params, body }) {
      const number = await numberOf(runtime, caller.tenantId, params.id);
      // Also says no where there is nothing to change.
      await allowanceOf(runtime, caller.tenantId, number);
      await change(runtime, caller, number, body);
      const now = await numberOf(runtime, caller.tenantId, params.id);
      return json(200, await allowanceOf(runtime, caller.tenantId, now));
    },
  });
}

async function change(
  runtime: Runtime,
  { tenantId, by }: { readonly tenantId: string; readonly by: string },
  { id, provider, account_ref }: NumberRecord,
  { charging, timezone }: { readonly charging?: "charge" | "free" | null; readonly timezone?: string },
): Promise<void> {
  if (timezone !== undefined && !isTimeZone(timezone))
    throw new AppError("INPUT_INVALID", `timezone is "${timezone}"; expected a name such as America/Bogota.`);
  if (timezone !== undefined && account_ref === null)
    throw new AppError("INPUT_INVALID", "The number's account is not known, so it has no zone of its own.");
  await runtime.db.asTenant(tenantId, async (scope) => {
    if (charging !== undefined) await updateNumber(scope, id, { free_messages: charging });
    if (timezone !== undefined && account_ref !== null)
      await keepVendorAccount(scope, provider, { account_ref, timezone });
    const details = { ...(charging === undefined ? {} : { charging }), ...(timezone ? { timezone } : {}) };
    await insertAudit(scope, {
      actor: by,
      action: "number.allowance",
      target: id,
      details,
    });
  });
  runtime.directory.forget(tenantId);
}

async function allowanceOf(runtime: Runtime, tenantId: string, number: NumberRecord) {
  const { tenant } = await runtime.directory.of(tenantId);
  const now = ahead(runtime.clock, tenant.clock_offset_ms).now();
  const channel = runtime.registry.channel(number.provider, "whatsapp");
  const rule = channel && ruleAt(channel, now);
  if (!rule) throw new AppError("NOT_FOUND", `${number.provider} gives no messages away on ${number.e164}.`);
  return runtime.db.asTenant(tenantId, async (scope) => {
    const timezone = await accountZone(scope, number, tenant.timezone);
    const month = monthOf(now, timezone);
    const rows = await readUsage(scope, number.id, month);
    const since = new Date(runtime.clock.now().getTime() - DAY_MS);
    const { [number.id]: underWay = 0 } = await underWayOf(scope, [number.id], since);
    return {
      numberId: number.id,
      month,
      timezone,
      underWay,
      ...totals(rows, rule, underWay),
      resetsAt: endOfMonth(month, timezone),
      charging: freeIsFree(number, tenant.settings) ? "free" : "charge",
    };
  });
}

/** Once the vendor bills, nothing is left, whatever we counted. */
function totals(rows: Awaited<ReturnType<typeof readUsage>>, rule: AllowanceRule, underWay: number) {
  const [used, exhausted] = [usedOf(rows, rule), exhaustedAt(rows, rule)];
  return {
    amount: rule.amount,
    used,
    freeLeft: exhausted ? 0 : Math.max(0, rule.amount - used - underWay),
    exhaustedAt: exhausted,
    delivered: rows.map(({ category, pricing_type: type, delivered }) => ({
      category,
      type,
      count: delivered,
      billed: !rule.free.includes(type),
    })),
  };
}
