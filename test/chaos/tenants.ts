import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Knex } from "knex";
import type { Flow } from "../../engine/core/flow.ts";
import { publishExample } from "../../engine/demo/seed.ts";
import { hashApiKey, newApiKey } from "../../engine/http/key-secret.ts";
import { newId } from "../../engine/ids.ts";
import { insertApiKey } from "../../engine/store/api-keys.ts";
import type { Connection } from "../../engine/store/database.ts";
import { asOwner } from "../../engine/store/migrate.ts";

/** One customer of the house under load. The first is hot, the last has so few credits that they run out. */
export interface ChaosTenant {
  readonly id: string;
  readonly apiKey: string;
  /** Its number at the emulated Twilio: calls and SMS. */
  readonly phone: string;
  /** Its number at the emulated Meta: WhatsApp. */
  readonly whatsapp: { readonly phone: string; readonly phoneNumberId: string };
}

const FLOWS = ["order", "chat", "whatsapp", "call"] as const;
const RICH = { id: "pln_chaos", code: "chaos", monthly: 1_000_000 };
const POOR = { id: "pln_chaos_poor", code: "chaos-poor", monthly: 25 };

/** Makes `count` tenants, each with its numbers, credits, key and the four flows of the load. */
export async function seedChaosTenants(
  connection: Connection,
  count: number,
): Promise<readonly ChaosTenant[]> {
  const flows = await Promise.all(FLOWS.map(readFlowFile));
  const tenants = Array.from({ length: count }, (_, index) => tenantOf(index));
  await asOwner(connection, (knex) =>
    knex.transaction(async (sql) => {
      await sql("plans").insert([RICH, POOR].map(planRow));
      for (const [index, tenant] of tenants.entries()) {
        const plan = index === count - 1 && count > 1 ? POOR : RICH;
        await seedTenant(sql, tenant, plan.id, flows);
      }
    }),
  );
  return tenants;
}

async function readFlowFile(name: (typeof FLOWS)[number]): Promise<Flow> {
  return JSON.parse(await readFile(path.join(import.meta.dirname, "flows", `${name}.flow.json`), "utf8"));
}

function tenantOf(index: number): ChaosTenant {
  const digits = String(index).padStart(3, "0");
  return {
    id: `ten_chaos${index}`,
    apiKey: newApiKey(),
    phone: `+576015550${digits}`,
    whatsapp: { phone: `+573205550${digits}`, phoneNumberId: `7000000000${digits}` },
  };
}

function planRow({ id, code, monthly }: typeof RICH) {
  return {
    id,
    code,
    name: code,
    sms_monthly: monthly,
    whatsapp_monthly: monthly,
    voice_minutes_monthly: monthly,
  };
}

async function seedTenant(
  sql: Knex.Transaction,
  tenant: ChaosTenant,
  planId: string,
  flows: readonly Flow[],
): Promise<void> {
  const tenant_id = tenant.id;
  await sql.raw("select set_config('app.tenant_id', ?, true)", [tenant_id]);
  await sql("tenants").insert({
    id: tenant_id,
    name: tenant_id,
    country: "CO",
    timezone: "America/Bogota",
    locale: "es-CO",
  });
  await sql("subscriptions").insert({
    id: newId("subscription"),
    tenant_id,
    plan_id: planId,
    status: "active",
  });
  await sql("numbers").insert([twilioNumber(tenant), metaNumber(tenant)]);
  for (const flow of flows) await publishExample(sql, flow, tenant_id);
  await insertApiKey(
    { tenantId: tenant_id, sql },
    { id: newId("apiKey"), name: "Chaos", hash: hashApiKey(tenant.apiKey), scopes: ["*"] },
  );
}

function twilioNumber({ id, phone }: ChaosTenant) {
  const flows = { voice_flow_key: "chaos-call", message_flow_key: "chaos-chat" };
  return {
    id: newId("number"),
    tenant_id: id,
    e164: phone,
    provider: "twilio",
    voice: true,
    sms: true,
    whatsapp: false,
    provider_id: null,
    // One a second would make the queue of a sender outlast the test.
    pace_per_second: 1_000,
    ...flows,
  };
}

function metaNumber({ id, whatsapp }: ChaosTenant) {
  return {
    id: newId("number"),
    tenant_id: id,
    e164: whatsapp.phone,
    provider: "meta",
    voice: false,
    sms: false,
    whatsapp: true,
    provider_id: whatsapp.phoneNumberId,
    pace_per_second: 1_000,
    voice_flow_key: null,
    message_flow_key: "chaos-whatsapp",
  };
}
