import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Knex } from "knex";
import type { Flow } from "../core/flow.ts";
import { hashApiKey, hintOf, newApiKey } from "../http/key-secret.ts";
import { hashPassword } from "../http/passwords.ts";
import { newId } from "../ids.ts";
import { insertApiKey } from "../store/api-keys.ts";
import type { Connection } from "../store/database.ts";
import { insertFlow, publishVersion, readFlow } from "../store/flows.ts";
import { writeDocument } from "../store/knowledge.ts";
import { storeMedia } from "../store/media.ts";
import { asOwner } from "../store/migrate.ts";
import { beginSubmission, endSubmission, insertTemplate } from "../store/templates.ts";
import { DEMO_DOCUMENTS } from "./demo-documents.ts";
import { DEMO_PICTURE, DEMO_TEMPLATES, type DemoTemplate } from "./demo-templates.ts";
import { DEMO, DEMO_NUMBERS, DEMO_PRICES, DEMO_RATES, DEMO_STORES, PLANS } from "./demo-tenant.ts";

export const DEMO_FLOWS = [
  "shared-number-router",
  "landline-to-mobile",
  "missed-call-to-whatsapp",
  "ivr-sales-support-reservations",
  "reservation-confirmation",
  "reservation-two-notices",
  "whatsapp-catalogue",
  "whatsapp-new-arrivals",
  "digital-access-code",
  "otp-login",
  "otp-on-call",
  "otp-in-chat",
  "call-queue-with-callback",
  "queue-agent",
  "pay-by-phone",
  "appointment-reminder",
  "satisfaction-survey",
  "support-handoff",
  "undelivered-notice",
  "after-hours-voicemail",
  "call-continues-after-whatsapp-tap",
  "voice-callback",
  "supervised-survey",
  "campaign-ab-split",
  "payment-reminder-cascade",
  "order-update",
  "low-stock-alert",
  "notify-customer",
  "order-approval",
  "morning-summary",
  "list-notice",
  "whatsapp-ai-reply",
  "voice-agent-reception",
  "message-triage",
] as const;

// The demo's own picture outlives the demo.
const DEMO_DAYS = 3650;

const FLOWS = path.join(import.meta.dirname, "..", "..", "flows");

export interface Seeded {
  readonly tenantId: string;
  /** Shown once; only its hash is stored. Null when the tenant was there before. */
  readonly apiKey: string | null;
}

/** Makes the demo tenant, once: a plan with its credits, a group of stores, numbers, templates and published flows. */
export async function seedDemo(
  connection: Connection | string,
  /** Whether the person whose password everybody knows is made, too. */
  { demoUser = true }: { readonly demoUser?: boolean } = {},
): Promise<Seeded> {
  const flows = await Promise.all(DEMO_FLOWS.map(readExample));
  const passwordHash = demoUser ? await hashPassword(DEMO.signIn.password) : null;
  const apiKey = newApiKey();
  return asOwner(connection, (knex) =>
    knex.transaction(async (sql) => {
      await sql("plans")
        .insert(PLANS.map((plan) => ({ ...plan })))
        .onConflict("id")
        .ignore();
      await sql("prices")
        .insert([...DEMO_PRICES])
        .onConflict()
        .ignore();
      await sql("currency_rates")
        .insert([...DEMO_RATES])
        .onConflict()
        .ignore();
      await sql.raw("select set_config('app.tenant_id', ?, true)", [DEMO.tenant.id]);
      if (await sql("tenants").where({ id: DEMO.tenant.id }).first("id")) {
        if (passwordHash) await ensureDemoUser(sql, passwordHash);
        return { tenantId: DEMO.tenant.id, apiKey: null };
      }
      await insertTenant(sql);
      if (passwordHash) await ensureDemoUser(sql, passwordHash);
      for (const flow of flows) await publishExample(sql, flow);
      await insertApiKey(
        { tenantId: DEMO.tenant.id, sql },
        {
          id: newId("apiKey"),
          name: "Demo",
          hash: hashApiKey(apiKey),
          hint: hintOf(apiKey),
          scopes: ["*"],
        },
      );
      return { tenantId: DEMO.tenant.id, apiKey };
    }),
  );
}

