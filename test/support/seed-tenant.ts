import pg from "pg";
import type { Connection } from "../../engine/store/database.ts";

/** Ids and keys of one tenant's rows, one per kind. */
export type TenantIds = Readonly<Record<keyof typeof KINDS, string>>;

const KINDS = {
  tenant: "ten",
  user: "usr",
  session: "ses",
  apiKey: "key",
  tokenIssuer: "iss",
  subscription: "sub",
  group: "grp",
  store: "sto",
  number: "num",
  contact: "con",
  consent: "cns",
  template: "tpl",
  media: "med",
  document: "doc",
  pendingMedia: "med_pending",
  credential: "crd",
  link: "lnk",
  flow: "flw",
  flowKey: "flow",
  version: "ver",
  run: "run",
  leasedRun: "run_leased",
  doneRun: "run_done",
  effect: "eff",
  delivery: "inb",
  message: "msg",
  conversation: "cnv",
  ask: "ask",
  list: "lst",
  call: "cal",
  audit: "aud",
  interaction: "int",
  event: "nev",
  waitKey: "wait",
  stepKey: "step",
  hash: "hash",
  ref: "ref",
  account: "account",
} as const;

/** Ids such as `run_b`: every value of tenant `b` ends in `_b`. */
export function idsOf(letter: string): TenantIds {
  return Object.fromEntries(
    Object.entries(KINDS).map(([kind, prefix]) => [kind, `${prefix}_${letter}`]),
  ) as TenantIds;
}

/** A tenant with one flow and a plan, and nothing else. */
export async function seedBareTenant(client: pg.Client, letter: string): Promise<TenantIds> {
  const of = idsOf(letter);
  await run(client, BARE, of);
  return of;
}

/** A tenant with at least one row in every table. Texts of its own say `secret_<letter>`. */
export async function seedTenant(client: pg.Client, letter: string): Promise<TenantIds> {
  const of = await seedBareTenant(client, letter);
  await run(client, FULL, of);
  return of;
}

/** Every row of a tenant, by table, in a stable order. */
export async function rowsOf(client: pg.Client, tenantId: string): Promise<Record<string, unknown[]>> {
  const tables = await tenantTables(client);
  const parts = tables.map(
    (table) =>
      `select '${table}' as name, (select coalesce(jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text), '[]')
         from ${table} t where t.${table === "tenants" ? "id" : "tenant_id"} = $1) as rows`,
  );
  // Named, so that it is planned once.
  const query = { name: "rows-of", text: parts.join(" union all "), values: [tenantId] };
  const { rows } = await client.query(query);
  return Object.fromEntries(rows.map((row: { name: string; rows: unknown[] }) => [row.name, row.rows]));
}

