import type { Knex } from "knex";

/** The aggregates of the house. Frozen: later changes are later files. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- Tenancy -----------------------------------------------------------------------------------------

create table tenants (
  id text primary key check (id like 'ten\\_%'),
  name text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  timezone text not null,
  locale text not null,
  status text not null default 'active' check (status in ('active', 'suspended')),
  hours jsonb not null default '{"weekly": {}}',
  -- { "quietHours": { "from": "21:00", "to": "08:00" } }
  settings jsonb not null default '{}',
  created_at timestamptz not null default now()
);

create table users (
  id text primary key check (id like 'usr\\_%'),
  tenant_id text not null references tenants (id),
  email text not null,
  name text not null,
  role text not null check (role in ('owner', 'admin', 'editor', 'agent', 'viewer')),
  password_hash text,
  created_at timestamptz not null default now(),
  unique (tenant_id, email)
);

create table api_keys (
  id text primary key check (id like 'key\\_%'),
  tenant_id text not null references tenants (id),
  name text not null,
  -- sha256 of the key; the key itself is shown once
  hash text not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  unique (tenant_id, hash)
);
create index api_keys_hash_idx on api_keys (hash);

-- Plans and credits -------------------------------------------------------------------------------

create table plans (
  id text primary key check (id like 'pln\\_%'),
  code text not null unique,
  name text not null,
  -- null = unlimited
  sms_monthly integer check (sms_monthly >= 0),
  whatsapp_monthly integer check (whatsapp_monthly >= 0),
  voice_minutes_monthly integer check (voice_minutes_monthly >= 0),
  voice_agent boolean not null default false
);

create table subscriptions (
  id text primary key check (id like 'sub\\_%'),
  tenant_id text not null unique references tenants (id),
  plan_id text not null references plans (id),
  status text not null check (status in ('trialing', 'active', 'past_due', 'cancelled')),
  period_start timestamptz not null default now(),
  period_end timestamptz not null default now() + interval '1 month'
);

create table credit_accounts (
  tenant_id text not null references tenants (id),
  meter text not null check (meter in ('sms', 'whatsapp', 'voice', 'lookup', 'verify', 'ai')),
  -- null = unlimited
  balance integer,
  held integer not null default 0 check (held >= 0),
  resets_at timestamptz,
  primary key (tenant_id, meter),
  constraint credit_accounts_never_below_zero check (balance is null or balance >= held)
) with (fillfactor = 70);

create table credit_holds (
  -- the effect it pays for
  id text not null check (id like 'eff\\_%'),
  tenant_id text not null references tenants (id),
  run_id text not null,
  meter text not null,
  amount integer not null check (amount > 0),
  state text not null default 'open' check (state in ('open', 'captured', 'released')),
  captured integer check ((captured is not null) = (state = 'captured')),
  created_at timestamptz not null default now(),
  settled_at timestamptz check ((settled_at is null) = (state = 'open')),
  primary key (tenant_id, id)
);
create index credit_holds_open_idx on credit_holds (tenant_id, run_id) where state = 'open';

-- Append-only: the sum of a limited account's entries is its balance.
create table credit_entries (
  id bigint generated always as identity primary key,
  tenant_id text not null references tenants (id),
  meter text not null,
  amount integer not null,
  kind text not null check (kind in ('grant', 'capture', 'charge', 'adjustment')),
  -- what it was for, once: the effect, the step, the period
  ref text not null,
  run_id text,
  -- the step that settled it, so that settling again answers the same
  step_key text,
  at timestamptz not null default now(),
  unique (tenant_id, kind, meter, ref)
);
create index credit_entries_step_idx on credit_entries (tenant_id, step_key) where step_key is not null;

-- Stores, numbers, people -------------------------------------------------------------------------

create table store_groups (
  id text primary key check (id like 'grp\\_%'),
  tenant_id text not null references tenants (id),
  name text not null,
  timezone text not null,
  hours jsonb,
  created_at timestamptz not null default now()
);

create table stores (
  id text primary key check (id like 'sto\\_%'),
  tenant_id text not null references tenants (id),
  group_id text references store_groups (id),
  name text not null,
  address text,
  city text,
  region text,
  country text not null check (country ~ '^[A-Z]{2}$'),
  postal_code text,
  lat double precision check (lat between -90 and 90),
  lon double precision check (lon between -180 and 180),
  timezone text not null,
  landline text,
  mobile text,
  website text,
  hours jsonb not null default '{"weekly": {}}',
  created_at timestamptz not null default now()
);
create index stores_group_idx on stores (tenant_id, group_id);

create table numbers (
  id text primary key check (id like 'num\\_%'),
  tenant_id text not null references tenants (id),
  e164 text not null check (e164 ~ '^\\+[1-9][0-9]{6,14}$'),
  label text,
  provider text not null,
  -- the vendor's id of the number: PN…, phone_number_id
  provider_id text,
  voice boolean not null default false,
  sms boolean not null default false,
  whatsapp boolean not null default false,
  store_id text references stores (id),
  group_id text references store_groups (id),
  -- the flows that answer it
  voice_flow_key text,
  message_flow_key text,
  created_at timestamptz not null default now(),
  unique (tenant_id, provider, e164)
);
create index numbers_route_idx on numbers (provider, e164);
create index numbers_provider_id_idx on numbers (provider, provider_id);

create table contacts (
  id text primary key check (id like 'con\\_%'),
  tenant_id text not null references tenants (id),
  phone text,
  -- the vendor's own id of the person (a business-scoped user id); never joined across tenants
  channel_user_id text,
  name text,
  locale text,
  -- channels this person does not want
  opt_outs text[] not null default '{}',
  last_store_id text,
  attributes jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, phone),
  unique (tenant_id, channel_user_id),
  check (phone is not null or channel_user_id is not null)
);

create table templates (
  id text primary key check (id like 'tpl\\_%'),
  tenant_id text not null references tenants (id),
  -- both null: the tenant's own; the store's wins over the group's
  group_id text references store_groups (id),
  store_id text references stores (id),
  key text not null,
  locale text not null,
  category text not null check (category in ('utility', 'marketing', 'authentication')),
  body text not null,
  variables text[] not null default '{}',
  vendors jsonb not null default '{}',
  created_at timestamptz not null default now(),
  unique nulls not distinct (tenant_id, key, locale, group_id, store_id)
);

create table credentials (
  id text primary key check (id like 'crd\\_%'),
  tenant_id text not null references tenants (id),
  type text not null,
  name text not null,
  -- the vendor's account it opens, readable so that webhooks can be routed
  account text,
  -- { kid, iv, tag, data }: AES-256-GCM, bound to tenant, table and row
  sealed jsonb not null,
  created_at timestamptz not null default now(),
  unique (tenant_id, type, name)
);
create index credentials_account_idx on credentials (type, account);

create table links (
  code text primary key,
  tenant_id text not null references tenants (id),
  url text not null,
  run_id text,
  step_key text,
  clicks integer not null default 0,
  last_click_at timestamptz,
  created_at timestamptz not null default now(),
  unique nulls not distinct (tenant_id, step_key, url)
);

-- Flows -------------------------------------------------------------------------------------------

create table flows (
  id text primary key check (id like 'flw\\_%'),
  tenant_id text not null references tenants (id),
  key text not null,
  name text not null,
  draft jsonb not null,
  revision integer not null default 1,
  -- the secret path of its generic webhook
  hook_key text not null,
  published integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, key),
  unique (tenant_id, hook_key)
);
create index flows_hook_idx on flows (hook_key);

-- Immutable once written.
create table flow_versions (
  id text primary key check (id like 'ver\\_%'),
  tenant_id text not null references tenants (id),
  flow_id text not null references flows (id),
  flow_key text not null,
  number integer not null,
  document jsonb not null,
  hash text not null,
  note text,
  published_by text,
  published_at timestamptz not null default now(),
  unique (tenant_id, flow_id, number)
);

-- Runs --------------------------------------------------------------------------------------------

create table runs (
  id text primary key check (id like 'run\\_%'),
  tenant_id text not null references tenants (id),
  flow_key text not null,
  flow_version_id text not null references flow_versions (id),
  status text not null check (status in ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
  seq integer not null default 0,
  state jsonb not null,
  -- who drives it, and how often it changed hands: the fence
  lease_owner text,
  lease_epoch integer not null default 0,
  lease_until timestamptz,
  trigger_type text not null,
  contact_phone text,
  number_id text,
  cancel_requested_at timestamptz,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint runs_leased_while_running check ((status = 'running') = (lease_until is not null)),
  constraint runs_ended_when_over check ((status in ('succeeded', 'failed', 'cancelled')) = (ended_at is not null))
) with (fillfactor = 70);
create index runs_expired_idx on runs (lease_until) where status = 'running';
create index runs_queued_idx on runs (started_at) where status = 'queued';
create index runs_list_idx on runs (tenant_id, id desc);

-- What a waiting run is found by. The first key of a wait carries its deadline.
create table waits (
  tenant_id text not null references tenants (id),
  run_id text not null,
  key text not null,
  seq integer not null,
  wake_at timestamptz,
  primary key (tenant_id, key, run_id)
) with (fillfactor = 70);
create index waits_run_idx on waits (run_id);
create index waits_due_idx on waits (wake_at) where wake_at is not null;

-- One row per checkpoint: what its steps did.
create table journal (
  tenant_id text not null references tenants (id),
  run_id text not null,
  seq integer not null,
  at timestamptz not null default now(),
  events jsonb not null,
  primary key (run_id, seq)
);

create table effects (
  id text primary key check (id like 'eff\\_%'),
  tenant_id text not null references tenants (id),
  run_id text not null,
  step_key text not null,
  part text not null,
  kind text not null,
  provider text not null,
  channel text,
  sender text,
  recipient text,
  body text,
  state text not null check (state in ('sending', 'accepted', 'refused', 'retrying', 'in_doubt', 'unresolved')),
  -- delivery status and its rank, which only grows
  status text,
  status_rank integer not null default -1,
  ref text,
  outcome jsonb,
  details jsonb not null default '{}',
  attempts integer not null default 1,
  created_at timestamptz not null default now(),
  sent_at timestamptz not null default now(),
  settled_at timestamptz
) with (fillfactor = 70);
create index effects_step_idx on effects (run_id, step_key);
create index effects_ref_idx on effects (ref) where ref is not null;
create index effects_open_idx on effects (sent_at) where state in ('sending', 'in_doubt');

-- Every delivery, once. A resume that came before its wait stays here, unconsumed, until the wait is written.
create table inbox (
  id text not null check (id like 'inb\\_%'),
  tenant_id text not null references tenants (id),
  key_hash text not null,
  source text not null,
  -- of the request, where a repeated key with another request is a mistake
  fingerprint text,
  run_id text,
  resume_key text,
  event jsonb,
  consumed_at timestamptz,
  -- what the sender was, or will again be, answered with
  answer jsonb,
  received_at timestamptz not null default now(),
  primary key (tenant_id, key_hash)
);
create index inbox_id_idx on inbox (id);
create index inbox_pending_idx on inbox (tenant_id, resume_key) where consumed_at is null and resume_key is not null;
create index inbox_received_idx on inbox using brin (received_at);

create table lookup_cache (
  tenant_id text not null references tenants (id),
  kind text not null,
  key text not null,
  value jsonb not null,
  expires_at timestamptz not null,
  primary key (tenant_id, kind, key)
);

-- The record --------------------------------------------------------------------------------------

create table messages (
  id text primary key check (id like 'msg\\_%'),
  tenant_id text not null references tenants (id),
  direction text not null check (direction in ('inbound', 'outbound')),
  channel text not null check (channel in ('sms', 'whatsapp')),
  contact_phone text,
  number_id text,
  number_e164 text not null,
  body text not null,
  media jsonb not null default '[]',
  template_key text,
  status text not null,
  status_rank integer not null default 0,
  error jsonb,
  provider text not null,
  provider_ref text,
  effect_id text unique,
  run_id text,
  store_id text,
  units integer not null default 0,
  -- the vendor was an emulator
  simulated boolean not null default false,
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index messages_contact_idx on messages (tenant_id, contact_phone, id desc);
create unique index messages_ref_idx on messages (tenant_id, provider, provider_ref) where provider_ref is not null;

create table calls (
  id text primary key check (id like 'cal\\_%'),
  tenant_id text not null references tenants (id),
  direction text not null check (direction in ('inbound', 'outbound')),
  provider text not null,
  provider_ref text not null,
  caller text,
  callee text not null,
  number_id text,
  run_id text,
  status text not null,
  duration_seconds integer,
  simulated boolean not null default false,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (tenant_id, provider, provider_ref)
);
create index calls_ref_idx on calls (provider, provider_ref);

-- One row per finished run that somebody outside took part in: who, which store, what came of it, what it cost.
create table interactions (
  id text primary key check (id like 'int\\_%'),
  tenant_id text not null references tenants (id),
  run_id text not null unique,
  kind text not null,
  flow_key text not null,
  contact_phone text,
  number_id text,
  group_id text,
  store_id text,
  outcome text not null,
  -- credits captured, by meter
  credits jsonb not null default '{}',
  at timestamptz not null default now()
);
create index interactions_list_idx on interactions (tenant_id, id desc);
`);
}