/** An example flow from `flows/`. */
export async function readExample(key: string): Promise<Flow> {
  return JSON.parse(await readFile(path.join(FLOWS, key, "flow.json"), "utf8"));
}

/** Saves a flow as a tenant's draft and publishes it; a second time makes the next version. */
export async function publishExample(
  sql: Knex.Transaction,
  flow: Flow,
  tenantId: string = DEMO.tenant.id,
): Promise<void> {
  const scope = { tenantId, sql };
  if (!(await readFlow(scope, flow.key))) {
    await insertFlow(scope, {
      id: newId("flow"),
      hookKey: randomBytes(18).toString("base64url"),
      draft: flow,
    });
  }
  const hash = createHash("sha256").update(JSON.stringify(flow)).digest("hex");
  await publishVersion(scope, {
    id: newId("flowVersion"),
    key: flow.key,
    document: flow,
    hash,
    note: null,
    by: null,
  });
}

async function insertTenant(sql: Knex.Transaction): Promise<void> {
  const tenant_id = DEMO.tenant.id;
  await sql("tenants").insert({ ...DEMO.tenant, sandbox: true });
  const owner = newId("user");
  await sql("users").insert({ id: owner, email: "ana@laespiga.example", name: "Ana Restrepo" });
  await sql("memberships").insert({ tenant_id, user_id: owner, role: "owner" });
  const plan = PLANS.find((candidate) => candidate.code === DEMO.plan);
  await sql("subscriptions").insert({
    id: newId("subscription"),
    tenant_id,
    plan_id: plan?.id,
    status: "active",
    // Its plan has none; they were added to it.
    voice_agent: true,
  });
  await sql("store_groups").insert({ ...DEMO.group, tenant_id });
  await sql("stores").insert(DEMO_STORES.map((store) => ({ ...store, tenant_id })));
  // Emulators answer for them, which take more than a vendor lets one number send.
  await sql("numbers").insert(
    DEMO_NUMBERS.map((number) => ({ ...number, pace_per_second: 1_000, tenant_id })),
  );
  const scope = { tenantId: tenant_id, sql };
  const { bytes } = DEMO_PICTURE;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await storeMedia(scope, { ...DEMO_PICTURE, sha256 }, DEMO_DAYS);
  for (const template of DEMO_TEMPLATES) await insertDemoTemplate(scope, template);
  for (const document of DEMO_DOCUMENTS) await writeDocument(scope, document, null);
}

/** Also where the tenant was made before people could sign in. */
async function ensureDemoUser(sql: Knex.Transaction, passwordHash: string): Promise<void> {
  const { email } = DEMO.signIn;
  if (await sql("users").where({ email }).first("id")) return;
  const id = newId("user");
  await sql("users").insert({ id, email, name: "Demo", password_hash: passwordHash, demo: true });
  await sql("memberships").insert({ tenant_id: DEMO.tenant.id, user_id: id, role: "owner" });
}

/** With what its vendors call it, as if they had approved it. */
async function insertDemoTemplate(
  scope: { readonly tenantId: string; readonly sql: Knex.Transaction },
  template: DemoTemplate,
): Promise<void> {
  const { id, locale, category, content, variables, contentSid, metaName, metaId, ...rest } = template;
  await insertTemplate(scope, { id, locale, category, content, variables, group_id: null, ...rest });
  const vendors = [
    { provider: "twilio", ref: contentSid, names: { contentSid } },
    { provider: "meta", ref: metaId, names: { name: metaName, language: locale } },
  ];
  for (const { provider, ref, names } of vendors) {
    const words = { content, variables };
    const intent = { provider, name: metaName, language: locale, content: words, revision: 1, category };
    await beginSubmission(scope, id, intent);
    const news = { ref, names, status: "approved", category, quality: null, reason: null } as const;
    await endSubmission(scope, { templateId: id, provider, revision: 1 }, news, null);
  }
}