/** Tables that hold what belongs to a tenant. */
export async function tenantTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and (c.relname = 'tenants' or exists (
      select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
    order by 1`);
  return rows.map((row: { name: string }) => row.name);
}

/** Works as superuser, past every wall, on one connection. */
export async function openAdmin(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client({ ...connection });
  await client.connect();
  return client;
}

// `:name` stands for the tenant's id of that kind.
async function run(client: pg.Client, sql: string, of: TenantIds): Promise<void> {
  const letter = of.tenant.slice("ten_".length);
  const values: Record<string, string> = { ...of, secret: `secret_${letter}`, phone: phoneOf(letter) };
  await client.query(
    sql.replaceAll(/(?<!:):([a-zA-Z]+)\b/g, (_, name: string) => `'${values[name] ?? name}'`),
  );
}

/** The number of the person a seeded tenant knows. */
export function phoneOf(letter: string): string {
  const digits = [...letter].map((character) => String(character.charCodeAt(0) % 100).padStart(2, "0"));
  return `+573${digits.join("").padStart(9, "0").slice(-9)}`;
}

const BARE = `
insert into plans (id, code, name, sms_monthly, whatsapp_monthly, voice_minutes_monthly)
  values ('pln_small', 'small', 'Small', 50, 20, 10), ('pln_large', 'large', 'Large', 200, 100, 60),
         ('pln_open', 'open', 'Open', null, null, null), ('pln_none', 'none', 'None', 0, 0, 0)
  on conflict do nothing;
insert into tenants (id, name, country, timezone, locale) values (:tenant, :secret, 'CO', 'America/Bogota', 'es');
insert into flows (id, tenant_id, key, name, draft, hook_key, published)
  values (:flow, :tenant, :flowKey, :secret, '{}', :hash, 1);
insert into flow_versions (id, tenant_id, flow_id, flow_key, number, document, hash, note)
  values (:version, :tenant, :flow, :flowKey, 1, '{}', 'h', :secret)`;

const FULL = `
update flow_versions set document = '{"nodes": [{"type": "api.run"}]}' where id = :version;
insert into users (id, email, name) values (:user, :secret, :secret);
insert into memberships (tenant_id, user_id, role) values (:tenant, :user, 'owner');
insert into sessions (id, tenant_id, user_id, hash, user_agent, ip)
  values (:session, :tenant, :user, :hash, :secret, :secret);
insert into api_keys (id, tenant_id, name, hash, scopes) values (:apiKey, :tenant, :secret, :hash, '{*}');
insert into kept_answers (tenant_id, caller, key, asked) values (:tenant, :user, :hash, :secret);
insert into token_issuers (id, tenant_id, name, issuer, jwks_url, scopes, created_by)
  values (:tokenIssuer, :tenant, :secret, :hash, :secret, '{}', :user);
insert into subscriptions (id, tenant_id, plan_id, status) values (:subscription, :tenant, 'pln_small', 'active');
insert into store_groups (id, tenant_id, name, timezone) values (:group, :tenant, :secret, 'America/Bogota');
insert into stores (id, tenant_id, group_id, name, country, timezone, landline)
  values (:store, :tenant, :group, :secret, 'CO', 'America/Bogota', :phone);
insert into numbers (id, tenant_id, e164, label, provider, provider_id, store_id, group_id, whatsapp)
  values (:number, :tenant, :phone, :secret, 'twilio', :ref, :store, :group, true);
insert into contacts (id, tenant_id, phone, name, last_store_id, opt_outs)
  values (:contact, :tenant, :phone, :secret, :store, '{sms}');
insert into templates (id, tenant_id, key, locale, category, body)
  values (:template, :tenant, 'hello', 'es', 'utility', :secret);
insert into template_submissions (tenant_id, template_id, provider, status, ref, name, language, content, revision, category, reason)
  values (:tenant, :template, 'meta', 'pending', :ref, 'hello', 'es', jsonb_build_object('content', jsonb_build_object('body', :secret)), 1, 'utility', :secret);
insert into media_files (id, tenant_id, state, sha256, type, bytes, name, source, due_at, expires_at)
  values (:media, :tenant, 'stored', :hash, 'text/plain', 8, :secret, null, null, now() + interval '1 day'),
         (:pendingMedia, :tenant, 'pending', null, 'text/plain', null, :secret, jsonb_build_object('url', :secret),
          now() + interval '1 hour', now() + interval '1 day');
insert into media_parts (tenant_id, sha256, part, data) values (:tenant, :hash, 0, convert_to(:secret, 'UTF8'));
insert into credentials (id, tenant_id, type, name, account, sealed)
  values (:credential, :tenant, 'twilio.account', 'main', :account, jsonb_build_object('data', :secret));
insert into links (code, tenant_id, url, run_id, step_key) values (:link, :tenant, :secret, :run, :stepKey);
insert into link_clicks (tenant_id, code, kind, agent) values (:tenant, :link, 'person', :secret);
insert into consents (id, tenant_id, contact_id, channel, purpose, state, source, evidence, ref)
  values (:consent, :tenant, :contact, 'sms', 'marketing', 'granted', 'form', jsonb_build_object('words', :secret), :ref);
insert into contact_windows (tenant_id, person, channel, number_e164, last_inbound_at, ref)
  values (:tenant, :phone, 'sms', :phone, now(), :ref);
insert into destination_use (tenant_id, channel, block, hour, count) values (:tenant, 'sms', left(:phone, -4), now(), 3);
update tenants set settings = jsonb_build_object('answers', jsonb_build_object('stop', :secret)) where id = :tenant;
insert into runs (id, tenant_id, flow_key, flow_version_id, status, seq, state, lease_owner, lease_epoch, lease_until,
                  trigger_type, contact_phone, ended_at)
  values (:run, :tenant, :flowKey, :version, 'waiting', 3, jsonb_build_object('vars', :secret), null, 2, null,
          'call', :phone, null),
         (:leasedRun, :tenant, :flowKey, :version, 'running', 3, jsonb_build_object('vars', :secret), 'owner_1', 2,
          now() + interval '1 hour', 'call', :phone, null),
         (:doneRun, :tenant, :flowKey, :version, 'succeeded', 3, jsonb_build_object('vars', :secret), null, 2, null,
          'call', :phone, now());
update runs set parent_run_id = :run, parent_step = :stepKey, branch = 'a', depth = 1 where id = :doneRun;
insert into waits (tenant_id, run_id, key, seq, wake_at)
  values (:tenant, :run, :waitKey, 3, now() + interval '1 hour');
insert into journal (tenant_id, run_id, seq, events)
  values (:tenant, :run, 3, jsonb_build_array(jsonb_build_object('at', :secret, 'nodeId', 'clock', 'kind', 'left', 'port', 'next')));
insert into effects (id, tenant_id, run_id, step_key, part, kind, provider, channel, recipient, body, state, ref)
  values (:effect, :tenant, :run, :stepKey, 'send', 'message', 'twilio', 'sms', :phone, :secret, 'sending', :ref);
insert into schedules (tenant_id, flow_id, node_id, flow_key, flow_version_id, cron, timezone, catch_up_minutes, next_at, fault)
  values (:tenant, :flow, 'clock', :flowKey, :version, '0 9 * * *', 'UTC', 60, now() + interval '1 day', :secret);
insert into data_items (tenant_id, table_name, key, value) values (:tenant, 'things', :waitKey, jsonb_build_object('v', :secret));
insert into data_writes (tenant_id, writer, result) values (:tenant, :stepKey, jsonb_build_object('value', :secret));
insert into knowledge_documents (tenant_id, id, title, kind, language, body)
  values (:tenant, :document, :secret, 'text', 'es', :secret);
insert into knowledge_passages (tenant_id, document_id, position, body, search)
  values (:tenant, :document, 1, :secret, to_tsvector('spanish', :secret));
insert into agent_answers (tenant_id, step_key, part, run_id, model, prompt_tokens, completion_tokens, total_ms)
  values (:tenant, :stepKey, 'answer', :run, 'demo', 10, 2, 5);
insert into socket_sessions (tenant_id, step_key, run_id, path, provider, party, plan, answers, expires_at)
  values (:tenant, :stepKey, :run, 'voice/relay', 'twilio', :secret, jsonb_build_object('greeting', :secret),
    jsonb_build_object('1', jsonb_build_object('text', :secret)), now() + interval '2 minutes');
insert into credit_holds (id, tenant_id, run_id, meter, amount) values (:effect, :tenant, :run, 'sms', 2);
update credit_accounts set held = 2 where tenant_id = :tenant and meter = 'sms';
insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id, step_key)
  values (:tenant, 'sms', -3, 'charge', :stepKey, :run, :stepKey);
update credit_accounts set balance = balance - 3 where tenant_id = :tenant and meter = 'sms';
insert into inbox (id, tenant_id, key_hash, source, resume_key, event, answer)
  values (:delivery, :tenant, :hash, 'twilio', :waitKey || '_early', jsonb_build_object('name', :secret),
          jsonb_build_object('body', :secret));
insert into own_prices (tenant_id, meter, country, currency, unit_price) values (:tenant, 'sms', 'ES', 'EUR', 0.5);
insert into payload_use (tenant_id, day, bytes) values (:tenant, '2026-11-21', 100);
insert into lookup_cache (tenant_id, kind, key, value, expires_at)
  values (:tenant, 'carrier', :ref, jsonb_build_object('name', :secret), now() + interval '1 hour');
insert into goals (tenant_id, step_key, run_id, flow_key, name, value, currency, at)
  values (:tenant, :stepKey, :run, :flowKey, :secret, 12.5, 'EUR', now());
insert into messages (id, tenant_id, direction, channel, contact_phone, number_e164, body, status, provider,
                      provider_ref, effect_id, run_id, units)
  values (:message, :tenant, 'outbound', 'sms', :phone, :phone, :secret, 'queued', 'twilio', :ref, :effect, :run, 2);
insert into messages (id, tenant_id, direction, channel, contact_phone, number_e164, body, status, provider, sent_at)
  values (:message || '_in', :tenant, 'inbound', 'sms', :phone, :phone, :secret, 'received', 'twilio', now());
insert into messages (id, tenant_id, direction, channel, contact_phone, number_id, number_e164, body, status, provider)
  values (:message || '_wa', :tenant, 'outbound', 'whatsapp', :phone, :number, :phone, :secret, 'queued', 'meta');
insert into contact_identities (tenant_id, provider, user_id, contact_id, username, account_ref)
  values (:tenant, 'meta', 'US.1', :contact, :secret, :account);
insert into number_usage (tenant_id, number_id, month, category, pricing_type, delivered, first_at, last_at)
  values (:tenant, :number, '2026-11-01', 'service', 'free_customer_service', 7, now(), now());
insert into number_events (id, tenant_id, number_id, contact_id, provider, account_ref, field, event, severity, data, dedupe_key, at)
  values (:event, :tenant, :number, :contact, 'meta', :account, 'account_update', 'BAN', 'critical',
          jsonb_build_object('why', :secret), :hash, now());
insert into vendor_accounts (tenant_id, provider, account_ref, name) values (:tenant, 'meta', :account, :secret);
insert into sender_pace (tenant_id, provider, channel, sender, recipient, next_free_at)
  values (:tenant, 'twilio', 'sms', :phone, '', now());
insert into conversations (id, tenant_id, channel, number_e164, contact, team, unread)
  values (:conversation, :tenant, 'sms', :phone, :phone, :secret, 2);
insert into conversation_records (tenant_id, conversation_id, module, record_id)
  values (:tenant, :conversation, 'pms', :secret);
insert into handoffs (tenant_id, step_key, conversation_id, note, started_at, until)
  values (:tenant, :stepKey, :conversation, :secret, now(), now() + interval '1 hour');
insert into asks (tenant_id, id, run_id, step_key, channel, number_e164, contact, choices)
  values (:tenant, :ask, :run, :stepKey, 'sms', :phone, :phone, jsonb_build_array(:secret));
insert into audit_log (id, tenant_id, actor, action, target, details)
  values (:audit, :tenant, :apiKey, 'effect.resolve', :effect, jsonb_build_object('note', :secret));
insert into calls (id, tenant_id, direction, provider, provider_ref, caller, callee, run_id, status)
  values (:call, :tenant, 'inbound', 'twilio', :ref, :phone, :phone, :run, 'in-progress');
insert into call_legs (tenant_id, provider, provider_ref, run_id, address)
  values (:tenant, 'twilio', :ref, :run, :phone);
insert into interactions (id, tenant_id, run_id, kind, flow_key, contact_phone, store_id, outcome)
  values (:interaction, :tenant, :doneRun, 'call', :flowKey, :phone, :store, :secret);
insert into code_sends (id, tenant_id, source, recipient, channel, state, provider, ref, at)
  values (:effect, :tenant, 'api', :phone, 'sms', 'pending', 'twilio', :secret, now());
insert into store_deliveries (id, tenant_id, store_id, interaction_id, body)
  values ('sdl_' || substr(:interaction, 5), :tenant, :store, :interaction, jsonb_build_object('outcome', :secret));
insert into recipient_lists (id, tenant_id, name, fingerprint, recipients) values (:list, :tenant, :secret, '', 1);
insert into recipient_list_entries (tenant_id, list_id, position, phone, fields)
  values (:tenant, :list, 0, :phone, jsonb_build_object('name', :secret));
insert into uses (tenant_id, step_key, kind, run_id, amount) values (:tenant, :stepKey, 'geolocation', :run, 1)`;
