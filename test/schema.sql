-- Written by `npm run schema:dump` from the migrations; not run by anything.

create table agent_answers (
  tenant_id text not null,
  step_key text not null,
  part text not null,
  run_id text not null,
  model text not null,
  prompt_tokens integer not null,
  completion_tokens integer not null,
  first_ms integer,
  total_ms integer not null,
  at timestamp with time zone not null default now(),
  constraint agent_answers_completion_tokens_check CHECK ((completion_tokens >= 0)),
  constraint agent_answers_prompt_tokens_check CHECK ((prompt_tokens >= 0)),
  constraint agent_answers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint agent_answers_pkey PRIMARY KEY (tenant_id, step_key, part)
);
CREATE INDEX agent_answers_day_idx ON public.agent_answers USING btree (tenant_id, at);
CREATE INDEX agent_answers_run_idx ON public.agent_answers USING btree (tenant_id, run_id);
alter table agent_answers enable row level security;
alter table agent_answers force row level security;
create policy owner_routes on agent_answers for select to app_owner using (true);
create policy tenant_wall on agent_answers for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table api_keys (
  id text not null,
  tenant_id text not null,
  name text not null,
  hash text not null,
  scopes text[] not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_keys_id_check CHECK ((id ~~ 'key\_%'::text)),
  constraint api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_tenant_id_hash_key UNIQUE (tenant_id, hash)
);
CREATE INDEX api_keys_hash_idx ON public.api_keys USING btree (hash);
alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy owner_routes on api_keys for select to app_owner using (true);
create policy tenant_wall on api_keys for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table asks (
  tenant_id text not null,
  id text not null,
  run_id text not null,
  step_key text not null,
  channel text not null,
  number_e164 text not null,
  contact text not null,
  choices jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null default now(),
  constraint asks_id_check CHECK ((id ~~ 'ask\_%'::text)),
  constraint asks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint asks_pkey PRIMARY KEY (tenant_id, id, channel)
);
CREATE INDEX asks_contact_idx ON public.asks USING btree (tenant_id, contact, channel, created_at DESC);
CREATE INDEX asks_created_idx ON public.asks USING brin (created_at);
alter table asks enable row level security;
alter table asks force row level security;
create policy owner_routes on asks for select to app_owner using (true);
create policy tenant_wall on asks for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));
CREATE TRIGGER asks_name_by_phone BEFORE INSERT ON public.asks FOR EACH ROW WHEN ((new.contact !~~ '+%'::text)) EXECUTE FUNCTION name_ask_by_phone();

create table audit_log (
  id text not null,
  tenant_id text not null,
  at timestamp with time zone not null default clock_timestamp(),
  actor text not null,
  action text not null,
  target text not null,
  details jsonb not null default '{}'::jsonb,
  constraint audit_log_id_check CHECK ((id ~~ 'aud\_%'::text)),
  constraint audit_log_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint audit_log_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_log_list_idx ON public.audit_log USING btree (tenant_id, id DESC);
alter table audit_log enable row level security;
alter table audit_log force row level security;
create policy tenant_wall on audit_log for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table call_legs (
  tenant_id text not null,
  provider text not null,
  provider_ref text not null,
  run_id text not null,
  address text not null,
  answered_at timestamp with time zone not null default now(),
  constraint call_legs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint call_legs_pkey PRIMARY KEY (tenant_id, provider, provider_ref)
);
CREATE INDEX call_legs_address_idx ON public.call_legs USING btree (tenant_id, address, answered_at DESC);
alter table call_legs enable row level security;
alter table call_legs force row level security;
create policy owner_routes on call_legs for select to app_owner using (true);
create policy tenant_wall on call_legs for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table calling_codes (
  prefix text not null,
  country text not null,
  constraint calling_codes_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint calling_codes_prefix_check CHECK ((prefix ~ '^\+[1-9][0-9]{0,6}$'::text)),
  constraint calling_codes_pkey PRIMARY KEY (prefix)
);

create table calls (
  id text not null,
  tenant_id text not null,
  direction text not null,
  provider text not null,
  provider_ref text not null,
  caller text,
  callee text not null,
  number_id text,
  run_id text,
  status text not null,
  duration_seconds integer,
  simulated boolean not null default false,
  started_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  minutes integer generated always as ((ceil(((duration_seconds)::numeric / 60.0)))::integer),
  recording_url text,
  constraint calls_direction_check CHECK ((direction = ANY (ARRAY['inbound'::text, 'outbound'::text]))),
  constraint calls_id_check CHECK ((id ~~ 'cal\_%'::text)),
  constraint calls_pkey PRIMARY KEY (id),
  constraint calls_tenant_id_provider_provider_ref_key UNIQUE (tenant_id, provider, provider_ref)
);
CREATE INDEX calls_ref_idx ON public.calls USING btree (provider, provider_ref);
alter table calls enable row level security;
alter table calls force row level security;
create policy owner_batch on calls for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy owner_routes on calls for select to app_owner using (true);
create policy tenant_wall on calls for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table code_sends (
  id text not null,
  tenant_id text not null,
  source text not null,
  recipient text not null,
  channel text not null,
  ip text,
  state text not null,
  provider text not null,
  ref text,
  outcome jsonb,
  at timestamp with time zone not null,
  constraint code_sends_id_check CHECK ((id ~~ 'eff\_%'::text)),
  constraint code_sends_source_check CHECK ((source = ANY (ARRAY['flow'::text, 'api'::text]))),
  constraint code_sends_state_check CHECK ((state = ANY (ARRAY['sending'::text, 'pending'::text, 'blocked'::text, 'failed'::text, 'insufficient_credits'::text, 'unresolved'::text, 'approved'::text, 'expired'::text, 'too_many'::text]))),
  constraint code_sends_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint code_sends_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX code_sends_ip_idx ON public.code_sends USING btree (tenant_id, ip, at DESC) WHERE (ip IS NOT NULL);
CREATE INDEX code_sends_open_idx ON public.code_sends USING btree (tenant_id, at) WHERE ((state = 'sending'::text) AND (source = 'api'::text));
CREATE INDEX code_sends_recipient_idx ON public.code_sends USING btree (tenant_id, recipient, at DESC);
CREATE INDEX code_sends_tenant_idx ON public.code_sends USING btree (tenant_id, at DESC);
alter table code_sends enable row level security;
alter table code_sends force row level security;
create policy owner_routes on code_sends for select to app_owner using (true);
create policy tenant_wall on code_sends for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table consents (
  id text not null,
  tenant_id text not null,
  contact_id text not null,
  channel text not null,
  purpose text not null,
  state text not null,
  source text not null,
  evidence jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default now(),
  run_id text,
  message_ref text,
  actor text,
  ref text not null,
  constraint consents_channel_check CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsapp'::text, 'voice'::text]))),
  constraint consents_id_check CHECK ((id ~~ 'cns\_%'::text)),
  constraint consents_purpose_check CHECK ((purpose = ANY (ARRAY['service'::text, 'notice'::text, 'marketing'::text]))),
  constraint consents_state_check CHECK ((state = ANY (ARRAY['granted'::text, 'denied'::text]))),
  constraint consents_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id),
  constraint consents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint consents_pkey PRIMARY KEY (id),
  constraint consents_tenant_id_ref_channel_purpose_key UNIQUE (tenant_id, ref, channel, purpose)
);
CREATE INDEX consents_latest_idx ON public.consents USING btree (tenant_id, contact_id, channel, purpose, id DESC);
alter table consents enable row level security;
alter table consents force row level security;
create policy tenant_wall on consents for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table contact_identities (
  tenant_id text not null,
  provider text not null,
  user_id text not null,
  contact_id text not null,
  username text,
  account_ref text,
  replaced_by text,
  first_seen_at timestamp with time zone not null default now(),
  last_seen_at timestamp with time zone not null default now(),
  constraint contact_identities_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE CASCADE,
  constraint contact_identities_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint contact_identities_pkey PRIMARY KEY (tenant_id, user_id, provider)
) with (fillfactor=80);
CREATE INDEX contact_identities_contact_idx ON public.contact_identities USING btree (tenant_id, contact_id);
alter table contact_identities enable row level security;
alter table contact_identities force row level security;
create policy owner_batch on contact_identities for select to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy tenant_wall on contact_identities for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table contact_windows (
  tenant_id text not null,
  person text not null,
  channel text not null,
  number_e164 text not null,
  last_inbound_at timestamp with time zone not null,
  ref text not null,
  closed boolean not null default false,
  constraint contact_windows_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint contact_windows_pkey PRIMARY KEY (tenant_id, person, channel, number_e164)
) with (fillfactor=70);
alter table contact_windows enable row level security;
alter table contact_windows force row level security;
create policy tenant_wall on contact_windows for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table contacts (
  id text not null,
  tenant_id text not null,
  phone text,
  channel_user_id text,
  name text,
  locale text,
  opt_outs text[] not null default '{}'::text[],
  last_store_id text,
  attributes jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  timezone text,
  merged_into text,
  constraint contacts_id_check CHECK ((id ~~ 'con\_%'::text)),
  constraint contacts_reachable CHECK (((phone IS NOT NULL) OR (channel_user_id IS NOT NULL) OR (merged_into IS NOT NULL))),
  constraint contacts_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES contacts(id) ON DELETE CASCADE,
  constraint contacts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint contacts_pkey PRIMARY KEY (id),
  constraint contacts_tenant_id_channel_user_id_key UNIQUE (tenant_id, channel_user_id),
  constraint contacts_tenant_id_phone_key UNIQUE (tenant_id, phone)
);
alter table contacts enable row level security;
alter table contacts force row level security;
create policy owner_batch on contacts for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy tenant_wall on contacts for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table conversation_records (
  tenant_id text not null,
  conversation_id text not null,
  module text not null,
  record_id text not null,
  at timestamp with time zone not null default now(),
  constraint conversation_records_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint conversation_records_pkey PRIMARY KEY (tenant_id, module, record_id, conversation_id)
);
alter table conversation_records enable row level security;
alter table conversation_records force row level security;
create policy tenant_wall on conversation_records for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table conversations (
  id text not null,
  tenant_id text not null,
  channel text not null,
  number_id text,
  number_e164 text not null,
  contact text not null,
  store_id text,
  status text not null default 'open'::text,
  assigned_to text,
  team text,
  unread integer not null default 0,
  module text,
  record_id text,
  last_message jsonb,
  last_message_at timestamp with time zone not null default now(),
  last_inbound_at timestamp with time zone,
  last_inbound_ref text,
  closed_at timestamp with time zone,
  closed_by text,
  created_at timestamp with time zone not null default now(),
  constraint conversations_channel_check CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsapp'::text]))),
  constraint conversations_closed_when_closed CHECK (((status = 'closed'::text) = (closed_at IS NOT NULL))),
  constraint conversations_id_check CHECK ((id ~~ 'cnv\_%'::text)),
  constraint conversations_status_check CHECK ((status = ANY (ARRAY['open'::text, 'handoff'::text, 'closed'::text]))),
  constraint conversations_unread_check CHECK ((unread >= 0)),
  constraint conversations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint conversations_pkey PRIMARY KEY (tenant_id, id)
) with (fillfactor=70);
CREATE INDEX conversations_contact_idx ON public.conversations USING btree (tenant_id, contact);
CREATE INDEX conversations_list_idx ON public.conversations USING btree (tenant_id, last_message_at DESC, id DESC);
CREATE INDEX conversations_unread_idx ON public.conversations USING btree (tenant_id) WHERE (unread > 0);
alter table conversations enable row level security;
alter table conversations force row level security;
create policy tenant_wall on conversations for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table credentials (
  id text not null,
  tenant_id text not null,
  type text not null,
  name text not null,
  account text,
  sealed jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint credentials_id_check CHECK ((id ~~ 'crd\_%'::text)),
  constraint credentials_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credentials_pkey PRIMARY KEY (id),
  constraint credentials_tenant_id_type_name_key UNIQUE (tenant_id, type, name)
);
CREATE INDEX credentials_account_idx ON public.credentials USING btree (type, account);
alter table credentials enable row level security;
alter table credentials force row level security;
create policy owner_routes on credentials for select to app_owner using (true);
create policy tenant_wall on credentials for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table credit_accounts (
  tenant_id text not null,
  meter text not null,
  balance integer,
  held integer not null default 0,
  resets_at timestamp with time zone,
  constraint credit_accounts_held_check CHECK ((held >= 0)),
  constraint credit_accounts_meter_check CHECK ((meter = ANY (ARRAY['sms'::text, 'whatsapp'::text, 'voice'::text, 'lookup'::text, 'verify'::text, 'ai'::text]))),
  constraint credit_accounts_never_below_zero CHECK (((balance IS NULL) OR (balance >= held))),
  constraint credit_accounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint credit_accounts_pkey PRIMARY KEY (tenant_id, meter)
) with (fillfactor=70);
alter table credit_accounts enable row level security;
alter table credit_accounts force row level security;
create policy owner_batch on credit_accounts for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy tenant_wall on credit_accounts for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table credit_entries (
  id bigint not null generated always as identity,
  tenant_id text not null,
  meter text not null,
  amount integer not null,
  kind text not null,
  ref text not null,
  run_id text,
  step_key text,
  at timestamp with time zone not null default now(),
  constraint credit_entries_kind_check CHECK ((kind = ANY (ARRAY['grant'::text, 'capture'::text, 'charge'::text, 'adjustment'::text]))),
  constraint credit_entries_pkey PRIMARY KEY (id),
  constraint credit_entries_tenant_id_kind_meter_ref_key UNIQUE (tenant_id, kind, meter, ref)
);
CREATE INDEX credit_entries_at_idx ON public.credit_entries USING brin (at);
CREATE INDEX credit_entries_run_idx ON public.credit_entries USING btree (tenant_id, run_id) WHERE (run_id IS NOT NULL);
CREATE INDEX credit_entries_step_idx ON public.credit_entries USING btree (tenant_id, step_key) WHERE (step_key IS NOT NULL);
alter table credit_entries enable row level security;
alter table credit_entries force row level security;
create policy owner_batch on credit_entries for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy tenant_wall on credit_entries for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table credit_holds (
  id text not null,
  tenant_id text not null,
  run_id text not null,
  meter text not null,
  amount integer not null,
  state text not null default 'open'::text,
  captured integer,
  created_at timestamp with time zone not null default now(),
  settled_at timestamp with time zone,
  constraint credit_holds_amount_check CHECK ((amount > 0)),
  constraint credit_holds_check CHECK (((captured IS NOT NULL) = (state = 'captured'::text))),
  constraint credit_holds_check1 CHECK (((settled_at IS NULL) = (state = 'open'::text))),
  constraint credit_holds_id_check CHECK ((id ~~ 'eff\_%'::text)),
  constraint credit_holds_state_check CHECK ((state = ANY (ARRAY['open'::text, 'captured'::text, 'released'::text]))),
  constraint credit_holds_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX credit_holds_open_idx ON public.credit_holds USING btree (tenant_id, run_id) WHERE (state = 'open'::text);
alter table credit_holds enable row level security;
alter table credit_holds force row level security;
create policy owner_batch on credit_holds for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy tenant_wall on credit_holds for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table currency_rates (
  currency text not null,
  per_usd numeric(18,8) not null,
  valid_from timestamp with time zone not null default now(),
  constraint currency_rates_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint currency_rates_per_usd_check CHECK ((per_usd > (0)::numeric)),
  constraint currency_rates_pkey PRIMARY KEY (currency, valid_from)
);

create table data_items (
  tenant_id text not null,
  table_name text not null,
  key text not null,
  value jsonb not null,
  version integer not null default 1,
  expires_at timestamp with time zone,
  updated_at timestamp with time zone not null default now(),
  constraint data_items_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint data_items_pkey PRIMARY KEY (tenant_id, table_name, key)
) with (fillfactor=80);
CREATE INDEX data_items_expired_idx ON public.data_items USING btree (expires_at) WHERE (expires_at IS NOT NULL);
alter table data_items enable row level security;
alter table data_items force row level security;
create policy owner_routes on data_items for select to app_owner using (true);
create policy tenant_wall on data_items for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table data_writes (
  tenant_id text not null,
  writer text not null,
  result jsonb not null,
  at timestamp with time zone not null default now(),
  constraint data_writes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint data_writes_pkey PRIMARY KEY (tenant_id, writer)
);
CREATE INDEX data_writes_at_idx ON public.data_writes USING brin (at);
alter table data_writes enable row level security;
alter table data_writes force row level security;
create policy owner_routes on data_writes for select to app_owner using (true);
create policy tenant_wall on data_writes for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table destination_use (
  tenant_id text not null,
  channel text not null,
  block text not null,
  hour timestamp with time zone not null,
  count integer not null,
  constraint destination_use_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint destination_use_pkey PRIMARY KEY (tenant_id, channel, block, hour)
) with (fillfactor=70);
CREATE INDEX destination_use_hour_idx ON public.destination_use USING btree (hour);
alter table destination_use enable row level security;
alter table destination_use force row level security;
create policy owner_routes on destination_use for select to app_owner using (true);
create policy tenant_wall on destination_use for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table effects (
  id text not null,
  tenant_id text not null,
  run_id text not null,
  step_key text not null,
  part text not null,
  kind text not null,
  provider text not null,
  channel text,
  sender text,
  recipient text,
  body text,
  state text not null,
  status text,
  status_rank integer not null default '-1'::integer,
  ref text,
  outcome jsonb,
  details jsonb not null default '{}'::jsonb,
  attempts integer not null default 1,
  created_at timestamp with time zone not null default now(),
  sent_at timestamp with time zone not null default now(),
  settled_at timestamp with time zone,
  on_doubt text not null default 'give-up'::text,
  resends integer not null default 0,
  leave_at timestamp with time zone,
  evidence jsonb not null default '{}'::jsonb,
  constraint effects_id_check CHECK ((id ~~ 'eff\_%'::text)),
  constraint effects_on_doubt_check CHECK ((on_doubt = ANY (ARRAY['give-up'::text, 'resend'::text]))),
  constraint effects_planned_has_slot CHECK (((state <> 'planned'::text) OR (leave_at IS NOT NULL))),
  constraint effects_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'sending'::text, 'accepted'::text, 'refused'::text, 'retrying'::text, 'in_doubt'::text, 'unresolved'::text]))),
  constraint effects_pkey PRIMARY KEY (id)
) with (fillfactor=70);
CREATE INDEX effects_open_idx ON public.effects USING btree (sent_at) WHERE (state = ANY (ARRAY['planned'::text, 'sending'::text, 'retrying'::text, 'in_doubt'::text]));
CREATE INDEX effects_ref_idx ON public.effects USING btree (ref) WHERE (ref IS NOT NULL);
CREATE INDEX effects_step_idx ON public.effects USING btree (run_id, step_key);
CREATE INDEX effects_unsettled_idx ON public.effects USING btree (tenant_id, created_at, id) WHERE (state = ANY (ARRAY['planned'::text, 'sending'::text, 'retrying'::text, 'in_doubt'::text, 'unresolved'::text]));
alter table effects enable row level security;
alter table effects force row level security;
create policy owner_batch on effects for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy owner_routes on effects for select to app_owner using (true);
create policy tenant_wall on effects for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table flow_versions (
  id text not null,
  tenant_id text not null,
  flow_id text not null,
  flow_key text not null,
  number integer not null,
  document jsonb not null,
  hash text not null,
  note text,
  published_by text,
  published_at timestamp with time zone not null default now(),
  constraint flow_versions_id_check CHECK ((id ~~ 'ver\_%'::text)),
  constraint flow_versions_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flows(id),
  constraint flow_versions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint flow_versions_pkey PRIMARY KEY (id),
  constraint flow_versions_tenant_id_flow_id_number_key UNIQUE (tenant_id, flow_id, number)
);
alter table flow_versions enable row level security;
alter table flow_versions force row level security;
create policy tenant_wall on flow_versions for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table flows (
  id text not null,
  tenant_id text not null,
  key text not null,
  name text not null,
  draft jsonb not null,
  revision integer not null default 1,
  hook_key text not null,
  published integer,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint flows_id_check CHECK ((id ~~ 'flw\_%'::text)),
  constraint flows_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint flows_pkey PRIMARY KEY (id),
  constraint flows_tenant_id_hook_key_key UNIQUE (tenant_id, hook_key),
  constraint flows_tenant_id_key_key UNIQUE (tenant_id, key)
);
CREATE INDEX flows_hook_idx ON public.flows USING btree (hook_key);
alter table flows enable row level security;
alter table flows force row level security;
create policy owner_routes on flows for select to app_owner using (true);
create policy tenant_wall on flows for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table goals (
  tenant_id text not null,
  step_key text not null,
  run_id text not null,
  flow_key text not null,
  name text not null,
  value numeric,
  currency text,
  at timestamp with time zone not null,
  constraint goals_check CHECK (((currency IS NULL) OR (value IS NOT NULL))),
  constraint goals_name_check CHECK ((name <> ''::text)),
  constraint goals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE,
  constraint goals_pkey PRIMARY KEY (tenant_id, step_key)
);
CREATE INDEX goals_at_idx ON public.goals USING btree (tenant_id, at, step_key);
CREATE INDEX goals_list_idx ON public.goals USING btree (tenant_id, name, at);
CREATE INDEX goals_run_idx ON public.goals USING btree (tenant_id, run_id);
alter table goals enable row level security;
alter table goals force row level security;
create policy tenant_wall on goals for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table handoffs (
  tenant_id text not null,
  step_key text not null,
  conversation_id text not null,
  note text,
  started_at timestamp with time zone not null,
  until timestamp with time zone not null,
  ended_at timestamp with time zone,
  ended_by text,
  outcome text,
  created_at timestamp with time zone not null default now(),
  constraint handoffs_ended_with_outcome CHECK (((ended_at IS NULL) = (outcome IS NULL))),
  constraint handoffs_outcome_check CHECK ((outcome = ANY (ARRAY['closed'::text, 'timeout'::text]))),
  constraint handoffs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint handoffs_pkey PRIMARY KEY (tenant_id, step_key)
);
CREATE INDEX handoffs_open_idx ON public.handoffs USING btree (tenant_id, conversation_id) WHERE (ended_at IS NULL);
alter table handoffs enable row level security;
alter table handoffs force row level security;
create policy tenant_wall on handoffs for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table inbox (
  id text not null,
  tenant_id text not null,
  key_hash text not null,
  source text not null,
  fingerprint text,
  run_id text,
  resume_key text,
  event jsonb,
  consumed_at timestamp with time zone,
  answer jsonb,
  received_at timestamp with time zone not null default now(),
  constraint inbox_id_check CHECK ((id ~~ 'inb\_%'::text)),
  constraint inbox_pkey PRIMARY KEY (tenant_id, key_hash)
);
CREATE INDEX inbox_id_idx ON public.inbox USING btree (id);
CREATE INDEX inbox_pending_idx ON public.inbox USING btree (tenant_id, resume_key) WHERE ((consumed_at IS NULL) AND (resume_key IS NOT NULL));
CREATE INDEX inbox_received_idx ON public.inbox USING brin (received_at);
alter table inbox enable row level security;
alter table inbox force row level security;
create policy owner_batch on inbox for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy owner_routes on inbox for select to app_owner using (true);
create policy tenant_wall on inbox for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table ingress_faults (
  hash text not null,
  provider text not null,
  reason text not null,
  item jsonb not null,
  times integer not null default 1,
  first_at timestamp with time zone not null default now(),
  last_at timestamp with time zone not null default now(),
  constraint ingress_faults_pkey PRIMARY KEY (hash)
);

create table interactions (
  id text not null,
  tenant_id text not null,
  run_id text not null,
  kind text not null,
  flow_key text not null,
  contact_phone text,
  number_id text,
  group_id text,
  store_id text,
  outcome text not null,
  credits jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default now(),
  constraint interactions_id_check CHECK ((id ~~ 'int\_%'::text)),
  constraint interactions_pkey PRIMARY KEY (id),
  constraint interactions_run_id_key UNIQUE (run_id)
);
CREATE INDEX interactions_at_idx ON public.interactions USING brin (at);
CREATE INDEX interactions_list_idx ON public.interactions USING btree (tenant_id, id DESC);
alter table interactions enable row level security;
alter table interactions force row level security;
create policy owner_batch on interactions for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy tenant_wall on interactions for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));
CREATE TRIGGER interactions_tell_store AFTER INSERT ON public.interactions FOR EACH ROW WHEN ((new.store_id IS NOT NULL)) EXECUTE FUNCTION tell_store_of_interaction();

create table journal (
  tenant_id text not null,
  run_id text not null,
  seq integer not null,
  at timestamp with time zone not null default now(),
  events jsonb not null,
  constraint journal_pkey PRIMARY KEY (run_id, seq, at)
) partition by RANGE (at);
alter table journal enable row level security;
alter table journal force row level security;
create policy owner_batch on journal for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy tenant_wall on journal for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table knowledge_documents (
  tenant_id text not null,
  id text not null,
  title text not null,
  collection text not null default 'general'::text,
  kind text not null,
  language text not null,
  source_url text,
  body text not null default ''::text,
  questions jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint knowledge_documents_id_check CHECK ((id ~~ 'doc\_%'::text)),
  constraint knowledge_documents_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'faq'::text, 'web'::text]))),
  constraint knowledge_documents_language_check CHECK ((language = ANY (ARRAY['es'::text, 'en'::text]))),
  constraint knowledge_documents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint knowledge_documents_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX knowledge_documents_list_idx ON public.knowledge_documents USING btree (tenant_id, collection, id DESC);
alter table knowledge_documents enable row level security;
alter table knowledge_documents force row level security;
create policy owner_routes on knowledge_documents for select to app_owner using (true);
create policy tenant_wall on knowledge_documents for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table knowledge_passages (
  tenant_id text not null,
  document_id text not null,
  position integer not null,
  body text not null,
  search tsvector not null,
  constraint knowledge_passages_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES knowledge_documents(tenant_id, id) ON DELETE CASCADE,
  constraint knowledge_passages_pkey PRIMARY KEY (tenant_id, document_id, "position")
);
CREATE INDEX knowledge_passages_search_idx ON public.knowledge_passages USING gin (search);
alter table knowledge_passages enable row level security;
alter table knowledge_passages force row level security;
create policy owner_routes on knowledge_passages for select to app_owner using (true);
create policy tenant_wall on knowledge_passages for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table link_clicks (
  id bigint not null generated always as identity,
  tenant_id text not null,
  code text not null,
  at timestamp with time zone not null default now(),
  kind text not null,
  agent text not null,
  constraint link_clicks_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'preview'::text]))),
  constraint link_clicks_code_fkey FOREIGN KEY (code) REFERENCES links(code) ON DELETE CASCADE,
  constraint link_clicks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint link_clicks_pkey PRIMARY KEY (id)
);
CREATE INDEX link_clicks_code_idx ON public.link_clicks USING btree (tenant_id, code, id DESC);
alter table link_clicks enable row level security;
alter table link_clicks force row level security;
create policy tenant_wall on link_clicks for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table links (
  code text not null,
  tenant_id text not null,
  url text not null,
  run_id text,
  step_key text,
  clicks integer not null default 0,
  last_click_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  recipient text,
  expires_at timestamp with time zone,
  previews integer not null default 0,
  first_click_at timestamp with time zone,
  constraint links_pkey PRIMARY KEY (code),
  constraint links_of_step_key UNIQUE NULLS NOT DISTINCT (tenant_id, step_key, url, recipient)
);
CREATE INDEX links_run_idx ON public.links USING btree (tenant_id, run_id);
alter table links enable row level security;
alter table links force row level security;
create policy owner_routes on links for select to app_owner using (true);
create policy tenant_wall on links for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table lookup_cache (
  tenant_id text not null,
  kind text not null,
  key text not null,
  value jsonb not null,
  expires_at timestamp with time zone not null,
  constraint lookup_cache_pkey PRIMARY KEY (tenant_id, kind, key)
);
alter table lookup_cache enable row level security;
alter table lookup_cache force row level security;
create policy tenant_wall on lookup_cache for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table media_files (
  id text not null,
  tenant_id text not null,
  state text not null,
  sha256 text,
  type text not null,
  bytes integer,
  name text,
  source jsonb,
  reason text,
  tries integer not null default 0,
  due_at timestamp with time zone,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint media_files_check CHECK (((state = 'stored'::text) = (sha256 IS NOT NULL))),
  constraint media_files_check1 CHECK (((state = 'stored'::text) = (bytes IS NOT NULL))),
  constraint media_files_check2 CHECK (((state = 'pending'::text) OR (due_at IS NULL))),
  constraint media_files_id_check CHECK ((id ~~ 'med\_%'::text)),
  constraint media_files_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'stored'::text, 'failed'::text]))),
  constraint media_files_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint media_files_pkey PRIMARY KEY (id)
);
CREATE INDEX media_files_content_idx ON public.media_files USING btree (tenant_id, sha256) WHERE (sha256 IS NOT NULL);
CREATE INDEX media_files_due_idx ON public.media_files USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX media_files_expired_idx ON public.media_files USING btree (expires_at);
alter table media_files enable row level security;
alter table media_files force row level security;
create policy owner_routes on media_files for select to app_owner using (true);
create policy tenant_wall on media_files for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table media_parts (
  tenant_id text not null,
  sha256 text not null,
  part integer not null,
  data bytea not null,
  constraint media_parts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint media_parts_pkey PRIMARY KEY (tenant_id, sha256, part)
);
alter table media_parts enable row level security;
alter table media_parts force row level security;
create policy tenant_wall on media_parts for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table memberships (
  tenant_id text not null,
  user_id text not null,
  role text not null,
  created_at timestamp with time zone not null default now(),
  used_at timestamp with time zone,
  constraint memberships_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'editor'::text, 'agent'::text, 'viewer'::text]))),
  constraint memberships_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
  constraint memberships_pkey PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX memberships_user_idx ON public.memberships USING btree (user_id);
alter table memberships enable row level security;
alter table memberships force row level security;
create policy owner_routes on memberships for select to app_owner using (true);
create policy tenant_wall on memberships for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table messages (
  id text not null,
  tenant_id text not null,
  direction text not null,
  channel text not null,
  contact_phone text,
  number_id text,
  number_e164 text not null,
  body text not null,
  media jsonb not null default '[]'::jsonb,
  template_key text,
  status text not null,
  status_rank integer not null default 0,
  error jsonb,
  provider text not null,
  provider_ref text,
  effect_id text,
  run_id text,
  store_id text,
  units integer not null default 0,
  simulated boolean not null default false,
  sent_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  module text,
  record_id text,
  author text,
  author_id text,
  counted boolean not null default false,
  pricing jsonb,
  counted_month date,
  constraint messages_author_check CHECK ((author = ANY (ARRAY['flow'::text, 'api'::text, 'agent'::text]))),
  constraint messages_channel_check CHECK ((channel = ANY (ARRAY['sms'::text, 'whatsapp'::text]))),
  constraint messages_direction_check CHECK ((direction = ANY (ARRAY['inbound'::text, 'outbound'::text]))),
  constraint messages_id_check CHECK ((id ~~ 'msg\_%'::text)),
  constraint messages_pkey PRIMARY KEY (id, created_at)
) partition by RANGE (created_at);
CREATE INDEX messages_contact_idx ON ONLY public.messages USING btree (tenant_id, contact_phone, id DESC);
CREATE INDEX messages_effect_idx ON ONLY public.messages USING btree (effect_id) WHERE (effect_id IS NOT NULL);
CREATE INDEX messages_record_idx ON ONLY public.messages USING btree (tenant_id, module, record_id, id DESC) WHERE (module IS NOT NULL);
CREATE INDEX messages_ref_idx ON ONLY public.messages USING btree (provider_ref) WHERE (provider_ref IS NOT NULL);
CREATE INDEX messages_run_idx ON ONLY public.messages USING btree (tenant_id, run_id) WHERE (run_id IS NOT NULL);
CREATE INDEX messages_uncounted_idx ON ONLY public.messages USING btree (tenant_id, id) WHERE (NOT counted);
alter table messages enable row level security;
alter table messages force row level security;
create policy owner_batch on messages for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy owner_routes on messages for select to app_owner using (true);
create policy tenant_wall on messages for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));
CREATE TRIGGER messages_name_by_phone BEFORE INSERT ON public.messages FOR EACH ROW WHEN ((new.contact_phone !~~ '+%'::text)) EXECUTE FUNCTION name_message_by_phone();

create table number_events (
  id text not null,
  tenant_id text not null,
  number_id text,
  contact_id text,
  provider text not null,
  account_ref text,
  field text not null,
  event text not null,
  severity text not null,
  about_ref text,
  data jsonb not null default '{}'::jsonb,
  dedupe_key text not null,
  at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint number_events_id_check CHECK ((id ~~ 'nev\_%'::text)),
  constraint number_events_severity_check CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text]))),
  constraint number_events_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE SET NULL,
  constraint number_events_number_id_fkey FOREIGN KEY (number_id) REFERENCES numbers(id),
  constraint number_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint number_events_pkey PRIMARY KEY (tenant_id, id),
  constraint number_events_tenant_id_provider_dedupe_key_key UNIQUE (tenant_id, provider, dedupe_key)
);
CREATE INDEX number_events_number_idx ON public.number_events USING btree (tenant_id, number_id, id DESC);
alter table number_events enable row level security;
alter table number_events force row level security;
create policy tenant_wall on number_events for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table number_usage (
  tenant_id text not null,
  number_id text not null,
  month date not null,
  category text not null,
  pricing_type text not null,
  delivered integer not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  constraint number_usage_delivered_check CHECK ((delivered > 0)),
  constraint number_usage_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
  constraint number_usage_number_id_fkey FOREIGN KEY (number_id) REFERENCES numbers(id),
  constraint number_usage_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint number_usage_pkey PRIMARY KEY (tenant_id, number_id, month, category, pricing_type)
) with (fillfactor=70);
alter table number_usage enable row level security;
alter table number_usage force row level security;
create policy tenant_wall on number_usage for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table numbers (
  id text not null,
  tenant_id text not null,
  e164 text not null,
  label text,
  provider text not null,
  provider_id text,
  voice boolean not null default false,
  sms boolean not null default false,
  whatsapp boolean not null default false,
  store_id text,
  group_id text,
  voice_flow_key text,
  message_flow_key text,
  created_at timestamp with time zone not null default now(),
  pace_per_second double precision,
  account_ref text,
  lifecycle text,
  registrations timestamp with time zone[] not null default '{}'::timestamp with time zone[],
  vendor_state jsonb not null default '{}'::jsonb,
  free_messages text,
  constraint numbers_e164_check CHECK ((e164 ~ '^\+[1-9][0-9]{6,14}$'::text)),
  constraint numbers_free_messages_check CHECK ((free_messages = ANY (ARRAY['charge'::text, 'free'::text]))),
  constraint numbers_id_check CHECK ((id ~~ 'num\_%'::text)),
  constraint numbers_lifecycle_check CHECK ((lifecycle = ANY (ARRAY['created'::text, 'code_sent'::text, 'verified'::text, 'registered'::text, 'subscribed'::text, 'connected'::text, 'deregistered'::text]))),
  constraint numbers_pace_per_second_check CHECK ((pace_per_second > (0)::double precision)),
  constraint numbers_group_id_fkey FOREIGN KEY (group_id) REFERENCES store_groups(id),
  constraint numbers_store_id_fkey FOREIGN KEY (store_id) REFERENCES stores(id),
  constraint numbers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint numbers_pkey PRIMARY KEY (id),
  constraint numbers_tenant_id_provider_e164_key UNIQUE (tenant_id, provider, e164)
);
CREATE INDEX numbers_account_idx ON public.numbers USING btree (provider, account_ref) WHERE (account_ref IS NOT NULL);
CREATE INDEX numbers_provider_id_idx ON public.numbers USING btree (provider, provider_id);
CREATE INDEX numbers_route_idx ON public.numbers USING btree (provider, e164);
alter table numbers enable row level security;
alter table numbers force row level security;
create policy owner_routes on numbers for select to app_owner using (true);
create policy tenant_wall on numbers for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table own_prices (
  tenant_id text not null,
  meter text not null,
  country text not null,
  currency text not null,
  unit_price numeric(18,8),
  valid_from timestamp with time zone not null default now(),
  constraint own_prices_country_check CHECK (((country = '*'::text) OR (country ~ '^[A-Z]{2}$'::text))),
  constraint own_prices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint own_prices_meter_check CHECK ((meter = ANY (ARRAY['sms'::text, 'whatsapp'::text, 'voice'::text, 'lookup'::text, 'verify'::text, 'ai'::text, 'geolocation'::text]))),
  constraint own_prices_unit_price_check CHECK ((unit_price >= (0)::numeric)),
  constraint own_prices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint own_prices_pkey PRIMARY KEY (tenant_id, meter, country, currency, valid_from)
);
alter table own_prices enable row level security;
alter table own_prices force row level security;
create policy tenant_wall on own_prices for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table payload_use (
  tenant_id text not null,
  day date not null,
  bytes bigint not null default 0,
  constraint payload_use_bytes_check CHECK ((bytes >= 0)),
  constraint payload_use_pkey PRIMARY KEY (tenant_id, day)
);
alter table payload_use enable row level security;
alter table payload_use force row level security;
create policy tenant_wall on payload_use for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table plans (
  id text not null,
  code text not null,
  name text not null,
  sms_monthly integer,
  whatsapp_monthly integer,
  voice_minutes_monthly integer,
  voice_agent boolean not null default false,
  countries text[],
  lookups_monthly integer,
  verifications_monthly integer,
  ai_monthly integer,
  constraint plans_ai_monthly_check CHECK ((ai_monthly >= 0)),
  constraint plans_id_check CHECK ((id ~~ 'pln\_%'::text)),
  constraint plans_lookups_monthly_check CHECK ((lookups_monthly >= 0)),
  constraint plans_sms_monthly_check CHECK ((sms_monthly >= 0)),
  constraint plans_verifications_monthly_check CHECK ((verifications_monthly >= 0)),
  constraint plans_voice_minutes_monthly_check CHECK ((voice_minutes_monthly >= 0)),
  constraint plans_whatsapp_monthly_check CHECK ((whatsapp_monthly >= 0)),
  constraint plans_pkey PRIMARY KEY (id),
  constraint plans_code_key UNIQUE (code)
);

create table prices (
  meter text not null,
  country text not null,
  currency text not null,
  unit_price numeric(18,8) not null,
  valid_from timestamp with time zone not null default now(),
  constraint prices_country_check CHECK (((country = '*'::text) OR (country ~ '^[A-Z]{2}$'::text))),
  constraint prices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint prices_meter_check CHECK ((meter = ANY (ARRAY['sms'::text, 'whatsapp'::text, 'voice'::text, 'lookup'::text, 'verify'::text, 'ai'::text, 'geolocation'::text]))),
  constraint prices_unit_price_check CHECK ((unit_price >= (0)::numeric)),
  constraint prices_pkey PRIMARY KEY (meter, country, currency, valid_from)
);

create table recipient_list_entries (
  tenant_id text not null,
  list_id text not null,
  position integer not null,
  phone text not null,
  fields jsonb not null default '{}'::jsonb,
  constraint recipient_list_entries_position_check CHECK (("position" >= 0)),
  constraint recipient_list_entries_list_id_fkey FOREIGN KEY (list_id) REFERENCES recipient_lists(id) ON DELETE CASCADE,
  constraint recipient_list_entries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint recipient_list_entries_pkey PRIMARY KEY (list_id, "position"),
  constraint recipient_list_entries_list_id_phone_key UNIQUE (list_id, phone)
);
alter table recipient_list_entries enable row level security;
alter table recipient_list_entries force row level security;
create policy tenant_wall on recipient_list_entries for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table recipient_lists (
  id text not null,
  tenant_id text not null,
  name text not null,
  fingerprint text not null,
  recipients integer,
  duplicates integer not null default 0,
  invalid integer not null default 0,
  invalid_first jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null default now(),
  constraint recipient_lists_duplicates_check CHECK ((duplicates >= 0)),
  constraint recipient_lists_id_check CHECK ((id ~~ 'lst\_%'::text)),
  constraint recipient_lists_invalid_check CHECK ((invalid >= 0)),
  constraint recipient_lists_recipients_check CHECK ((recipients >= 0)),
  constraint recipient_lists_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint recipient_lists_pkey PRIMARY KEY (id)
);
CREATE INDEX recipient_lists_idx ON public.recipient_lists USING btree (tenant_id, id DESC);
CREATE INDEX recipient_lists_made_idx ON public.recipient_lists USING btree (created_at) WHERE (fingerprint <> ''::text);
alter table recipient_lists enable row level security;
alter table recipient_lists force row level security;
create policy owner_routes on recipient_lists for select to app_owner using (true);
create policy tenant_wall on recipient_lists for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table runs (
  id text not null,
  tenant_id text not null,
  flow_key text not null,
  flow_version_id text not null,
  status text not null,
  seq integer not null default 0,
  state jsonb not null,
  lease_owner text,
  lease_epoch integer not null default 0,
  lease_until timestamp with time zone,
  trigger_type text not null,
  contact_phone text,
  number_id text,
  cancel_requested_at timestamp with time zone,
  started_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  wake_at timestamp with time zone,
  parent_run_id text,
  parent_step text,
  branch text,
  depth smallint not null default 0,
  lane text,
  priority smallint not null default 1,
  paused_at timestamp with time zone,
  takeovers smallint not null default 0,
  takeover_seq integer,
  last_failure text,
  poisoned_at timestamp with time zone,
  constraint runs_ended_when_over CHECK (((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text])) = (ended_at IS NOT NULL))),
  constraint runs_id_check CHECK ((id ~~ 'run\_%'::text)),
  constraint runs_leased_while_running CHECK (((status = 'running'::text) = (lease_until IS NOT NULL))),
  constraint runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text]))),
  constraint runs_flow_version_id_fkey FOREIGN KEY (flow_version_id) REFERENCES flow_versions(id),
  constraint runs_pkey PRIMARY KEY (id)
) with (fillfactor=70);
CREATE INDEX runs_bulks_idx ON public.runs USING btree (tenant_id) WHERE ((flow_key = '_bulk'::text) AND (ended_at IS NULL));
CREATE INDEX runs_children_idx ON public.runs USING btree (parent_step) WHERE (parent_step IS NOT NULL);
CREATE INDEX runs_expired_idx ON public.runs USING btree (lease_until) WHERE (status = 'running'::text);
CREATE INDEX runs_in_flight_idx ON public.runs USING btree (tenant_id) WHERE (status = 'running'::text);
CREATE INDEX runs_lane_idx ON public.runs USING btree (tenant_id, lane, started_at) WHERE ((lane IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX runs_list_idx ON public.runs USING btree (tenant_id, id DESC);
CREATE INDEX runs_of_parent_idx ON public.runs USING btree (tenant_id, parent_run_id, id) WHERE (parent_run_id IS NOT NULL);
CREATE INDEX runs_parent_idx ON public.runs USING btree (parent_run_id) WHERE ((parent_run_id IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX runs_poisoned_idx ON public.runs USING btree (tenant_id, id DESC) WHERE (poisoned_at IS NOT NULL);
CREATE INDEX runs_queued_idx ON public.runs USING btree (tenant_id, priority, started_at, id) WHERE (status = 'queued'::text);
CREATE INDEX runs_stopping_idx ON public.runs USING btree (id) WHERE ((status = 'waiting'::text) AND (cancel_requested_at IS NOT NULL));
alter table runs enable row level security;
alter table runs force row level security;
create policy owner_batch on runs for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy owner_routes on runs for select to app_owner using (true);
create policy tenant_wall on runs for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table schedules (
  tenant_id text not null,
  flow_id text not null,
  node_id text not null,
  flow_key text not null,
  flow_version_id text not null,
  cron text not null,
  timezone text,
  starts_at text,
  ends_at text,
  catch_up_minutes integer not null,
  paused boolean not null default false,
  fault text,
  since timestamp with time zone not null default now(),
  scheduled_at timestamp with time zone,
  next_at timestamp with time zone default now(),
  last_at timestamp with time zone,
  claimed_until timestamp with time zone,
  constraint schedules_catch_up_minutes_check CHECK (((catch_up_minutes >= 1) AND (catch_up_minutes <= 1440))),
  constraint schedules_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flows(id) ON DELETE CASCADE,
  constraint schedules_flow_version_id_fkey FOREIGN KEY (flow_version_id) REFERENCES flow_versions(id),
  constraint schedules_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint schedules_pkey PRIMARY KEY (tenant_id, flow_id, node_id)
);
CREATE INDEX schedules_due_idx ON public.schedules USING btree (next_at) WHERE ((next_at IS NOT NULL) AND (NOT paused));
alter table schedules enable row level security;
alter table schedules force row level security;
create policy owner_routes on schedules for select to app_owner using (true);
create policy tenant_wall on schedules for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table sender_pace (
  tenant_id text not null,
  provider text not null,
  channel text not null,
  sender text not null,
  recipient text not null,
  next_free_at timestamp with time zone not null,
  constraint sender_pace_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint sender_pace_pkey PRIMARY KEY (tenant_id, provider, channel, sender, recipient)
) with (fillfactor=70);
alter table sender_pace enable row level security;
alter table sender_pace force row level security;
create policy owner_batch on sender_pace for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy owner_routes on sender_pace for select to app_owner using (true);
create policy tenant_wall on sender_pace for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table sessions (
  id text not null,
  tenant_id text not null,
  user_id text not null,
  hash text not null,
  user_agent text,
  ip text,
  created_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null default (now() + '30 days'::interval),
  constraint sessions_id_check CHECK ((id ~~ 'ses\_%'::text)),
  constraint sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint sessions_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES memberships(tenant_id, user_id) ON DELETE CASCADE,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_tenant_id_hash_key UNIQUE (tenant_id, hash)
);
CREATE INDEX sessions_hash_idx ON public.sessions USING btree (hash);
CREATE INDEX sessions_user_idx ON public.sessions USING btree (user_id);
alter table sessions enable row level security;
alter table sessions force row level security;
create policy owner_routes on sessions for select to app_owner using (true);
create policy tenant_wall on sessions for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table sign_in_attempts (
  key text not null,
  failures integer not null default 0,
  last_at timestamp with time zone not null default now(),
  blocked_until timestamp with time zone,
  constraint sign_in_attempts_pkey PRIMARY KEY (key)
);

create table store_deliveries (
  id text not null,
  tenant_id text not null,
  store_id text not null,
  interaction_id text not null,
  body jsonb not null,
  state text not null default 'pending'::text,
  attempts integer not null default 0,
  next_at timestamp with time zone not null default now(),
  last_status integer,
  last_error text,
  created_at timestamp with time zone not null default now(),
  settled_at timestamp with time zone,
  constraint store_deliveries_check CHECK (((settled_at IS NULL) = (state = 'pending'::text))),
  constraint store_deliveries_id_check CHECK ((id ~~ 'sdl\_%'::text)),
  constraint store_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text]))),
  constraint store_deliveries_store_id_fkey FOREIGN KEY (store_id) REFERENCES stores(id) ON DELETE CASCADE,
  constraint store_deliveries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint store_deliveries_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX store_deliveries_due_idx ON public.store_deliveries USING btree (next_at) WHERE (state = 'pending'::text);
CREATE INDEX store_deliveries_list_idx ON public.store_deliveries USING btree (tenant_id, store_id, id DESC);
CREATE INDEX store_deliveries_settled_idx ON public.store_deliveries USING btree (settled_at) WHERE (settled_at IS NOT NULL);
alter table store_deliveries enable row level security;
alter table store_deliveries force row level security;
create policy owner_batch on store_deliveries for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy owner_routes on store_deliveries for select to app_owner using (true);
create policy tenant_wall on store_deliveries for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table store_groups (
  id text not null,
  tenant_id text not null,
  name text not null,
  timezone text not null,
  hours jsonb,
  created_at timestamp with time zone not null default now(),
  revision integer not null default 1,
  updated_at timestamp with time zone not null default now(),
  constraint store_groups_id_check CHECK ((id ~~ 'grp\_%'::text)),
  constraint store_groups_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint store_groups_pkey PRIMARY KEY (id)
);
alter table store_groups enable row level security;
alter table store_groups force row level security;
create policy tenant_wall on store_groups for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table stores (
  id text not null,
  tenant_id text not null,
  group_id text,
  name text not null,
  address text,
  city text,
  region text,
  country text not null,
  postal_code text,
  lat double precision,
  lon double precision,
  timezone text not null,
  landline text,
  mobile text,
  website text,
  hours jsonb not null default '{"weekly": {}}'::jsonb,
  created_at timestamp with time zone not null default now(),
  revision integer not null default 1,
  updated_at timestamp with time zone not null default now(),
  webhook_url text,
  webhook_secret jsonb,
  constraint stores_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint stores_id_check CHECK ((id ~~ 'sto\_%'::text)),
  constraint stores_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
  constraint stores_lon_check CHECK (((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision))),
  constraint stores_webhook_has_secret CHECK (((webhook_url IS NULL) = (webhook_secret IS NULL))),
  constraint stores_group_id_fkey FOREIGN KEY (group_id) REFERENCES store_groups(id),
  constraint stores_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint stores_pkey PRIMARY KEY (id)
);
CREATE INDEX stores_group_idx ON public.stores USING btree (tenant_id, group_id);
CREATE INDEX stores_webhook_idx ON public.stores USING btree (tenant_id, id) WHERE (webhook_url IS NOT NULL);
alter table stores enable row level security;
alter table stores force row level security;
create policy owner_batch on stores for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy tenant_wall on stores for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table subscriptions (
  id text not null,
  tenant_id text not null,
  plan_id text not null,
  status text not null,
  period_start timestamp with time zone not null default now(),
  period_end timestamp with time zone not null default (now() + '1 mon'::interval),
  voice_agent boolean,
  constraint subscriptions_id_check CHECK ((id ~~ 'sub\_%'::text)),
  constraint subscriptions_status_check CHECK ((status = ANY (ARRAY['trialing'::text, 'active'::text, 'past_due'::text, 'cancelled'::text]))),
  constraint subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans(id),
  constraint subscriptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint subscriptions_pkey PRIMARY KEY (id),
  constraint subscriptions_tenant_id_key UNIQUE (tenant_id)
);
alter table subscriptions enable row level security;
alter table subscriptions force row level security;
create policy tenant_wall on subscriptions for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));
CREATE TRIGGER subscriptions_agents_of_twin BEFORE INSERT ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION agents_of_twin();
CREATE TRIGGER subscriptions_sync_agent_credits AFTER INSERT OR UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION sync_agent_credits_on_subscription();
CREATE TRIGGER subscriptions_sync_code_credits AFTER INSERT OR UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION sync_code_credits_on_subscription();
CREATE TRIGGER subscriptions_sync_credits AFTER INSERT OR UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION sync_comm_credits_on_subscription();

create table template_submissions (
  tenant_id text not null,
  template_id text not null,
  provider text not null,
  status text not null,
  ref text,
  name text not null,
  language text not null,
  names jsonb not null default '{}'::jsonb,
  content jsonb not null,
  revision integer not null,
  category text not null,
  quality text,
  reason text,
  submitted_at timestamp with time zone not null default now(),
  reported_at timestamp with time zone,
  check_at timestamp with time zone,
  tries integer not null default 0,
  updated_at timestamp with time zone not null default now(),
  retire_at timestamp with time zone,
  constraint template_submissions_status_check CHECK ((status = ANY (ARRAY['submitting'::text, 'pending'::text, 'approved'::text, 'rejected'::text, 'paused'::text, 'disabled'::text, 'deleted'::text, 'failed'::text]))),
  constraint template_submissions_template_id_fkey FOREIGN KEY (template_id) REFERENCES templates(id) ON DELETE CASCADE,
  constraint template_submissions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint template_submissions_pkey PRIMARY KEY (tenant_id, template_id, provider, revision)
);
CREATE INDEX template_submissions_due_idx ON public.template_submissions USING btree (check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX template_submissions_name_idx ON public.template_submissions USING btree (provider, name, language);
CREATE INDEX template_submissions_ref_idx ON public.template_submissions USING btree (provider, ref) WHERE (ref IS NOT NULL);
alter table template_submissions enable row level security;
alter table template_submissions force row level security;
create policy owner_routes on template_submissions for select to app_owner using (true);
create policy tenant_wall on template_submissions for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));
CREATE TRIGGER submissions_retire_earlier AFTER INSERT OR UPDATE OF status ON public.template_submissions FOR EACH ROW EXECUTE FUNCTION retire_earlier_submissions();

create table templates (
  id text not null,
  tenant_id text not null,
  group_id text,
  store_id text,
  key text not null,
  locale text not null,
  category text not null,
  body text not null,
  variables text[] not null default '{}'::text[],
  vendors jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  module text,
  parts jsonb not null default '{}'::jsonb,
  declared jsonb not null default '[]'::jsonb,
  revision integer not null default 1,
  updated_at timestamp with time zone not null default now(),
  constraint templates_category_check CHECK ((category = ANY (ARRAY['utility'::text, 'marketing'::text, 'authentication'::text]))),
  constraint templates_id_check CHECK ((id ~~ 'tpl\_%'::text)),
  constraint templates_group_id_fkey FOREIGN KEY (group_id) REFERENCES store_groups(id),
  constraint templates_store_id_fkey FOREIGN KEY (store_id) REFERENCES stores(id),
  constraint templates_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint templates_pkey PRIMARY KEY (id),
  constraint templates_tenant_id_key_locale_group_id_store_id_key UNIQUE NULLS NOT DISTINCT (tenant_id, key, locale, group_id, store_id)
);
CREATE INDEX templates_list_idx ON public.templates USING btree (tenant_id, module, id);
alter table templates enable row level security;
alter table templates force row level security;
create policy tenant_wall on templates for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table tenants (
  id text not null,
  name text not null,
  country text not null,
  timezone text not null,
  locale text not null,
  status text not null default 'active'::text,
  hours jsonb not null default '{"weekly": {}}'::jsonb,
  settings jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  sandbox boolean not null default false,
  clock_offset_ms double precision not null default 0,
  max_in_flight integer not null default 100,
  twin_of text,
  twin_until timestamp with time zone,
  constraint tenants_check CHECK (((clock_offset_ms = (0)::double precision) OR sandbox)),
  constraint tenants_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint tenants_id_check CHECK ((id ~~ 'ten\_%'::text)),
  constraint tenants_max_in_flight_check CHECK ((max_in_flight > 0)),
  constraint tenants_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text]))),
  constraint tenants_twin_check CHECK ((((twin_of IS NOT NULL) = (id ~~ 'ten\_twin\_%'::text)) AND ((twin_of IS NULL) OR sandbox) AND ((twin_of IS NULL) = (twin_until IS NULL)))),
  constraint tenants_twin_of_fkey FOREIGN KEY (twin_of) REFERENCES tenants(id),
  constraint tenants_pkey PRIMARY KEY (id)
);
CREATE INDEX tenants_twins_idx ON public.tenants USING btree (twin_until) WHERE (twin_of IS NOT NULL);
alter table tenants enable row level security;
alter table tenants force row level security;
create policy owner_batch on tenants for all to app_owner using ((id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy owner_routes on tenants for select to app_owner using (true);
create policy tenant_wall on tenants for all to public using ((id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table users (
  id text not null,
  email text not null,
  name text not null,
  password_hash text,
  created_at timestamp with time zone not null default now(),
  locale text,
  demo boolean not null default false,
  constraint users_email_check CHECK ((email = lower(email))),
  constraint users_id_check CHECK ((id ~~ 'usr\_%'::text)),
  constraint users_locale_check CHECK ((locale ~ '^[a-z]{2}(-[A-Z]{2})$1$'::text)),
  constraint users_pkey PRIMARY KEY (id),
  constraint users_email_key UNIQUE (email)
);
alter table users enable row level security;
alter table users force row level security;
create policy owner_routes on users for select to app_owner using (true);
create policy tenant_wall on users for all to public using ((EXISTS ( SELECT 1   FROM memberships m  WHERE ((m.user_id = users.id) AND (m.tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")))))) with check ((( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif") IS NOT NULL));

create table uses (
  tenant_id text not null,
  step_key text not null,
  kind text not null,
  run_id text not null,
  amount integer not null,
  recipient text,
  at timestamp with time zone not null default now(),
  constraint uses_amount_check CHECK ((amount > 0)),
  constraint uses_kind_check CHECK ((kind = ANY (ARRAY['sms'::text, 'whatsapp'::text, 'voice'::text, 'lookup'::text, 'verify'::text, 'ai'::text, 'geolocation'::text]))),
  constraint uses_pkey PRIMARY KEY (tenant_id, step_key, kind)
);
CREATE INDEX uses_at_idx ON public.uses USING btree (tenant_id, at);
CREATE INDEX uses_run_idx ON public.uses USING btree (tenant_id, run_id);
alter table uses enable row level security;
alter table uses force row level security;
create policy owner_routes on uses for select to app_owner using (true);
create policy tenant_wall on uses for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table vendor_accounts (
  tenant_id text not null,
  provider text not null,
  account_ref text not null,
  name text,
  timezone text,
  currency text,
  state jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint vendor_accounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint vendor_accounts_pkey PRIMARY KEY (tenant_id, provider, account_ref)
);
alter table vendor_accounts enable row level security;
alter table vendor_accounts force row level security;
create policy owner_routes on vendor_accounts for select to app_owner using (true);
create policy tenant_wall on vendor_accounts for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

create table waits (
  tenant_id text not null,
  run_id text not null,
  key text not null,
  seq integer not null,
  wake_at timestamp with time zone,
  constraint waits_pkey PRIMARY KEY (tenant_id, key, run_id)
) with (fillfactor=70);
CREATE INDEX waits_due_idx ON public.waits USING btree (wake_at) WHERE (wake_at IS NOT NULL);
CREATE INDEX waits_run_idx ON public.waits USING btree (run_id);
alter table waits enable row level security;
alter table waits force row level security;
create policy owner_batch on waits for all to app_owner using ((tenant_id = ANY (( SELECT string_to_array(NULLIF(current_setting('app.tenant_ids'::text, true), ''::text), ','::text) AS string_to_array)::text[])));
create policy owner_routes on waits for select to app_owner using (true);
create policy tenant_wall on waits for all to public using ((tenant_id = ( SELECT NULLIF(current_setting('app.tenant_id'::text, true), ''::text) AS "nullif")));

CREATE OR REPLACE FUNCTION public.agents_of_twin()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_of text;
  v_documents jsonb;
  v_passages jsonb;
begin
  select twin_of into v_of from tenants where id = new.tenant_id;
  if v_of is null then return new; end if;
  perform set_config('app.tenant_id', v_of, true);
  select voice_agent into new.voice_agent from subscriptions where tenant_id = v_of;
  select coalesce(jsonb_agg(to_jsonb(x)), '[]') into v_documents
    from (select * from knowledge_documents where tenant_id = v_of order by id desc limit 500) x;
  select coalesce(jsonb_agg(to_jsonb(x)), '[]') into v_passages from knowledge_passages x
    where x.tenant_id = v_of and exists (select from jsonb_array_elements(v_documents) d where d ->> 'id' = x.document_id);
  perform set_config('app.tenant_id', new.tenant_id, true);
  insert into knowledge_documents select (jsonb_populate_record(null::knowledge_documents,
    x || jsonb_build_object('tenant_id', new.tenant_id))).* from jsonb_array_elements(v_documents) x;
  insert into knowledge_passages select (jsonb_populate_record(null::knowledge_passages,
    x || jsonb_build_object('tenant_id', new.tenant_id))).* from jsonb_array_elements(v_passages) x;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.ask_is_open(p_run text, p_step text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select exists (select 1 from runs r where r.id = p_run and r.ended_at is null
    and p_step = r.id || ':' || (r.state #>> '{cursor,nodeId}') || ':'
      || ((r.state #>> '{cursor,visit}')::integer - coalesce((r.state #>> '{repeat,count}')::integer, 0)))
$function$;

CREATE OR REPLACE FUNCTION public.conversation_id(p_tenant text, p_channel text, p_number text, p_contact text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select 'cnv_' || md5(concat_ws(' ', p_tenant, p_channel, p_number, p_contact))
$function$;

CREATE OR REPLACE FUNCTION public.credit_account_of_hold(p_tenant text, p_effect text)
 RETURNS credit_accounts
 LANGUAGE sql
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select a from credit_accounts a join credit_holds h on h.tenant_id = a.tenant_id and h.meter = a.meter
  where h.tenant_id = p_tenant and h.id = p_effect for no key update of a
$function$;

CREATE OR REPLACE FUNCTION public.credit_capture(p_tenant text, p_effect text, p_amount integer, p_step text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  h credit_holds;
  a credit_accounts;
  v_amount integer;
begin
  a := credit_account_of_hold(p_tenant, p_effect);
  select * into h from credit_holds where tenant_id = p_tenant and id = p_effect for update;
  if not found or h.state = 'released' then return; end if;
  if h.state = 'captured' then
    v_amount := coalesce(p_amount, 0) - h.captured;
    if v_amount > 0 and a.balance is not null then v_amount := least(v_amount, a.balance - a.held); end if;
    if v_amount <= 0 then return; end if;
    insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id, step_key)
      values (p_tenant, h.meter, -v_amount, 'charge', p_effect, h.run_id, p_step)
      on conflict (tenant_id, kind, meter, ref) do nothing;
    if not found then return; end if;
    update credit_accounts set balance = balance - v_amount where tenant_id = p_tenant and meter = h.meter;
    return;
  end if;
  v_amount := coalesce(p_amount, h.amount);
  if a.balance is not null then v_amount := least(v_amount, a.balance - a.held + h.amount); end if;
  update credit_holds set state = 'captured', captured = v_amount, settled_at = now()
    where tenant_id = p_tenant and id = p_effect;
  if v_amount > 0 then
    insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id, step_key)
      values (p_tenant, h.meter, -v_amount, 'capture', p_effect, h.run_id, p_step);
  end if;
  update credit_accounts set balance = balance - v_amount, held = held - h.amount
    where tenant_id = p_tenant and meter = h.meter;
end $function$;

CREATE OR REPLACE FUNCTION public.credit_charge(p_tenant text, p_meter text, p_amount integer, p_ref text, p_run text, p_step text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if exists (select 1 from credit_entries
             where tenant_id = p_tenant and kind = 'charge' and meter = p_meter and ref = p_ref) then
    return true;
  end if;
  update credit_accounts set balance = balance - p_amount
    where tenant_id = p_tenant and meter = p_meter and (balance is null or balance - held >= p_amount);
  if not found then return false; end if;
  insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id, step_key)
    values (p_tenant, p_meter, -p_amount, 'charge', p_ref, p_run, p_step);
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.credit_hold(p_tenant text, p_effect text, p_run text, p_meter text, p_amount integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into credit_accounts (tenant_id, meter, balance) values (p_tenant, p_meter, 0)
    on conflict (tenant_id, meter) do nothing;
  update credit_accounts set held = held + p_amount
    where tenant_id = p_tenant and meter = p_meter and (balance is null or balance - held >= p_amount);
  if not found then return false; end if;
  insert into credit_holds (id, tenant_id, run_id, meter, amount) values (p_effect, p_tenant, p_run, p_meter, p_amount);
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.credit_release(p_tenant text, p_effect text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  h credit_holds;
begin
  perform credit_account_of_hold(p_tenant, p_effect);
  update credit_holds set state = 'released', settled_at = now()
    where tenant_id = p_tenant and id = p_effect and state = 'open' returning * into h;
  if found then
    update credit_accounts set held = held - h.amount where tenant_id = p_tenant and meter = h.meter;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.credit_settlement(p_tenant text, p_step text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select jsonb_build_object(
    'charged', coalesce((select jsonb_object_agg(meter, spent) from (
        select meter, -sum(amount) as spent from credit_entries
        where tenant_id = p_tenant and step_key = p_step group by meter) s), '{}'),
    'remaining', coalesce((select jsonb_object_agg(meter, balance - held) from credit_accounts
        where tenant_id = p_tenant), '{}'))
$function$;

CREATE OR REPLACE FUNCTION public.deduct_comm_credits(p_tenant text, p_channel text, p_amount integer DEFAULT 1)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_scope text := coalesce(current_setting('app.tenant_id', true), '');
  v_charged boolean;
begin
  if p_amount <= 0 or p_channel not in ('sms', 'whatsapp', 'voice') then return false; end if;
  if v_scope not in ('', p_tenant) then return false; end if;
  perform set_config('app.tenant_id', p_tenant, true);
  v_charged := credit_charge(p_tenant, p_channel, p_amount, 'external:' || gen_random_uuid(), null, null);
  perform set_config('app.tenant_id', v_scope, true);
  return v_charged;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_account(p_tenant text, p_meter text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select jsonb_build_object('balance', balance, 'held', held, 'resetsAt', resets_at) from credit_accounts
          where tenant_id = p_tenant and meter = p_meter);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_admit_sign_in(p jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_keys text[];
  v_now timestamptz;
  v_wait double precision;
begin
  select array_agg(k.key) into v_keys from jsonb_to_recordset(p->'keys') as k (key text);
  insert into sign_in_attempts (key) select k from unnest(v_keys) k order by k on conflict do nothing;
  perform 1 from sign_in_attempts where key = any (v_keys) order by key for update;
  -- After the lock: now() is when this one began to wait for it.
  v_now := clock_timestamp();
  select extract(epoch from max(blocked_until) - v_now) into v_wait from sign_in_attempts where key = any (v_keys);
  if v_wait > 0 then return ceil(v_wait); end if;
  update sign_in_attempts a set last_at = v_now, failures = n.failures,
      blocked_until = case when n.failures >= n.free then v_now + make_interval(
        secs => least((p->>'longestSeconds')::double precision, power(2, least(n.failures - n.free, 30)))) end
    from (
      select b.key, k.free, 1 + case when b.last_at < v_now - interval '1 day' then 0 else b.failures end as failures
      from sign_in_attempts b join jsonb_to_recordset(p->'keys') as k (key text, free integer) on k.key = b.key) n
    where n.key = a.key;
  return 0;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_advance_schedule(p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p ->> 'tenantId', true);
  update schedules s set fault = p ->> 'fault', claimed_until = null,
      last_at = coalesce((p ->> 'firedAt')::timestamptz, s.last_at),
      scheduled_at = (p ->> 'next')::timestamptz,
      -- a sandbox is ahead of the database's clock by what was skipped up to now
      next_at = (p ->> 'next')::timestamptz - (p ->> 'aheadMs')::double precision * interval '1 ms'
        - (select t.clock_offset_ms from tenants t where t.id = s.tenant_id) * interval '1 ms'
    where s.tenant_id = p ->> 'tenantId' and s.flow_id = p ->> 'flowId' and s.node_id = p ->> 'nodeId'
      and s.since = (p ->> 'since')::timestamptz and s.scheduled_at is not distinct from (p ->> 'was')::timestamptz;
  return found;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_answer(p_delivery text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
  select jsonb_build_object('answer', answer, 'runId', run_id, 'tenant', tenant_id) from inbox where id = p_delivery
$function$;

CREATE OR REPLACE FUNCTION public.engine_busy_lanes(p_items engine_item[], p_duplicates integer[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  i engine_item;
  v_lane text;
  v_open text;
  v_seen text[] := '{}';
  v_busy jsonb := '{}';
begin
  for i in select * from unnest(p_items) u where u.x ? 'lane' and u.expect = 'new' and u.n <> all (p_duplicates)
    order by u.tenant, u.x #>> '{lane,key}', u.n
  loop
    v_lane := i.x #>> '{lane,key}';
    perform pg_advisory_xact_lock(hashtextextended('lane ' || i.tenant || ' ' || v_lane, 0));
    if i.status = 'queued' and i.x #>> '{lane,policy}' <> 'replace' then continue; end if;
    if (i.tenant || ' ' || v_lane) = any (v_seen) then
      v_busy := v_busy || jsonb_build_object(i.n, null);
      continue;
    end if;
    if i.x #>> '{lane,policy}' = 'replace' then
      update runs set cancel_requested_at = coalesce(cancel_requested_at, now())
        where tenant_id = i.tenant and lane = v_lane and ended_at is null;
    else
      select id into v_open from runs where tenant_id = i.tenant and lane = v_lane and ended_at is null
        order by started_at desc, id desc limit 1;
      if found then
        v_busy := v_busy || jsonb_build_object(i.n, v_open);
        continue;
      end if;
    end if;
    v_seen := v_seen || (i.tenant || ' ' || v_lane);
  end loop;
  return v_busy;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_cache(p_tenant text, p_kind text, p_key text, p_value jsonb, p_ttl_ms double precision)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true), set_config('synchronous_commit', 'off', true);
  insert into lookup_cache (tenant_id, kind, key, value, expires_at)
    values (p_tenant, p_kind, p_key, p_value, now() + p_ttl_ms * interval '1 ms')
    on conflict (tenant_id, kind, key) do update set value = excluded.value, expires_at = excluded.expires_at;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_cached(p_tenant text, p_kind text, p_key text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select value from lookup_cache
          where tenant_id = p_tenant and kind = p_kind and key = p_key and expires_at > now());
end $function$;

CREATE OR REPLACE FUNCTION public.engine_call_status(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  v_over boolean := p ->> 'status' in ('completed', 'busy', 'failed', 'no-answer', 'canceled');
  v_tenant text;
  v_run text;
begin
  select tenant_id, run_id into v_tenant, v_run from calls where provider = p ->> 'provider' and provider_ref = p ->> 'sid'
      and (jsonb_typeof(p -> 'tenants') = 'null' or p -> 'tenants' ? tenant_id)
    order by started_at limit 1;
  if not found then return '{"ok": false, "reason": "unknown"}'; end if;
  perform set_config('app.tenant_id', v_tenant, true);
  update calls set status = p ->> 'status',
      duration_seconds = coalesce((p ->> 'durationSeconds')::integer, duration_seconds),
      ended_at = case when v_over then now() end
    where tenant_id = v_tenant and provider = p ->> 'provider' and provider_ref = p ->> 'sid' and ended_at is null;
  return jsonb_build_object('ok', true, 'changed', found, 'over', v_over, 'tenant', v_tenant, 'runId', v_run,
    'runOpen', exists (select 1 from runs where id = v_run and ended_at is null));
end $function$;

CREATE OR REPLACE FUNCTION public.engine_calls_to(p_tenant text, p_effect text, p_recipient text, p_since timestamp with time zone)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return array(select ref from effects where tenant_id = p_tenant and recipient = p_recipient and id <> p_effect
                 and ref is not null and kind = 'dial' and created_at > p_since - interval '1 hour'
               order by id desc limit 200);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_capture_runs(p_items engine_item[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  h record;
begin
  with open as (
    select c.id, c.tenant_id, c.run_id, c.meter, c.amount, case when e.kind <> 'dial' then u.x ->> 'settle' end as step
    from unnest(p_items) u join credit_holds c on c.tenant_id = u.tenant and c.run_id = u.run_id and c.state = 'open'
      join effects e on e.id = c.id and e.tenant_id = c.tenant_id
    where e.state = 'accepted'
      and (u.status in ('succeeded', 'failed', 'cancelled') or u.x ? 'settle' and e.kind <> 'dial')),
  captured as (
    update credit_holds c set state = 'captured', captured = c.amount, settled_at = now() from open o
      where c.tenant_id = o.tenant_id and c.id = o.id),
  entered as (
    insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id, step_key)
      select o.tenant_id, o.meter, -o.amount, 'capture', o.id, o.run_id, o.step from open o)
  update credit_accounts a set balance = a.balance - s.amount, held = a.held - s.amount from (
      select o.tenant_id, o.meter, sum(o.amount) as amount from open o group by 1, 2) s
    where a.tenant_id = s.tenant_id and a.meter = s.meter;
  for h in
    select c.id, c.tenant_id, e.state, u.status from unnest(p_items) u
      join credit_holds c on c.tenant_id = u.tenant and c.run_id = u.run_id and c.state = 'open'
      join effects e on e.id = c.id and e.tenant_id = c.tenant_id
    where u.x ? 'settle' and e.state in ('refused', 'unresolved')
      or u.status in ('succeeded', 'failed', 'cancelled') and e.state in ('refused', 'unresolved', 'planned', 'retrying')
    order by c.id
  loop
    if h.state in ('planned', 'retrying') then
      perform engine_record_outcome(h.tenant_id, jsonb_build_object('id', h.id, 'state', 'refused'));
    else
      perform credit_release(h.tenant_id, h.id);
    end if;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_change_identity(p jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_provider text := p ->> 'provider';
  v_user text := p ->> 'userId';
  v_contact text;
  v_other text;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  perform pg_advisory_xact_lock(hashtextextended('identify ' || v_tenant, 0));
  v_contact := coalesce(engine_contact_of_user(v_tenant, v_provider, p ->> 'previousUserId'),
    (select id from contacts where tenant_id = v_tenant and phone = p ->> 'previousPhone'));
  if v_contact is null then return null; end if;
  if v_user is not null then
    v_other := engine_contact_of_user(v_tenant, v_provider, v_user);
    if v_other is not null and v_other <> v_contact then
      perform engine_merge_contacts(v_tenant, v_contact, v_other);
    end if;
    insert into contact_identities as i (tenant_id, provider, user_id, contact_id, account_ref)
      values (v_tenant, v_provider, v_user, v_contact, p ->> 'account')
      on conflict (tenant_id, provider, user_id) do update
        set contact_id = excluded.contact_id, account_ref = coalesce(excluded.account_ref, i.account_ref), last_seen_at = now();
    update contact_identities set replaced_by = v_user
      where tenant_id = v_tenant and provider = v_provider and user_id = p ->> 'previousUserId' and user_id <> v_user;
    update contacts set channel_user_id = v_user, updated_at = now() where id = v_contact;
    perform engine_rename_person(v_tenant, p ->> 'previousUserId', v_user);
  end if;
  if v_user is null and p ->> 'phone' is null then return v_contact; end if;
  return engine_settle_phone(v_tenant, v_contact, p);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_charge_inbound(p_tenant text, p_provider text, p_sid text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  c calls;
  a credit_accounts;
  v_minutes integer;
begin
  perform set_config('app.tenant_id', p_tenant, true);
  select * into c from calls where tenant_id = p_tenant and provider = p_provider and provider_ref = p_sid
    and direction = 'inbound' and ended_at is not null and coalesce(minutes, 0) > 0;
  if not found or not exists (select 1 from tenants where id = p_tenant
                                and settings -> 'chargesInboundCalls' = 'true') then return 0; end if;
  select * into a from credit_accounts where tenant_id = p_tenant and meter = 'voice' for no key update;
  v_minutes := case when a.balance is null then c.minutes else least(c.minutes, a.balance - a.held) end;
  if a.tenant_id is null or v_minutes <= 0 then return 0; end if;
  perform credit_charge(p_tenant, 'voice', v_minutes, c.id, c.run_id, null);
  return v_minutes;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_children(p_tenant text, p_step text, p_branches text[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'branch', r.branch, 'status', r.status,
      'outcome', r.state -> 'outcome', 'exchange', r.state -> 'exchange', 'reply', coalesce(r.state -> 'reply', '[]'),
      'steps', coalesce((select jsonb_object_agg(s.key, s.value) from jsonb_each(r.state -> 'steps') s
        where r.state -> 'visits' ? s.key), '{}')) order by r.id), '[]')
  from runs r
  where r.tenant_id = p_tenant and r.parent_step = p_step and r.ended_at is not null
    and (p_branches is null or r.branch = any (p_branches))
$function$;

CREATE OR REPLACE FUNCTION public.engine_claim(p_run text, p_owner text, p_lease_ms integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text;
begin
  select tenant_id into v_tenant from runs where id = p_run;
  if not found then return false; end if;
  perform set_config('app.tenant_id', v_tenant, true);
  perform engine_lock_cap(v_tenant);
  update runs r set status = 'running', lease_owner = p_owner, lease_epoch = lease_epoch + 1,
      lease_until = now() + p_lease_ms * interval '1 ms', updated_at = now()
    where r.id = p_run
      and ((r.status = 'running' and r.lease_until < now())
           or (r.status = 'queued' and engine_free_slots(v_tenant) > 0
               and (r.cancel_requested_at is not null or not engine_lane_taken(r))));
  if not found then return false; end if;
  update effects set state = 'in_doubt' where run_id = p_run and state = 'sending';
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_claim_next(p_owner text, p_lease_ms integer, p_limit integer, p_after text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenants text[] := engine_queued_tenants(p_after, greatest(p_limit, 32));
  v_after text := coalesce(v_tenants[cardinality(v_tenants)], p_after);
  v_chosen text[];
  v_taken text[] := '{}';
begin
  v_tenants := array(select t.id from unnest(v_tenants) with ordinality as t(id, turn)
                     where engine_free_slots(t.id) > 0 order by t.turn limit p_limit);
  if cardinality(v_tenants) > 0 then
    v_after := v_tenants[cardinality(v_tenants)];
    perform set_config('app.tenant_ids', array_to_string(v_tenants, ','), true);
    perform engine_lock_cap(t) from (select id as t from unnest(v_tenants) id order by 1) tenants;
    v_chosen := array(
      select c.id from unnest(v_tenants) with ordinality as t(id, turn)
        cross join lateral (select greatest(least(engine_free_slots(t.id), p_limit), 0) as free) f
        cross join lateral (
          select r.id, row_number() over (order by r.priority, r.started_at, r.id) as place from runs r
          where r.tenant_id = t.id and r.status = 'queued'
            and (r.cancel_requested_at is not null or r.lane is null or not engine_lane_taken(r))
          order by r.priority, r.started_at, r.id limit f.free) c
      order by c.place, t.turn limit p_limit);
    v_taken := array(select id from runs where id = any (v_chosen) and status = 'queued' order by id for update skip locked);
    update runs set status = 'running', lease_owner = p_owner, lease_epoch = lease_epoch + 1,
        lease_until = now() + p_lease_ms * interval '1 ms', updated_at = now()
      where id = any (v_taken);
    update effects set state = 'in_doubt' where run_id = any (v_taken) and state = 'sending';
  end if;
  return jsonb_build_object(
    'runs', (select coalesce(jsonb_agg(engine_load(c.id) order by c.turn), '[]')
             from unnest(v_chosen) with ordinality as c(id, turn) where c.id = any (v_taken)),
    'after', v_after,
    'bulk', exists (select 1 from runs where id = any (v_taken) and priority = 2),
    'more', exists (select 1 from runs where status = 'queued'));
end $function$;

CREATE OR REPLACE FUNCTION public.engine_claim_schedules(p_limit integer, p_claim_ms integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_out jsonb := '[]';
begin
  for t in select tenant_id, array_agg(flow_id || ' ' || node_id) as due from (
      select tenant_id, flow_id, node_id from schedules
      where next_at <= now() and not paused and (claimed_until is null or claimed_until <= now())
      order by next_at limit p_limit) d
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    with mine as (
      select flow_id, node_id from schedules
      where tenant_id = t.tenant_id and flow_id || ' ' || node_id = any (t.due) and next_at <= now() and not paused
        and (claimed_until is null or claimed_until <= now())
      for update skip locked),
    claimed as (
      update schedules s set claimed_until = now() + p_claim_ms * interval '1 ms' from mine
      where s.tenant_id = t.tenant_id and s.flow_id = mine.flow_id and s.node_id = mine.node_id returning s.*)
    select v_out || coalesce(jsonb_agg(jsonb_build_object('tenantId', c.tenant_id, 'flowId', c.flow_id, 'nodeId', c.node_id,
        'flowKey', c.flow_key, 'flowVersionId', c.flow_version_id, 'cron', c.cron, 'timezone', c.timezone,
        'startsAt', c.starts_at, 'endsAt', c.ends_at, 'catchUpMinutes', c.catch_up_minutes, 'since', c.since,
        'scheduledAt', c.scheduled_at, 'lastAt', c.last_at, 'now', now(), 'clockOffsetMs', w.clock_offset_ms,
        'tenantTimezone', w.timezone, 'active', w.status = 'active')), '[]')
      into v_out from claimed c join tenants w on w.id = c.tenant_id;
  end loop;
  return v_out;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_claim_store_deliveries(p_limit integer, p_lease_ms integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_out jsonb := '[]';
begin
  for t in select tenant_id, array_agg(id) as due from (
      select d.tenant_id, d.id from store_deliveries d where d.state = 'pending' and d.next_at <= now()
      order by d.next_at limit p_limit) x
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    with mine as (
      select d.id from store_deliveries d where d.tenant_id = t.tenant_id and d.id = any (t.due)
        and d.state = 'pending' and d.next_at <= now() for update skip locked),
    claimed as (
      update store_deliveries d set attempts = d.attempts + 1, next_at = now() + p_lease_ms * interval '1 ms'
      from mine where d.tenant_id = t.tenant_id and d.id = mine.id
      returning d.*)
    select v_out || coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'tenantId', c.tenant_id, 'storeId', c.store_id,
        'url', s.webhook_url, 'secret', s.webhook_secret, 'body', c.body, 'attempts', c.attempts)), '[]') into v_out
      from claimed c join stores s on s.tenant_id = c.tenant_id and s.id = c.store_id;
  end loop;
  return v_out;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_close_twin(p_twin text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_since timestamptz;
  v_left text[];
  v_next text[];
  t text;
begin
  if p_twin not like 'ten\_twin\_%' then return; end if;
  perform set_config('app.tenant_id', p_twin, true);
  -- Once more for one that is gone: what was under way may have been written after it went.
  select created_at into v_since from tenants where id = p_twin for update;
  v_since := coalesce(v_since, now() - interval '1 day');
  -- These are found by run, not by tenant.
  delete from journal where at >= v_since and tenant_id = p_twin
    and run_id in (select id from runs where tenant_id = p_twin);
  delete from effects where tenant_id = p_twin and run_id in (select id from runs where tenant_id = p_twin);
  delete from messages where created_at >= v_since and tenant_id = p_twin;
  v_left := array(select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and not c.relispartition
      and c.relname <> 'effects'
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
    order by 1);
  while cardinality(v_left) > 0 loop
    v_next := '{}';
    foreach t in array v_left loop
      begin
        execute format('delete from %I where tenant_id = $1', t) using p_twin;
      exception when foreign_key_violation then v_next := v_next || t;
      end;
    end loop;
    if cardinality(v_next) = cardinality(v_left) then
      raise exception 'tables that refer to each other keep twin % alive: %', p_twin, array_to_string(v_left, ', ');
    end if;
    v_left := v_next;
  end loop;
  delete from tenants where id = p_twin;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_close_window(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_effect jsonb;
  v_names text[];
begin
  perform set_config('app.tenant_id', v_tenant, true);
  -- a report names the effect only
  if p ->> 'effectId' is not null then
    select jsonb_build_object('person', recipient, 'channel', channel, 'number', sender) into v_effect
      from effects where id = p ->> 'effectId' and tenant_id = v_tenant;
    p := p || coalesce(v_effect, '{}');
  end if;
  select engine_names_of(v_tenant, id) into v_names from contacts where tenant_id = v_tenant
    and (phone = p ->> 'person' or id = engine_contact_of_user(v_tenant, null, p ->> 'person')) limit 1;
  update contact_windows set closed = true
    where tenant_id = v_tenant and person = any (array[p ->> 'person'] || v_names) and channel = p ->> 'channel'
      and number_e164 = p ->> 'number' and not closed;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_code_admit(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_at timestamptz := (p ->> 'at')::timestamptz;
  c code_sends;
  l record;
  v_seen integer;
  v_oldest timestamptz;
  v_blocked jsonb;
  v_stale text;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  perform pg_advisory_xact_lock(hashtextextended('code ' || v_tenant, 0));
  select * into c from code_sends where tenant_id = v_tenant and id = p ->> 'id';
  if found then
    return jsonb_build_object('admitted', c.state = 'sending', 'known', true, 'state', c.state, 'ref', c.ref,
      'outcome', c.outcome, 'recipient', c.recipient, 'channel', c.channel);
  end if;
  -- requests of the API whose process is gone: nobody knows, so nothing is charged
  for v_stale in select id from code_sends where tenant_id = v_tenant and state = 'sending' and source = 'api'
      and at < v_at - interval '10 minutes' order by id limit 20 loop
    update code_sends set state = 'unresolved' where tenant_id = v_tenant and id = v_stale;
    perform credit_release(v_tenant, v_stale);
  end loop;
  for l in select x.key as name, (x.value ->> 'max')::integer as most, (x.value ->> 'seconds')::double precision as seconds
           from jsonb_each(p -> 'limits') x order by x.key loop
    continue when l.name = 'ip' and p ->> 'ip' is null;
    select count(*), min(at) into v_seen, v_oldest from code_sends
      where tenant_id = v_tenant and state not in ('blocked', 'insufficient_credits')
        and at > v_at - l.seconds * interval '1 second'
        and case l.name when 'recipient' then recipient = p ->> 'to' when 'ip' then ip = p ->> 'ip' else true end;
    if v_seen >= l.most then
      v_blocked := jsonb_build_object('reason', 'rate_' || l.name, 'retryAfterMs',
        greatest(1000, ceil(extract(epoch from v_oldest + l.seconds * interval '1 second' - v_at) * 1000)));
    end if;
  end loop;
  if v_blocked is null and p ? 'charge'
      and not credit_hold(v_tenant, p ->> 'id', p ->> 'id', 'verify', (p ->> 'charge')::integer) then
    v_blocked := '{"reason": "insufficient_credits"}';
  end if;
  insert into code_sends (id, tenant_id, source, recipient, channel, ip, state, provider, outcome, at)
    values (p ->> 'id', v_tenant, p ->> 'source', p ->> 'to', p ->> 'channel', p ->> 'ip',
      case when v_blocked is null then 'sending'
           when v_blocked ->> 'reason' = 'insufficient_credits' then 'insufficient_credits' else 'blocked' end,
      p ->> 'provider', v_blocked, v_at);
  return jsonb_build_object('admitted', v_blocked is null, 'known', false) || coalesce(v_blocked, '{}');
end $function$;

CREATE OR REPLACE FUNCTION public.engine_code_checked(p_tenant text, p_to text, p_state text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  update code_sends set state = p_state where tenant_id = p_tenant and id = (
    select id from code_sends where tenant_id = p_tenant and recipient = p_to and state = 'pending'
    order by at desc limit 1);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_code_settle(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  c code_sends;
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  update code_sends set state = p ->> 'state', ref = p ->> 'ref', outcome = p -> 'outcome'
    where tenant_id = p ->> 'tenant' and id = p ->> 'id' and state in ('sending', 'unresolved') returning * into c;
  if not found or c.source <> 'api' then return; end if;
  if c.state = 'pending' then
    perform credit_capture(c.tenant_id, c.id, null, null);
  else
    perform credit_release(c.tenant_id, c.id);
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_commit(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  v_all engine_item[];
  v_live engine_item[];
  v_duplicates integer[];
  v_full integer[] := '{}';
  v_busy jsonb := '{}';
  v_done jsonb := '{}';
  v_wakes jsonb := '{}';
  v_pending jsonb := '{}';
  v_extra jsonb := '{}';
  v_parts boolean;
  v_moves boolean;
begin
  v_all := array(
    select (e.n, e.x ->> 'tenant', e.x ->> 'runId', e.x ->> 'expect', (e.x ->> 'epoch')::integer,
            (e.x ->> 'seq')::integer, e.x ->> 'status', e.x -> 'delivery',
            case when e.x ? 'waitKeys' then array(select jsonb_array_elements_text(e.x -> 'waitKeys')) end,
            case when e.x ? 'storedKeys' then array(select jsonb_array_elements_text(e.x -> 'storedKeys')) end,
            now() + (e.x ->> 'wakeInMs')::double precision * interval '1 ms',
            e.x ->> 'status' = 'running' and e.x ->> 'expect' <> 'leased',
            coalesce((e.x ->> 'priority')::integer, 1),
            e.x - array['state', 'events', 'answer', 'delivery', 'waitKeys', 'storedKeys'])::engine_item
    from (select ordinality::integer as n, value as x from jsonb_array_elements(p) with ordinality) e
    order by e.x ->> 'tenant', e.x ->> 'runId');
  perform set_config('app.tenant_ids', (select string_agg(distinct u.tenant, ',') from unnest(v_all) u), true);

  with wanted as (select u.n, u.tenant, u.run_id, u.delivery from unnest(v_all) u where u.delivery is not null),
  taken as (
    insert into inbox (id, tenant_id, key_hash, source, fingerprint, run_id, consumed_at, answer)
    select w.delivery ->> 'id', w.tenant, w.delivery ->> 'hash', w.delivery ->> 'source', w.delivery ->> 'fingerprint',
           w.run_id, now(),
           case when p #>> array[(w.n - 1)::text, 'answer', 'deliveryId'] = w.delivery ->> 'id'
                then p #> array[(w.n - 1)::text, 'answer', 'http'] end
    from wanted w order by w.tenant, w.delivery ->> 'hash'
    on conflict (tenant_id, key_hash) do nothing returning id)
  select coalesce(array_agg(w.n), '{}') into v_duplicates from wanted w
    where not exists (select 1 from taken t where t.id = w.delivery ->> 'id');

  if exists (select 1 from unnest(v_all) u where u.x ? 'lane' and u.expect = 'new') then
    v_busy := engine_busy_lanes(v_all, v_duplicates);
  end if;
  if exists (select 1 from unnest(v_all) u where u.lease) then
    v_full := engine_over_cap(v_all, v_duplicates);
  end if;

  with started as (
    insert into runs (id, tenant_id, flow_key, flow_version_id, status, seq, state, lease_owner, lease_epoch,
                      lease_until, trigger_type, contact_phone, number_id, ended_at, wake_at, lane, priority)
    select u.run_id, u.tenant, u.x ->> 'flowKey', u.x ->> 'flowVersionId', s.status, u.seq + 1, p -> (u.n - 1) -> 'state',
           case when s.status = 'running' then u.x ->> 'owner' end, 1,
           case when s.status = 'running' then now() + (u.x ->> 'leaseMs')::integer * interval '1 ms' end,
           u.x ->> 'triggerType', u.x ->> 'contactPhone', u.x ->> 'numberId',
           case when s.status in ('succeeded', 'failed', 'cancelled') then now() end, u.wake_at,
           u.x #>> '{lane,key}', u.priority
    from unnest(v_all) u, lateral (select case when u.n = any (v_full) then 'queued' else u.status end as status) s
    where u.expect = 'new' and u.n <> all (v_duplicates) and not v_busy ? u.n::text
    returning id, lease_epoch, seq, status),
  changed as (
    update runs r set status = case when u.n = any (v_full) then 'queued' else u.status end,
        seq = u.seq + 1, state = p -> (u.n - 1) -> 'state', updated_at = now(),
        lease_epoch = case when u.expect = 'waiting' then r.lease_epoch + 1 else r.lease_epoch end,
        lease_owner = case when u.status = 'running' and u.n <> all (v_full) then u.x ->> 'owner' end,
        lease_until = case when u.status = 'running' and u.n <> all (v_full)
                           then now() + (u.x ->> 'leaseMs')::integer * interval '1 ms' end,
        ended_at = case when u.status in ('succeeded', 'failed', 'cancelled') then now() end,
        wake_at = u.wake_at, priority = case when u.x ? 'priority' then u.priority else r.priority end
    from unnest(v_all) u
    where u.expect <> 'new' and u.n <> all (v_duplicates)
      and r.id = u.run_id and r.tenant_id = u.tenant and r.seq = u.seq
      and case when u.expect = 'waiting' then r.status = 'waiting' else r.status = 'running' and r.lease_epoch = u.epoch end
    returning u.n, r.lease_epoch, r.seq, r.cancel_requested_at is not null and r.ended_at is null as cancel,
              r.paused_at is not null and r.ended_at is null as pause, r.status, r.lane, r.parent_step, r.started_at, r.tenant_id, r.id)
  select coalesce(jsonb_object_agg(d.n, d.result), '{}') into v_done from (
    select u.n, jsonb_build_object('ok', true, 'epoch', s.lease_epoch, 'seq', s.seq, 'cancel', false,
                                   'queued', s.status = 'queued' and u.status <> 'queued') as result
      from started s join unnest(v_all) u on u.run_id = s.id and u.expect = 'new'
    union all
    select c.n, jsonb_build_object('ok', true, 'epoch', c.lease_epoch, 'seq', c.seq, 'cancel', c.cancel,
                                   'queued', c.status = 'queued')
           || case when c.parent_step is null and c.lane is null then '{}'
                   else jsonb_build_object('lane', c.lane, 'parentStep', c.parent_step) end
           || case when c.pause then '{"pause": true}' else '{}' end::jsonb
      from changed c) d;
  v_live := array(select u from unnest(v_all) u where v_done ? u.n::text order by u.tenant, u.run_id);

  -- what lost its fence, or found its lane taken, was not delivered
  if cardinality(v_live) + cardinality(v_duplicates) < cardinality(v_all) then
    delete from inbox b using unnest(v_all) u where u.delivery is not null and u.n <> all (v_duplicates)
      and not v_done ? u.n::text and b.tenant_id = u.tenant and b.id = u.delivery ->> 'id';
  end if;

  insert into journal (tenant_id, run_id, seq, events)
    select u.tenant, u.run_id, u.seq + 1, p -> (u.n - 1) -> 'events' from unnest(v_live) u
    where jsonb_array_length(p -> (u.n - 1) -> 'events') > 0;

  -- what came with this delivery has its answer already
  if exists (select 1 from unnest(v_live) u where u.x ? 'consumes'
             or (p #>> array[(u.n - 1)::text, 'answer', 'deliveryId']) is distinct from u.delivery ->> 'id') then
    update inbox b set consumed_at = now(), run_id = u.run_id from unnest(v_live) u
      where u.x ? 'consumes' and b.tenant_id = u.tenant and b.id = u.x ->> 'consumes';
    update inbox b set answer = p #> array[(u.n - 1)::text, 'answer', 'http'] from unnest(v_live) u
      where p #>> array[(u.n - 1)::text, 'answer', 'deliveryId'] is distinct from u.delivery ->> 'id'
        and b.tenant_id = u.tenant and b.id = p #>> array[(u.n - 1)::text, 'answer', 'deliveryId'];
  end if;

  -- Keys of waits, and of parents that wait for a child that ends here: either this sees the other, or the other sees this.
  perform pg_advisory_xact_lock(h) from (
    select hashtextextended(u.tenant || ' ' || k, 0) as h from unnest(v_live) u, unnest(u.keys) k where u.status = 'waiting'
    union
    select hashtextextended(u.tenant || ' children:' || (v_done -> u.n::text ->> 'parentStep'), 0) from unnest(v_live) u
    where u.status in ('succeeded', 'failed', 'cancelled') and v_done -> u.n::text ->> 'parentStep' is not null
    order by 1) locks;
  select coalesce(bool_or(u.expect = 'waiting' and (u.status <> 'waiting' or u.stored_keys is not null)
                          or u.status = 'waiting' and u.stored_keys is not null), false),
         coalesce(bool_or(u.status in ('succeeded', 'failed', 'cancelled') or u.x ?| array['call', 'message', 'intents',
                          'outcomes', 'usage', 'charge', 'settle', 'children', 'cancelChildrenOf', 'lane', 'seen']), false)
    into v_moves, v_parts from unnest(v_live) u;
  -- A run that waits again for the same keys, and not less long, brings no stored keys and writes no row here.
  if v_moves then
    delete from waits w using unnest(v_live) u
      where u.expect = 'waiting' and w.run_id = u.run_id
        and (u.status <> 'waiting' or (u.stored_keys is not null and w.key <> all (u.stored_keys)));
    insert into waits (tenant_id, run_id, key, seq, wake_at)
      select u.tenant, u.run_id, k, u.seq + 1, u.wake_at from unnest(v_live) u, unnest(u.stored_keys) k
      where u.status = 'waiting'
        and not exists (select 1 from waits w where w.tenant_id = u.tenant and w.key = k and w.run_id = u.run_id)
      order by u.tenant, k;
    update waits w set wake_at = u.wake_at from unnest(v_live) u
      where u.status = 'waiting' and u.expect = 'waiting' and u.stored_keys is not null
        and w.run_id = u.run_id and w.wake_at > u.wake_at;
  end if;
  if exists (select 1 from unnest(v_live) u where u.status = 'waiting') then
    v_pending := engine_pending(v_live);
  end if;
  if v_parts then
    v_extra := engine_commit_parts(v_live, v_done);
  end if;

  return (select jsonb_agg(case
      when u.n = any (v_duplicates) then coalesce((
        select jsonb_build_object('ok', false, 'reason', 'duplicate', 'deliveryId', b.id, 'runId', b.run_id,
                                  'answer', b.answer, 'fingerprint', b.fingerprint)
        from inbox b where b.tenant_id = u.tenant and b.key_hash = u.delivery ->> 'hash'), '{"ok": false, "reason": "fence"}')
      when v_busy ? u.n::text then jsonb_build_object('ok', false, 'reason', 'busy', 'runId', v_busy -> u.n::text)
      when v_done ? u.n::text then jsonb_build_object('refused', '[]'::jsonb, 'wakes', '[]'::jsonb)
        || (v_done -> u.n::text) || coalesce(v_pending -> u.n::text, '{}') || coalesce(v_extra -> u.n::text, '{}')
      else '{"ok": false, "reason": "fence"}' end order by u.n)
    from unnest(v_all) u);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_commit_parts(p_items engine_item[], p_done jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_intents engine_intent[];
  v_out jsonb := '{}';
  v_one jsonb;
  v_over boolean;
  i engine_item;
  e jsonb;
begin
  if exists (select 1 from unnest(p_items) u where u.x ? 'call') then perform engine_record_calls(p_items); end if;
  for i in select * from unnest(p_items) u where u.x ? 'message' loop
    perform engine_record_inbound(i.tenant, i.x -> 'message' || jsonb_build_object('runId', i.run_id));
  end loop;
  v_intents := array(
    select (u.n, u.tenant, u.run_id, o.value ->> 'id', o.value)::engine_intent
    from unnest(p_items) u, jsonb_array_elements(u.x -> 'intents') with ordinality o order by u.n, o.ordinality);
  perform engine_lock_effects(p_items);
  if exists (select 1 from unnest(v_intents) t where t.x ? 'pace') then perform engine_lock_paces(v_intents); end if;
  perform engine_lock_accounts(p_items);
  if exists (select 1 from unnest(p_items) u where u.x ? 'outcomes') then perform engine_record_outcomes(p_items); end if;
  if cardinality(v_intents) > 0 then v_out := engine_write_intents(v_intents); end if;
  for i in select * from unnest(p_items) u where u.x ? 'usage' loop
    for e in select jsonb_array_elements(i.x -> 'usage') loop
      perform credit_capture(i.tenant, e ->> 'effectId', (e ->> 'amount')::integer, null);
    end loop;
  end loop;
  if exists (select 1 from unnest(p_items) u where u.x ? 'settle' or u.status in ('succeeded', 'failed', 'cancelled')) then
    perform engine_capture_runs(p_items);
  end if;
  for i in select * from unnest(p_items) u
    where u.x ?| array['charge', 'settle', 'children', 'cancelChildrenOf', 'lane'] or u.status in ('succeeded', 'failed', 'cancelled')
  loop
    v_over := i.status in ('succeeded', 'failed', 'cancelled');
    v_one := coalesce(v_out -> i.n::text, '{}');
    if i.x ? 'charge' then
      v_one := v_one || jsonb_build_object('charged', credit_charge(i.tenant, i.x -> 'charge' ->> 'meter',
        (i.x -> 'charge' ->> 'amount')::integer, i.x -> 'charge' ->> 'stepKey', i.run_id, i.x -> 'charge' ->> 'stepKey'));
    end if;
    if v_over then perform engine_record_interaction(i.tenant, i.run_id, i.x -> 'interaction'); end if;
    if i.x ? 'settle' or i.x ? 'charge' then
      v_one := v_one || jsonb_build_object('settlement',
        credit_settlement(i.tenant, coalesce(i.x ->> 'settle', i.x -> 'charge' ->> 'stepKey')));
    end if;
    v_one := v_one || jsonb_build_object('wakes', engine_relatives(i, p_done -> i.n::text, v_over));
    v_out := v_out || jsonb_build_object(i.n, v_one);
  end loop;
  -- A report came for an effect the run sleeps on, later than what the run has seen of it.
  for i in select * from unnest(p_items) u where u.x ? 'seen' and exists (
      select 1 from jsonb_each_text(u.x -> 'seen') s join effects f on f.id = s.key and f.tenant_id = u.tenant
      where f.status_rank > s.value::integer)
  loop
    v_out := v_out || jsonb_build_object(i.n, coalesce(v_out -> i.n::text, '{}')
      || jsonb_build_object('moved', (select engine_effects_of_step(r) from runs r where r.id = i.run_id)));
  end loop;
  return v_out;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_contact(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_user text := p ->> 'channelUserId';
  v_by_user text;
  c contacts;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  if v_user is not null then v_by_user := engine_contact_of_user(v_tenant, null, v_user); end if;
  select * into c from contacts where tenant_id = v_tenant and (id = v_by_user or phone = p ->> 'phone')
    order by (id = v_by_user) desc nulls last limit 1;
  if not found then
    insert into contacts (id, tenant_id, phone, channel_user_id, name)
      values (p ->> 'id', v_tenant, p ->> 'phone', v_user, p ->> 'name')
      on conflict do nothing returning * into c;
    if not found then
      select * into c from contacts where tenant_id = v_tenant and (phone = p ->> 'phone' or channel_user_id = v_user) limit 1;
    end if;
  elsif (p ->> 'name' is not null and c.name is null) or (v_user is not null and c.channel_user_id is null) then
    update contacts set name = coalesce(name, p ->> 'name'), channel_user_id = coalesce(channel_user_id, v_user),
        updated_at = now()
      where id = c.id returning * into c;
  end if;
  perform engine_open_window(v_tenant, array[p ->> 'phone', v_user], p -> 'window');
  return to_jsonb(c);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_contact_of_user(p_tenant text, p_provider text, p_user text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select coalesce(
    (select contact_id from contact_identities where tenant_id = p_tenant and user_id = p_user
       and provider = coalesce(p_provider, provider) limit 1),
    (select id from contacts where tenant_id = p_tenant and channel_user_id = p_user))
$function$;

CREATE OR REPLACE FUNCTION public.engine_count_messages(p_tenant text, p_limit integer, p_days integer DEFAULT 30)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  v_since timestamptz := now() - p_days * interval '1 day';
  v_count integer;
begin
  perform set_config('app.tenant_id', p_tenant, true);
  with taken as materialized (
    select m.id, m.created_at, m.effect_id from messages m
    where m.tenant_id = p_tenant and not m.counted and m.created_at > v_since
    order by m.id limit p_limit for update skip locked),
  marked as (
    update messages m set counted = true, module = e.details ->> 'module', record_id = e.details ->> 'recordId',
        author = case when m.direction = 'outbound' then coalesce(e.details ->> 'author', 'flow') end,
        author_id = e.details ->> 'authorId',
        -- sent by a vendor's pool of numbers, it is still of the number it was sent for
        number_e164 = case when m.number_e164 like '+%' then m.number_e164 else coalesce(
          (select n.e164 from numbers n where n.tenant_id = p_tenant and n.id = m.number_id), m.number_e164) end
      from taken t left join effects e on e.id = t.effect_id and e.tenant_id = p_tenant
      where m.id = t.id and m.created_at = t.created_at
      returning m.*, conversation_id(p_tenant, m.channel, m.number_e164, m.contact_phone) as conversation),
  records as (
    insert into conversation_records (tenant_id, conversation_id, module, record_id, at)
      select p_tenant, conversation, module, record_id, max(created_at) from marked
      where module is not null and record_id is not null and contact_phone is not null
      group by conversation, module, record_id order by module, record_id, conversation
      on conflict (tenant_id, module, record_id, conversation_id) do update
        set at = greatest(conversation_records.at, excluded.at)),
  kept as (
    insert into conversations as c (id, tenant_id, channel, number_id, number_e164, contact, store_id, unread, module,
                                    record_id, last_message, last_message_at, last_inbound_at, last_inbound_ref,
                                    created_at)
      select m.conversation, p_tenant, m.channel, max(m.number_id), m.number_e164, m.contact_phone,
        coalesce((array_agg(m.store_id order by m.id desc) filter (where m.store_id is not null))[1],
          (select n.store_id from numbers n where n.tenant_id = p_tenant and n.id = max(m.number_id))),
        count(*) filter (where m.direction = 'inbound'),
        (array_agg(m.module order by m.id desc) filter (where m.module is not null))[1],
        (array_agg(m.record_id order by m.id desc) filter (where m.module is not null))[1],
        (array_agg(jsonb_build_object('id', m.id, 'direction', m.direction, 'body', left(m.body, 200),
          'media', jsonb_array_length(m.media)) order by m.id desc))[1],
        max(m.created_at), max(m.created_at) filter (where m.direction = 'inbound'),
        (array_agg(m.provider_ref order by m.id desc) filter (where m.direction = 'inbound'))[1], min(m.created_at)
      from marked m where m.contact_phone is not null
      group by m.conversation, m.channel, m.number_e164, m.contact_phone
      order by m.conversation
      on conflict (tenant_id, id) do update set
        number_id = coalesce(excluded.number_id, c.number_id),
        store_id = coalesce(excluded.store_id, c.store_id),
        unread = c.unread + excluded.unread,
        module = coalesce(excluded.module, c.module),
        record_id = case when excluded.module is null then c.record_id else excluded.record_id end,
        last_message = case when excluded.last_message_at >= c.last_message_at then excluded.last_message
                       else c.last_message end,
        last_message_at = greatest(c.last_message_at, excluded.last_message_at),
        last_inbound_at = greatest(c.last_inbound_at, excluded.last_inbound_at),
        last_inbound_ref = case when excluded.last_inbound_at >= coalesce(c.last_inbound_at, '-infinity')
                           then excluded.last_inbound_ref else c.last_inbound_ref end,
        -- whoever writes again opens it again
        status = case when c.status = 'closed' and excluded.unread > 0 then 'open' else c.status end,
        closed_at = case when excluded.unread > 0 then null else c.closed_at end,
        closed_by = case when excluded.unread > 0 then null else c.closed_by end,
        assigned_to = case when c.status = 'closed' and excluded.unread > 0 then null else c.assigned_to end,
        team = case when c.status = 'closed' and excluded.unread > 0 then null else c.team end)
  select count(*) into v_count from marked;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_count_payload(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  x jsonb;
  v_bytes bigint;
  v_result jsonb := '[]';
begin
  for x in select u.value from jsonb_array_elements(p -> 'uses') u order by u.value ->> 'tenant', u.value ->> 'day' loop
    perform set_config('app.tenant_id', x ->> 'tenant', true);
    insert into payload_use as u (tenant_id, day, bytes)
      values (x ->> 'tenant', (x ->> 'day')::date, (x ->> 'bytes')::bigint)
      on conflict (tenant_id, day) do update set bytes = u.bytes + excluded.bytes
      returning u.bytes into v_bytes;
    v_result := v_result || jsonb_build_array(x || jsonb_build_object('bytes', v_bytes,
      'budget', (select t.settings -> 'payloadBudgetBytes' from tenants t where t.id = x ->> 'tenant')));
  end loop;
  return v_result;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_count_takeover(p_run text, p_limit integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_count integer;
  v_failure text;
begin
  perform set_config('app.tenant_id', (select tenant_id from runs where id = p_run), true);
  update runs set takeovers = case when takeover_seq = seq then takeovers + 1 else 1 end, takeover_seq = seq,
      last_failure = case when takeover_seq = seq then last_failure end,
      poisoned_at = case when takeover_seq = seq and takeovers + 1 > p_limit then now() end
    where id = p_run and status = 'running' returning takeovers, last_failure into v_count, v_failure;
  return jsonb_build_object('count', coalesce(v_count, 0), 'failure', v_failure);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_credentials_of_account(p_type text, p_account text)
 RETURNS TABLE(id text, tenant_id text, sealed jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select c.id, c.tenant_id, c.sealed from credentials c where c.type = p_type and c.account = p_account
  order by c.created_at desc
$function$;

CREATE OR REPLACE FUNCTION public.engine_doubts()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select jsonb_build_object('count', count(*), 'oldestMs', coalesce(extract(epoch from now() - min(sent_at)) * 1000, 0))
  from effects where state = 'in_doubt'
$function$;

CREATE OR REPLACE FUNCTION public.engine_due(p_limit integer)
 RETURNS TABLE(run_id text, why text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform engine_rearm(p_limit);
  perform set_config('app.tenant_ids', coalesce((select string_agg(distinct d.tenant_id, ',') from (
    select w.tenant_id from waits w where w.wake_at <= now() order by w.wake_at limit p_limit) d), ''), true);
  return query
  with taken as (
    update waits w set wake_at = now() + interval '5 seconds' from (
        select d.tenant_id, d.key, d.run_id from waits d where d.wake_at <= now() and d.key not like 'children:%'
        order by d.wake_at limit p_limit for update skip locked) due
      where w.tenant_id = due.tenant_id and w.key = due.key and w.run_id = due.run_id
      returning w.run_id)
  (select r.id, 'lease' from runs r where r.status = 'running' and r.lease_until < now() order by r.lease_until limit p_limit)
  union all
  (select distinct t.run_id, 'wait' from taken t)
  union all
  -- its row says that a child ended, and must go on saying so until the parent has seen it
  (select d.run_id, 'wait' from waits d where d.wake_at <= now() and d.key like 'children:%' order by d.wake_at limit p_limit)
  union all
  (select r.id, 'cancel' from runs r where r.status = 'waiting' and r.cancel_requested_at is not null limit p_limit)
  union all
  (select e.waiting, 'event' from (
     select engine_run_waiting(i.tenant_id, i.resume_key) as waiting from inbox i
     where i.consumed_at is null and i.resume_key is not null
       and i.received_at between now() - interval '10 minutes' and now() - interval '3 seconds'
     order by i.received_at desc limit p_limit) e
   where e.waiting is not null);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_due_media(p_limit integer)
 RETURNS TABLE(tenant text, id text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  m record;
begin
  for m in select f.tenant_id, f.id from media_files f where f.due_at <= now() order by f.tenant_id, f.id limit p_limit
  loop
    perform set_config('app.tenant_id', m.tenant_id, true);
    update media_files f set due_at = now() + interval '2 minutes', tries = f.tries + 1
      where f.ctid = (select g.ctid from media_files g
        where g.tenant_id = m.tenant_id and g.id = m.id and g.due_at <= now() for update skip locked);
    continue when not found;
    tenant := m.tenant_id;
    id := m.id;
    return next;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_due_templates(p_limit integer)
 RETURNS TABLE(tenant text, template text, provider text, revision integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  s record;
begin
  for s in select x.tenant_id, x.template_id, x.provider, x.revision from template_submissions x
    where x.check_at <= now() order by x.tenant_id, x.template_id, x.provider, x.revision limit p_limit
  loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    update template_submissions x set check_at = now() + interval '5 minutes'
      where x.ctid = (select y.ctid from template_submissions y
        where y.tenant_id = s.tenant_id and y.template_id = s.template_id and y.provider = s.provider
          and y.revision = s.revision and y.check_at <= now() for update skip locked);
    continue when not found;
    tenant := s.tenant_id;
    template := s.template_id;
    provider := s.provider;
    revision := s.revision;
    return next;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_effect_facts(e effects)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select jsonb_build_object('state', e.state, 'status', e.status, 'ref', e.ref, 'resends', e.resends)
$function$;

CREATE OR REPLACE FUNCTION public.engine_effect_status(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  v_all engine_report[] := array(
    select (u.n, e.id, e.tenant_id, u.x)::engine_report
    from (select ordinality::integer as n, value as x from jsonb_array_elements(p) with ordinality) u
      cross join lateral (
        select b.id, b.tenant_id from effects b where b.id = u.x ->> 'effectId'
          and (jsonb_typeof(u.x -> 'tenants') = 'null' or u.x -> 'tenants' ? b.tenant_id)
        union all
        select b.id, b.tenant_id from effects b where u.x ->> 'effectId' is null and b.ref = u.x ->> 'ref'
          and (jsonb_typeof(u.x -> 'tenants') = 'null' or u.x -> 'tenants' ? b.tenant_id)
        limit 1) e
    order by u.n);
  v_notes engine_note[] := '{}';
  v_results jsonb := '{}';
  r engine_report;
  e effects;
  f effects;
begin
  perform set_config('app.tenant_ids', coalesce((select string_agg(distinct a.tenant, ',') from unnest(v_all) a), ''), true);
  perform engine_lock_reported(v_all);
  foreach r in array v_all loop
    select * into e from effects where id = r.id;
    if not engine_is_news(e, r.x) then
      v_results := v_results || jsonb_build_object(r.n, jsonb_build_object('changed', false, 'tenant', e.tenant_id,
        'runId', e.run_id, 'effectId', e.id)
        -- said again: whoever stored it may have been gone before telling the run
        || case when e.status = r.x ->> 'status' and e.outcome ->> 'status' is distinct from e.status
                then engine_sleeper(e) else '{}' end);
      continue;
    end if;
    update effects set status = r.x ->> 'status', status_rank = (r.x ->> 'rank')::integer, ref = coalesce(ref, r.x ->> 'ref'),
        state = 'accepted', leave_at = null, settled_at = coalesce(settled_at, now()),
        outcome = case when outcome is null or outcome ->> 'state' <> 'accepted'
                  then jsonb_build_object('state', 'accepted', 'ref', r.x ->> 'ref') else outcome end
                  || case when r.x ->> 'status' = 'failed' then jsonb_build_object('failure', r.x -> 'failure') else '{}' end
      where id = e.id returning * into f;
    if f.kind = 'message' then
      v_notes := v_notes || (f.tenant_id, f.id, f.created_at, jsonb_build_object('ref', r.x -> 'ref', 'status', f.status,
        'rank', f.status_rank, 'sent', true, 'error', case when f.status = 'failed' then r.x -> 'failure' end))::engine_note;
    end if;
    if f.status = 'failed' then
      -- what the vendor took but could not deliver is not charged, as long as it is not settled
      perform credit_release(e.tenant_id, e.id);
    elsif e.state <> 'accepted' then
      -- what was given up, or is still open after its run, is paid for now that it is known to have happened
      perform engine_pay_late(e);
    end if;
    v_results := v_results || jsonb_build_object(r.n, jsonb_build_object('changed', true, 'tenant', e.tenant_id,
      'runId', e.run_id, 'effectId', e.id) || engine_sleeper(f));
  end loop;
  if cardinality(v_notes) > 0 then perform engine_note_messages(v_notes); end if;
  return (select jsonb_agg(coalesce('{"ok": true}' || (v_results -> u.n::text), '{"ok": false, "reason": "unknown"}') order by u.n)
          from generate_series(1, jsonb_array_length(p)) u (n));
end $function$;

CREATE OR REPLACE FUNCTION public.engine_effects_of_step(r runs)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'part', e.part, 'state', e.state,
      'status', e.status, 'ref', e.ref, 'outcome', e.outcome, 'sentAt', e.sent_at, 'provider', e.provider,
      'channel', e.channel, 'to', e.recipient, 'from', e.sender, 'body', e.body, 'attempts', e.attempts,
      'resends', e.resends, 'firstAt', e.created_at,
      'leaveInMs', case when e.leave_at is not null
        then greatest(0, extract(epoch from e.leave_at - clock_timestamp()) * 1000) end)), '[]')
  from effects e where e.run_id = r.id
    and e.step_key = r.id || ':' || (r.state #>> '{cursor,nodeId}') || ':' || (r.state #>> '{cursor,visit}'));
end $function$;

CREATE OR REPLACE FUNCTION public.engine_end_sessions(p_user text, p_only text, p_but text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  s record;
  v_count integer := 0;
begin
  for s in select id, tenant_id from sessions
    where user_id = p_user and (p_only is null or id = p_only) and id is distinct from p_but order by id
  loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    delete from sessions where tenant_id = s.tenant_id and id = s.id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_evidence(p_known jsonb, p_new jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select p_known || p_new || case when p_new ? 'lookedAt'
    then jsonb_build_object('lookups', coalesce((p_known ->> 'lookups')::integer, 0) + 1) else '{}' end
$function$;

CREATE OR REPLACE FUNCTION public.engine_find_api_key(p_hash text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select jsonb_build_object('id', id, 'tenantId', tenant_id, 'scopes', scopes) from api_keys
  where hash = p_hash and revoked_at is null and (expires_at is null or expires_at > now()) limit 1
$function$;

CREATE OR REPLACE FUNCTION public.engine_flows_with_trigger(p_tenant text, p_type text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select coalesce(jsonb_agg(jsonb_build_object('flowKey', f.key, 'nodeId', n ->> 'id',
      'params', n #> '{data,params}') order by f.key), '[]')
    from flows f join flow_versions v on v.flow_id = f.id and v.number = f.published
      cross join lateral jsonb_array_elements(v.document -> 'nodes') n
    where f.tenant_id = p_tenant and n ->> 'type' = p_type);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_follow_link(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text;
  v_person boolean := p ->> 'kind' = 'person';
  l links;
begin
  select tenant_id into v_tenant from links where code = p ->> 'code';
  if not found then return null; end if;
  perform set_config('app.tenant_id', v_tenant, true);
  select * into l from links where code = p ->> 'code'
    and (expires_at is null or expires_at > now() + (select clock_offset_ms * interval '1 ms' from tenants where id = v_tenant));
  if not found then return jsonb_build_object('state', 'expired'); end if;
  update links set clicks = clicks + v_person::integer, previews = previews + (not v_person)::integer,
      last_click_at = case when v_person then now() else last_click_at end,
      first_click_at = case when v_person then coalesce(first_click_at, now()) else first_click_at end
    where code = l.code returning * into l;
  insert into link_clicks (tenant_id, code, kind, agent) values (v_tenant, l.code, p ->> 'kind', p ->> 'agent');
  return jsonb_build_object('state', 'open', 'url', l.url, 'tenantId', v_tenant, 'runId', l.run_id,
    'stepKey', l.step_key, 'recipient', l.recipient, 'clicks', l.clicks, 'at', now(),
    'runOpen', exists (select 1 from runs r where r.id = l.run_id and r.ended_at is null));
end $function$;

CREATE OR REPLACE FUNCTION public.engine_forgive_sign_in(p_email text, p_address text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  delete from sign_in_attempts where key = p_email;
  update sign_in_attempts set failures = greatest(failures - 1, 0), blocked_until = null where key = p_address;
$function$;

CREATE OR REPLACE FUNCTION public.engine_free_slots(p_tenant text)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select t.max_in_flight - (select count(*)::integer from runs r where r.tenant_id = t.id and r.status = 'running')
  from tenants t where t.id = p_tenant
$function$;

CREATE OR REPLACE FUNCTION public.engine_give_up_doubts(p_grace_ms integer, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_open record;
  v_count integer := 0;
begin
  for t in
    select tenant_id, array_agg(id) as effects from (
      select f.id, f.tenant_id from effects f join runs r on r.id = f.run_id
      where f.state in ('planned', 'sending', 'retrying', 'in_doubt') and f.sent_at < now() - p_grace_ms * interval '1 ms'
        and r.ended_at is not null
      order by f.sent_at limit p_limit) old
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    -- effects first, as a report takes them, then accounts in the order of all others
    t.effects := array(select id from effects where id = any (t.effects)
                         and state in ('planned', 'sending', 'retrying', 'in_doubt')
                       order by id for update skip locked);
    perform 1 from credit_accounts where tenant_id = t.tenant_id and meter in (
        select meter from credit_holds where tenant_id = t.tenant_id and id = any (t.effects))
      order by meter for no key update;
    for v_open in select e.id, e.state from effects e where e.id = any (t.effects) order by e.id loop
      perform engine_record_outcome(t.tenant_id, jsonb_build_object('id', v_open.id,
        'state', case when v_open.state in ('planned', 'retrying') then 'refused' else 'unresolved' end));
      v_count := v_count + 1;
    end loop;
  end loop;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_hand_back(p_owner text, p_run text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', (select tenant_id from runs where id = p_run), true);
  update runs set lease_until = now() - interval '1 ms' where id = p_run and status = 'running' and lease_owner = p_owner;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_hear(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_named text := p ->> 'ask';
  v_tap boolean := (p ->> 'isTap')::boolean;
  v_known boolean := p ->> 'ask' is not null;
  a asks;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  if v_tap and v_named is null and p ->> 'repliesTo' is not null then
    select true, e.details ->> 'ask' into v_known, v_named from effects e
      where e.ref = p ->> 'repliesTo' and e.tenant_id = v_tenant limit 1;
  end if;
  if coalesce(v_known, false) then
    select * into a from asks where tenant_id = v_tenant and id = v_named and channel = p ->> 'channel'
      and contact = p ->> 'contact' and ask_is_open(run_id, step_key);
  else
    select * into a from asks where tenant_id = v_tenant and contact = p ->> 'contact' and channel = p ->> 'channel'
      and number_e164 in (p ->> 'number', '') and ask_is_open(run_id, step_key)
      order by created_at desc limit 1;
  end if;
  return jsonb_build_object(
    'ask', case when a.id is not null then jsonb_build_object('id', a.id, 'runId', a.run_id,
      'choices', a.choices) end,
    'named', coalesce(v_known, false),
    -- one whose time is up is no handoff any more, also before its run notices
    'handedOff', exists (select 1 from conversations c where c.tenant_id = v_tenant and c.status = 'handoff'
      and c.id = conversation_id(v_tenant, p ->> 'channel', p ->> 'number', p ->> 'contact')
      and coalesce((select max(h.until) from handoffs h where h.tenant_id = v_tenant and h.conversation_id = c.id
        and h.ended_at is null), 'infinity') > (p ->> 'now')::timestamptz));
end $function$;

CREATE OR REPLACE FUNCTION public.engine_identify(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_phone text := p ->> 'phone';
  v_by_user text;
  v_by_phone text;
  v_id text;
  v_new boolean := false;
  c contacts;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  select o.* into c from contact_identities i join contacts o on o.id = i.contact_id
    where i.tenant_id = v_tenant and i.provider = p ->> 'provider' and i.user_id = p ->> 'userId'
      and (v_phone is null or o.phone = v_phone) and (o.name is not null or p ->> 'name' is null)
      and i.username is not distinct from coalesce(p ->> 'username', i.username);
  -- nearly always: a person we know, who is as we know them
  if found then
    perform engine_open_window(v_tenant, array[c.phone, p ->> 'userId'], p -> 'window');
    return jsonb_build_object('contact', to_jsonb(c), 'phoneIsNew', false);
  end if;
  perform pg_advisory_xact_lock(hashtextextended('identify ' || v_tenant, 0));
  v_by_user := engine_contact_of_user(v_tenant, p ->> 'provider', p ->> 'userId');
  select id into v_by_phone from contacts where tenant_id = v_tenant and phone = v_phone;
  if v_by_user is not null then
    v_new := v_phone is not null and (select phone is distinct from v_phone from contacts where id = v_by_user);
    v_id := engine_settle_phone(v_tenant, v_by_user, p);
  elsif v_by_phone is not null and not engine_is_other(v_tenant, v_by_phone, p) then
    v_id := v_by_phone;
    update contacts set channel_user_id = coalesce(channel_user_id, p ->> 'userId'), updated_at = now() where id = v_id;
  else
    if v_by_phone is not null then perform engine_lose_phone(v_tenant, v_by_phone); end if;
    v_id := p ->> 'id';
    insert into contacts (id, tenant_id, phone, channel_user_id, name)
      values (v_id, v_tenant, v_phone, p ->> 'userId', p ->> 'name');
  end if;
  insert into contact_identities as i (tenant_id, provider, user_id, contact_id, username, account_ref)
    values (v_tenant, p ->> 'provider', p ->> 'userId', v_id, p ->> 'username', p ->> 'account')
    on conflict (tenant_id, provider, user_id) do update
      set contact_id = excluded.contact_id, username = coalesce(excluded.username, i.username),
          account_ref = coalesce(excluded.account_ref, i.account_ref), last_seen_at = now();
  update contacts set name = p ->> 'name' where id = v_id and name is null and p ->> 'name' is not null;
  select * into c from contacts where id = v_id;
  -- somebody known by phone may have been written to under the id before anybody knew whose it is
  if exists (select 1 from conversations where tenant_id = v_tenant and contact = p ->> 'userId')
     or exists (select 1 from asks where tenant_id = v_tenant and contact = p ->> 'userId') then
    perform engine_rename_person(v_tenant, p ->> 'userId', c.phone);
  end if;
  perform engine_open_window(v_tenant, array[c.phone, p ->> 'userId'], p -> 'window');
  return jsonb_build_object('contact', to_jsonb(c), 'phoneIsNew', v_new);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_is_news(e effects, x jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select (x ->> 'rank')::integer > e.status_rank
    and not (x ->> 'status' = 'failed' and (e.status_rank >= 2 or e.state = 'refused'))
$function$;

CREATE OR REPLACE FUNCTION public.engine_is_other(p_tenant text, p_contact text, x jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select exists (select 1 from contact_identities where tenant_id = p_tenant and contact_id = p_contact
    and provider = x ->> 'provider' and user_id <> x ->> 'userId' and account_ref = x ->> 'account' and replaced_by is null)
$function$;

CREATE OR REPLACE FUNCTION public.engine_is_past(p_tenant text, p_run text, p_key text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select not exists (select 1 from runs r where r.id = p_run and r.tenant_id = p_tenant and r.ended_at is null
    and not (p_key like 'step:%'
      and coalesce((r.state -> 'visits' ->> split_part(p_key, ':', 3))::integer, 0) >= split_part(p_key, ':', 4)::integer
      and (r.state #>> '{cursor,nodeId}' is distinct from split_part(p_key, ':', 3)
        or (r.state #>> '{cursor,visit}')::integer is distinct from split_part(p_key, ':', 4)::integer)))
$function$;

CREATE OR REPLACE FUNCTION public.engine_journal_since()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
  select min(day)::timestamptz from partitions_of('journal')
$function$;

CREATE OR REPLACE FUNCTION public.engine_keep_fault(p jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_times integer;
begin
  delete from ingress_faults where hash in (
    select hash from ingress_faults where last_at < now() - interval '30 days' limit 100);
  insert into ingress_faults as f (hash, provider, reason, item)
    values (p ->> 'hash', p ->> 'provider', p ->> 'reason', p -> 'item')
    on conflict (hash) do update set times = f.times + 1, last_at = now(), reason = excluded.reason
    returning times into v_times;
  return v_times;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_keep_for_run(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_kept jsonb;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  v_kept := engine_keep_resume(p);
  if v_kept ->> 'reason' = 'duplicate' then
    return v_kept || (select jsonb_build_object('fingerprint', fingerprint) from inbox
                      where tenant_id = v_tenant and key_hash = p ->> 'hash');
  end if;
  if not (v_kept ->> 'ok')::boolean then return v_kept; end if;
  if engine_is_past(v_tenant, p ->> 'runId', p ->> 'key') then
    delete from inbox where tenant_id = v_tenant and key_hash = p ->> 'hash';
    return '{"ok": false, "reason": "ended"}';
  end if;
  update inbox set fingerprint = p ->> 'fingerprint' where tenant_id = v_tenant and key_hash = p ->> 'hash';
  return v_kept;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_keep_inbound(p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  insert into inbox (id, tenant_id, key_hash, source, consumed_at)
    values (p -> 'delivery' ->> 'id', p ->> 'tenant', p -> 'delivery' ->> 'hash', p -> 'delivery' ->> 'source', now())
    on conflict (tenant_id, key_hash) do nothing;
  if not found then return false; end if;
  perform engine_record_inbound(p ->> 'tenant', p -> 'message');
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_keep_partitions(p_days_ahead integer, p_journal_days integer, p_message_days integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '500ms'
AS $function$
declare
  t record;
  v_day integer;
  v_old text;
  v_made integer := 0;
  v_dropped integer := 0;
  v_late integer := 0;
begin
  if least(p_days_ahead, p_journal_days, p_message_days) < 1 then
    raise exception 'engine_keep_partitions: expected days of 1 or more, got %, % and %',
      p_days_ahead, p_journal_days, p_message_days;
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('engine_keep_partitions', 0)) then return null; end if;
  for t in select * from (values ('journal', p_journal_days), ('messages', p_message_days)) as kept (name, days) loop
    for v_day in 0 .. p_days_ahead loop
      begin
        if partition_for_day(t.name, current_date + v_day) then v_made := v_made + 1; end if;
      exception when lock_not_available then
        v_late := v_late + 1;
      end;
    end loop;
    for v_old in select p.name from partitions_of(t.name) p where p.day < current_date - t.days order by p.day limit 30 loop
      begin
        execute format('drop table %I', v_old);
        v_dropped := v_dropped + 1;
      exception when lock_not_available then
        v_late := v_late + 1;
      end;
    end loop;
  end loop;
  return jsonb_build_object('made', v_made, 'dropped', v_dropped, 'late', v_late);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_keep_resume(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_reason text;
  v_waiting text;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  insert into inbox (id, tenant_id, key_hash, source, resume_key, event, run_id)
    values (p ->> 'id', v_tenant, p ->> 'hash', p ->> 'source', p ->> 'key', p -> 'event', p ->> 'runId')
    on conflict (tenant_id, key_hash) do nothing;
  if not found then
    return (select jsonb_build_object('ok', false, 'reason', 'duplicate', 'deliveryId', id, 'answer', answer, 'runId', run_id)
            from inbox where tenant_id = v_tenant and key_hash = p ->> 'hash');
  end if;
  if p ->> 'runId' is not null then
    perform 1 from runs where id = p ->> 'runId' and tenant_id = v_tenant and ended_at is null for share;
    if not found then v_reason := 'ended'; end if;
  end if;
  if v_reason is null then
    perform pg_advisory_xact_lock(hashtextextended(v_tenant || ' ' || (p ->> 'key'), 0));
    v_waiting := case when p ? 'late' then null else engine_run_waiting(v_tenant, p ->> 'key') end;
    if v_waiting is not null and not exists (
        select 1 from inbox b where b.tenant_id = v_tenant and b.resume_key = p ->> 'key' and b.consumed_at is null
          and (b.run_id is null or b.run_id = v_waiting) and b.id <> p ->> 'id') then
      v_reason := 'wait';
    end if;
  end if;
  if v_reason is not null then
    delete from inbox where tenant_id = v_tenant and key_hash = p ->> 'hash';
    return jsonb_build_object('ok', false, 'reason', v_reason);
  end if;
  if p ? 'message' then
    perform engine_record_inbound(v_tenant, p -> 'message' || jsonb_build_object('runId', coalesce(p ->> 'runId', v_waiting)));
  end if;
  if p ? 'usage' then
    perform credit_capture(v_tenant, p -> 'usage' ->> 'effectId', (p -> 'usage' ->> 'amount')::integer, null);
  end if;
  return jsonb_build_object('ok', true, 'deliveryId', p ->> 'id');
end $function$;

CREATE OR REPLACE FUNCTION public.engine_keep_twin(p_twin text, p_seconds double precision)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p_twin, true);
  update tenants set twin_until = now() + p_seconds * interval '1 second' where id = p_twin and twin_of is not null;
  return found;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_lane_taken(r runs)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select r.lane is not null and exists (select 1 from runs o where o.tenant_id = r.tenant_id and o.lane = r.lane
    and o.ended_at is null and o.id <> r.id
    and (o.status <> 'queued' or (o.started_at, o.id) < (r.started_at, r.id)))
$function$;

CREATE OR REPLACE FUNCTION public.engine_last_store(p_tenant text, p_phone text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select last_store_id from contacts where tenant_id = p_tenant and phone = p_phone);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_link(p jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  v_code text;
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true), set_config('synchronous_commit', 'off', true);
  select code into v_code from links where tenant_id = p ->> 'tenant' and step_key = p ->> 'stepKey'
    and url = p ->> 'url' and recipient is not distinct from p ->> 'recipient';
  if found then return v_code; end if;
  insert into links (code, tenant_id, url, run_id, step_key, recipient, expires_at)
    values (p ->> 'code', p ->> 'tenant', p ->> 'url', p ->> 'runId', p ->> 'stepKey', p ->> 'recipient',
      (p ->> 'expiresAt')::timestamptz)
    on conflict (tenant_id, step_key, url, recipient) do update set url = excluded.url returning code into v_code;
  return v_code;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_load(p_run text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return (select jsonb_build_object('id', r.id, 'tenantId', r.tenant_id, 'flowKey', r.flow_key,
      'flowVersionId', r.flow_version_id, 'status', r.status, 'seq', r.seq, 'epoch', r.lease_epoch, 'state', r.state,
      'owner', r.lease_owner, 'numberId', r.number_id, 'triggerType', r.trigger_type, 'contactPhone', r.contact_phone,
      'parentRunId', r.parent_run_id, 'parentStep', r.parent_step, 'branch', r.branch, 'depth', r.depth, 'lane', r.lane,
      'cancelRequested', r.cancel_requested_at is not null,
      'paused', r.paused_at is not null and r.ended_at is null,
      'due', coalesce(r.status = 'waiting' and (r.wake_at <= now() or exists (select 1 from waits w
        where w.tenant_id = r.tenant_id and w.run_id = r.id and w.key like 'children:%' and w.wake_at <= now())), false),
      'pending', (select jsonb_build_object('id', e.id, 'event', e.event)
        from unnest(case when r.status = 'waiting' then engine_wait_keys(r.id, r.state) end) k
          cross join lateral (select i.id, i.event, i.received_at from inbox i
            where i.tenant_id = r.tenant_id and i.resume_key = k and i.consumed_at is null and i.resume_key is not null
              and (i.run_id is null or i.run_id = r.id) order by i.received_at limit 1) e
        order by e.received_at limit 1),
      'effects', engine_effects_of_step(r))
  from runs r where r.id = p_run);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_load_waiting(p_tenant text, p_key text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
  select engine_load(engine_run_waiting(p_tenant, p_key))
$function$;

CREATE OR REPLACE FUNCTION public.engine_lock_accounts(p_items engine_item[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_runs text[] := array(select u.run_id from unnest(p_items) u
    where u.x ?| array['settle', 'outcomes'] or u.status in ('succeeded', 'failed', 'cancelled'));
begin
  if cardinality(v_runs) = 0 and not exists (
      select 1 from unnest(p_items) u where u.x ?| array['intents', 'charge', 'usage']) then
    return;
  end if;
  perform 1 from credit_accounts where (tenant_id, meter) in (
      select u.tenant, o ->> 'meter' from unnest(p_items) u, jsonb_array_elements(u.x -> 'intents') o
      union
      select u.tenant, u.x -> 'charge' ->> 'meter' from unnest(p_items) u where u.x ? 'charge'
      union
      select u.tenant, h.meter from unnest(p_items) u
        join credit_holds h on h.tenant_id = u.tenant and h.run_id = u.run_id and h.state = 'open'
      where u.run_id = any (v_runs)
      union
      select u.tenant, h.meter from unnest(p_items) u, jsonb_array_elements(u.x -> 'usage') o
        join credit_holds h on h.id = o ->> 'effectId'
      where h.tenant_id = u.tenant)
    order by tenant_id, meter for no key update;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_lock_cap(p_tenant text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select pg_advisory_xact_lock(hashtextextended('cap ' || p_tenant, 0))
$function$;

CREATE OR REPLACE FUNCTION public.engine_lock_effects(p_items engine_item[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_ids text[] := array(
    select o ->> 'id' from unnest(p_items) u, jsonb_array_elements(u.x -> 'outcomes') o
    union all
    select o ->> 'id' from unnest(p_items) u, jsonb_array_elements(u.x -> 'intents') o
    union all
    select s.id from unnest(p_items) u, jsonb_object_keys(u.x -> 'seen') s (id));
begin
  if exists (select 1 from unnest(p_items) u where u.x ? 'settle' or u.status in ('succeeded', 'failed', 'cancelled')) then
    v_ids := v_ids || array(
      select h.id from unnest(p_items) u join credit_holds h on h.tenant_id = u.tenant and h.run_id = u.run_id
      where h.state = 'open' and (u.x ? 'settle' or u.status in ('succeeded', 'failed', 'cancelled')));
  end if;
  perform 1 from effects where id = any (v_ids) order by id for update;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_lock_paces(p_intents engine_intent[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into sender_pace (tenant_id, provider, channel, sender, recipient, next_free_at)
    select distinct i.tenant, i.x ->> 'provider', i.x ->> 'channel', i.x ->> 'from', b.recipient, '-infinity'::timestamptz
    from unnest(p_intents) i, engine_paces(i.x) b
    order by 1, 2, 3, 4, 5
    on conflict do nothing;
  perform 1 from sender_pace s join (
      select distinct i.tenant, i.x ->> 'provider' as provider, i.x ->> 'channel' as channel, i.x ->> 'from' as sender,
             b.recipient
      from unnest(p_intents) i, engine_paces(i.x) b) n
    on s.tenant_id = n.tenant and s.provider = n.provider and s.channel = n.channel and s.sender = n.sender
      and s.recipient = n.recipient
    order by s.tenant_id, s.provider, s.channel, s.sender, s.recipient for update of s;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_lock_reported(p_reports engine_report[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_ids text[] := array(
    select r.id from unnest(p_reports) r join effects e on e.id = r.id where engine_is_news(e, r.x));
begin
  if cardinality(v_ids) = 0 then return; end if;
  perform 1 from effects where id = any (v_ids) order by id for update;
  if exists (select 1 from unnest(p_reports) r join effects e on e.id = r.id
             where r.x ->> 'status' = 'failed' or e.state <> 'accepted') then
    perform 1 from credit_accounts where (tenant_id, meter) in (
        select h.tenant_id, h.meter from credit_holds h join unnest(p_reports) r on h.tenant_id = r.tenant and h.id = r.id)
      order by tenant_id, meter for no key update;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_lose_phone(p_tenant text, p_contact text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  delete from contact_windows where tenant_id = p_tenant
    and person = (select phone from contacts where tenant_id = p_tenant and id = p_contact);
  update contacts set phone = null, updated_at = now() where tenant_id = p_tenant and id = p_contact;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_may_follow(p_now text, p_next text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case p_next
    when 'accepted' then p_now <> 'accepted'
    when 'refused' then p_now in ('planned', 'sending', 'retrying', 'in_doubt')
    when 'retrying' then p_now = 'sending'
    when 'in_doubt' then p_now in ('sending', 'in_doubt')
    when 'unresolved' then p_now in ('sending', 'in_doubt')
    else false end
$function$;

CREATE OR REPLACE FUNCTION public.engine_merge_contacts(p_tenant text, p_keep text, p_gone text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  k contacts;
  g contacts;
  t text;
begin
  perform 1 from contacts where tenant_id = p_tenant and id in (p_keep, p_gone) order by id for update;
  select * into k from contacts where tenant_id = p_tenant and id = p_keep;
  select * into g from contacts where tenant_id = p_tenant and id = p_gone;
  update contacts set phone = null, channel_user_id = null, merged_into = p_keep, updated_at = now() where id = p_gone;
  update contacts set phone = coalesce(k.phone, g.phone), channel_user_id = coalesce(k.channel_user_id, g.channel_user_id),
      name = coalesce(k.name, g.name), locale = coalesce(k.locale, g.locale), timezone = coalesce(k.timezone, g.timezone),
      opt_outs = array(select distinct unnest(k.opt_outs || g.opt_outs) order by 1),
      last_store_id = coalesce(k.last_store_id, g.last_store_id), attributes = g.attributes || k.attributes,
      updated_at = now()
    where id = p_keep;
  for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and 2 = (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attname in ('tenant_id', 'contact_id')
               and not a.attisdropped)
    order by 1
  loop
    begin
      execute format('update %I set contact_id = $1 where tenant_id = $2 and contact_id = $3', t) using p_keep, p_tenant, p_gone;
    exception when unique_violation then
      -- both had one: the older stays where it is, and is found through merged_into
      null;
    end;
  end loop;
  update contacts set merged_into = p_keep where tenant_id = p_tenant and merged_into = p_gone;
  perform engine_rename_person(p_tenant, g.channel_user_id, (select phone from contacts where id = p_keep));
  perform engine_name_by_phone(p_tenant, p_keep);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_message_of_effect(p_tenant text, p_effect text, p_trigger text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  e effects;
  m messages;
  v_by boolean;
begin
  perform set_config('app.tenant_id', p_tenant, true);
  select * into e from effects where id = p_effect and tenant_id = p_tenant;
  if e.id is null or e.kind <> 'message' then return null; end if;
  select * into m from messages where effect_id = e.id and tenant_id = p_tenant and created_at = e.created_at;
  if m.id is null then return null; end if;
  with recursive line as (
    select r.parent_run_id, r.trigger_type from runs r where r.id = e.run_id
    union all
    select r.parent_run_id, r.trigger_type from line l join runs r on r.id = l.parent_run_id)
  select coalesce(bool_or(trigger_type = p_trigger), false) into v_by from line;
  return jsonb_build_object('id', m.id, 'ref', e.ref, 'channel', m.channel, 'to', m.contact_phone,
    'from', m.number_e164, 'numberId', m.number_id, 'body', m.body, 'template', m.template_key, 'storeId', m.store_id,
    'module', e.details ->> 'module', 'recordId', e.details ->> 'recordId', 'runId', e.run_id,
    'flow', (select flow_key from runs where id = e.run_id), 'createdAt', m.created_at,
    'status', e.status, 'byStatus', v_by);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_migrations()
 RETURNS text[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select array_agg(name order by name) from schema_migrations
$function$;

CREATE OR REPLACE FUNCTION public.engine_name_by_phone(p_tenant text, p_contact text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_phone text;
  v_name text;
begin
  select phone into v_phone from contacts where tenant_id = p_tenant and id = p_contact;
  if v_phone is null then return; end if;
  for v_name in select n from unnest(engine_names_of(p_tenant, p_contact)) n where n not like '+%' order by 1 loop
    perform engine_rename_person(p_tenant, v_name, v_phone);
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_names_of(p_tenant text, p_contact text)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select array_remove(array[c.phone, c.channel_user_id] || array(
      select user_id from contact_identities where tenant_id = p_tenant and contact_id = p_contact), null)
    from contacts c where c.tenant_id = p_tenant and c.id = p_contact
$function$;

CREATE OR REPLACE FUNCTION public.engine_note_event(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_provider text := p ->> 'provider';
  v_at timestamptz := coalesce((p ->> 'at')::timestamptz, now());
  r record;
  v_new boolean;
  v_told jsonb := '[]';
begin
  for r in
    select found.tenant_id, case when count(*) = 1 and not bool_or(found.whole) then min(found.id) end as number_id,
           array_agg(found.id) filter (where found.id is not null) as ids
    from (
      select n.tenant_id, n.id, p ->> 'providerId' is null and p ->> 'e164' is null as whole from numbers n
      where n.provider = v_provider and case
        when p ->> 'providerId' is not null then n.provider_id = p ->> 'providerId'
        when p ->> 'e164' is not null then n.e164 = p ->> 'e164'
          and (n.account_ref is null or p ->> 'accountRef' is null or n.account_ref = p ->> 'accountRef')
        else n.account_ref = p ->> 'accountRef' end
      union
      select a.tenant_id, null, true from vendor_accounts a
      where a.provider = v_provider and a.account_ref = p ->> 'accountRef'
        and p ->> 'providerId' is null and p ->> 'e164' is null) found
    where jsonb_typeof(p -> 'tenants') = 'null' or p -> 'tenants' ? found.tenant_id
    group by found.tenant_id order by found.tenant_id
  loop
    perform set_config('app.tenant_id', r.tenant_id, true);
    insert into number_events (id, tenant_id, number_id, contact_id, provider, account_ref, field, event, severity, about_ref,
                               data, dedupe_key, at)
      values (p ->> 'id', r.tenant_id, r.number_id, p ->> 'contactId', v_provider, p ->> 'accountRef', p ->> 'field',
              p ->> 'event', p ->> 'severity', p ->> 'aboutRef', coalesce(p -> 'data', '{}'), p ->> 'dedupeKey', v_at)
      on conflict (tenant_id, provider, dedupe_key) do nothing;
    v_new := found;
    if v_new and jsonb_typeof(p -> 'state') = 'object' then
      update numbers set vendor_state = jsonb_strip_nulls(vendor_state || (p -> 'state')) || jsonb_build_object('changedAt',
          coalesce(vendor_state -> 'changedAt', '{}') || jsonb_build_object(p ->> 'field', v_at))
        where tenant_id = r.tenant_id and id = any (r.ids)
          and v_at >= coalesce((vendor_state #>> array['changedAt', p ->> 'field'])::timestamptz, '-infinity');
    end if;
    v_told := v_told || jsonb_build_array(jsonb_build_object('tenant', r.tenant_id, 'numberId', r.number_id, 'isNew', v_new));
  end loop;
  return v_told;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_note_failure(p_run text, p_owner text, p_message text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', (select tenant_id from runs where id = p_run), true);
  update runs set last_failure = left(p_message, 500) where id = p_run and status = 'running' and lease_owner = p_owner;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_note_message(p_tenant text, p_effect text, p_created_at timestamp with time zone, x jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
begin
  update messages set provider_ref = coalesce(provider_ref, x ->> 'ref'), updated_at = now(),
      sent_at = case when (x ->> 'sent')::boolean then coalesce(sent_at, now()) else sent_at end,
      status = coalesce(x ->> 'status', status), status_rank = coalesce((x ->> 'rank')::integer, status_rank),
      error = case when x ? 'error' then nullif(x -> 'error', 'null') else error end
    where tenant_id = p_tenant and effect_id = p_effect and created_at = p_created_at;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_note_messages(p_notes engine_note[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  v_since timestamptz;
  v_until timestamptz;
begin
  select min(n.created_at), max(n.created_at) into v_since, v_until from unnest(p_notes) n;
  update messages m set provider_ref = coalesce(m.provider_ref, n.x ->> 'ref'), updated_at = now(),
      sent_at = case when (n.x ->> 'sent')::boolean then coalesce(m.sent_at, now()) else m.sent_at end,
      status = coalesce(n.x ->> 'status', m.status), status_rank = coalesce((n.x ->> 'rank')::integer, m.status_rank),
      error = case when n.x ? 'error' then nullif(n.x -> 'error', 'null') else m.error end
    from unnest(p_notes) n
    where m.tenant_id = n.tenant and m.effect_id = n.effect and m.created_at = n.created_at
      and m.created_at between v_since and v_until;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_note_price(p_tenant text, x jsonb, p_free text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  e effects;
  m messages;
  n numbers;
  v_price jsonb;
  v_at timestamptz;
  v_month date;
  v_count integer;
begin
  select * into e from effects where id = x ->> 'effectId' and tenant_id = p_tenant;
  if not found then return null; end if;
  select * into m from messages where tenant_id = p_tenant and effect_id = e.id and created_at = e.created_at for update;
  if not found or m.counted_month is not null then return null; end if;
  v_price := coalesce(nullif(x -> 'pricing', 'null'), m.pricing);
  if v_price is null then return null; end if;
  update messages set pricing = v_price where tenant_id = p_tenant and id = m.id and created_at = m.created_at
    and pricing is distinct from v_price;
  if not coalesce((x ->> 'reached')::boolean, false) and m.status not in ('delivered', 'read') then return null; end if;
  select * into n from numbers where tenant_id = p_tenant and id = m.number_id;
  if not found then return null; end if;
  select (x ->> 'at')::timestamptz + t.clock_offset_ms * interval '1 ms',
         date_trunc('month', ((x ->> 'at')::timestamptz + t.clock_offset_ms * interval '1 ms')
           at time zone coalesce(a.timezone, t.timezone))::date
    into v_at, v_month
    from tenants t left join vendor_accounts a
      on a.tenant_id = t.id and a.provider = n.provider and a.account_ref = n.account_ref
    where t.id = p_tenant;
  update messages set counted_month = v_month where tenant_id = p_tenant and id = m.id and created_at = m.created_at;
  insert into number_usage as u (tenant_id, number_id, month, category, pricing_type, delivered, first_at, last_at)
    values (p_tenant, n.id, v_month, v_price ->> 'category', v_price ->> 'type', 1, v_at, v_at)
    on conflict (tenant_id, number_id, month, category, pricing_type) do update
      set delivered = u.delivered + 1, first_at = least(u.first_at, v_at), last_at = greatest(u.last_at, v_at)
    returning delivered into v_count;
  if coalesce(n.free_messages, (select settings ->> 'freeMessages' from tenants where id = p_tenant)) = 'free' then
    if v_price ->> 'type' = any (p_free) then
      perform engine_uncharge(p_tenant, e.id);
    elsif m.units = 0 and x ->> 'meter' is not null then
      -- it was taken for free, and is not
      perform credit_charge(p_tenant, x ->> 'meter', 1, e.id, e.run_id, null);
    end if;
  end if;
  return jsonb_build_object('numberId', n.id, 'providerId', n.provider_id, 'month', v_month, 'category', v_price ->> 'category',
    'type', v_price ->> 'type', 'delivered', v_count);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_note_prices(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_free text[] := array(select jsonb_array_elements_text(p -> 'free'));
  v_ids text[] := array(select i ->> 'effectId' from jsonb_array_elements(p -> 'items') i order by 1);
  x jsonb;
  v_one jsonb;
  v_counted jsonb := '[]';
  v_faults jsonb := '[]';
begin
  perform set_config('app.tenant_id', v_tenant, true);
  -- in the order in which commits lock them
  perform 1 from effects where tenant_id = v_tenant and id = any (v_ids) order by id for update;
  perform 1 from credit_accounts where tenant_id = v_tenant
    and meter in (select h.meter from credit_holds h where h.tenant_id = v_tenant and h.id = any (v_ids))
    and (exists (select 1 from numbers where tenant_id = v_tenant and free_messages = 'free')
         or exists (select 1 from tenants where id = v_tenant and settings ->> 'freeMessages' = 'free'))
    order by meter for no key update;
  for x in select jsonb_array_elements(p -> 'items') loop
    begin
      v_one := engine_note_price(v_tenant, x, v_free);
      if v_one is not null then v_counted := v_counted || jsonb_build_array(v_one); end if;
    exception when data_exception or integrity_constraint_violation then
      v_faults := v_faults || jsonb_build_array(jsonb_build_object('effectId', x -> 'effectId', 'reason', sqlerrm));
    end;
  end loop;
  return jsonb_build_object('counted', v_counted, 'faults', v_faults);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_note_use(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true), set_config('synchronous_commit', 'off', true);
  insert into uses (tenant_id, step_key, kind, run_id, amount, recipient)
    values (p ->> 'tenant', p ->> 'stepKey', p ->> 'kind', p ->> 'runId', (p ->> 'amount')::integer, p ->> 'recipient')
    on conflict (tenant_id, step_key, kind) do nothing;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_number_owner(p_provider text, p_provider_id text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select tenant_id from numbers where provider = p_provider and provider_id = p_provider_id order by created_at limit 1
$function$;

CREATE OR REPLACE FUNCTION public.engine_open_ask(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  insert into asks (tenant_id, id, run_id, step_key, channel, number_e164, contact, choices)
    values (p ->> 'tenant', p ->> 'id', p ->> 'runId', p ->> 'stepKey', p ->> 'channel', p ->> 'number', p ->> 'contact',
            p -> 'choices')
    on conflict do nothing;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_open_twin(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_of text := p ->> 'of';
  v_id text := p ->> 'id';
  v_suffix text := p ->> 'suffix';
  v_tenant tenants;
  v_rows jsonb;
  v_plan text;
  v_meter text;
  v_sum integer;
begin
  perform set_config('app.tenant_id', v_of, true);
  select * into v_tenant from tenants where id = v_of and twin_of is null;
  if not found then raise exception 'there is no tenant % to simulate', v_of; end if;
  select plan_id into v_plan from subscriptions where tenant_id = v_of;
  v_rows := jsonb_build_object(
    'groups', coalesce((select jsonb_agg(to_jsonb(x)) from store_groups x where x.tenant_id = v_of), '[]'),
    'stores', coalesce((select jsonb_agg(to_jsonb(x)) from stores x where x.tenant_id = v_of), '[]'),
    'numbers', coalesce((select jsonb_agg(to_jsonb(x)) from numbers x where x.tenant_id = v_of), '[]'),
    'templates', coalesce((select jsonb_agg(to_jsonb(x)) from templates x where x.tenant_id = v_of), '[]'),
    'data', coalesce((select jsonb_agg(to_jsonb(x)) from (select * from data_items d where d.tenant_id = v_of
      order by d.table_name, d.key limit 5000) x), '[]'));

  perform set_config('app.tenant_id', v_id, true);
  v_tenant.id := v_id;
  v_tenant.sandbox := true;
  v_tenant.status := 'active';
  v_tenant.clock_offset_ms := (p ->> 'offsetMs')::double precision;
  v_tenant.created_at := now();
  v_tenant.twin_of := v_of;
  v_tenant.twin_until := now() + (p ->> 'seconds')::double precision * interval '1 second';
  insert into tenants select v_tenant.*;
  if v_plan is not null then
    insert into subscriptions (id, tenant_id, plan_id, status)
      values ('sub_' || substr(v_id, 5), v_id, v_plan, 'active');
  end if;
  foreach v_meter in array array['sms', 'whatsapp', 'voice', 'lookup', 'verify', 'ai'] loop
    perform set_config('app.tenant_id', v_id, true);
    select coalesce(sum(amount), 0) into v_sum from credit_entries where tenant_id = v_id and meter = v_meter;
    insert into credit_accounts (tenant_id, meter, balance) values (v_id, v_meter, (p ->> 'credits')::integer)
      on conflict (tenant_id, meter) do update set balance = excluded.balance;
    insert into credit_entries (tenant_id, meter, amount, kind, ref)
      values (v_id, v_meter, (p ->> 'credits')::integer - v_sum, 'grant', 'play');
  end loop;

  insert into store_groups select (jsonb_populate_record(null::store_groups, x || jsonb_build_object(
    'tenant_id', v_id, 'id', x ->> 'id' || v_suffix))).* from jsonb_array_elements(v_rows -> 'groups') x;
  -- No shop is told of what was only tried.
  insert into stores select (jsonb_populate_record(null::stores, x || jsonb_build_object(
    'tenant_id', v_id, 'id', x ->> 'id' || v_suffix, 'group_id', x ->> 'group_id' || v_suffix,
    'webhook_url', null, 'webhook_secret', null))).*
    from jsonb_array_elements(v_rows -> 'stores') x;
  insert into numbers select (jsonb_populate_record(null::numbers, x || jsonb_build_object(
    'tenant_id', v_id, 'id', x ->> 'id' || v_suffix,
    'store_id', x ->> 'store_id' || v_suffix, 'group_id', x ->> 'group_id' || v_suffix,
    -- Digits, as a vendor's own; of a vendor that is asked by number only there is none.
    'provider_id', case when x ->> 'provider_id' ~ '^\d+$'
      then (('x' || substr(md5(v_id || (x ->> 'id')), 1, 12))::bit(48)::bigint)::text end,
    'account_ref', p -> 'accounts' ->> (x ->> 'provider'),
    'pace_per_second', 1000))).* from jsonb_array_elements(v_rows -> 'numbers') x;
  insert into templates select (jsonb_populate_record(null::templates, x || jsonb_build_object(
    'tenant_id', v_id, 'id', x ->> 'id' || v_suffix, 'vendors', '{}'::jsonb,
    'store_id', x ->> 'store_id' || v_suffix, 'group_id', x ->> 'group_id' || v_suffix))).*
    from jsonb_array_elements(v_rows -> 'templates') x;
  insert into data_items select (jsonb_populate_record(null::data_items, x || jsonb_build_object('tenant_id', v_id))).*
    from jsonb_array_elements(v_rows -> 'data') x;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_open_window(p_tenant text, p_names text[], w jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if jsonb_typeof(w) is distinct from 'object' then return; end if;
  insert into contact_windows as o (tenant_id, person, channel, number_e164, last_inbound_at, ref)
    select distinct p_tenant, person, w ->> 'channel', w ->> 'number', (w ->> 'at')::timestamptz, w ->> 'ref'
    from unnest(p_names) person where person is not null order by 2
    on conflict (tenant_id, person, channel, number_e164) do update
      set last_inbound_at = excluded.last_inbound_at, ref = excluded.ref, closed = false
      where o.ref <> excluded.ref and o.last_inbound_at < excluded.last_inbound_at;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_over_cap(p_items engine_item[], p_duplicates integer[])
 RETURNS integer[]
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform engine_lock_cap(t) from (
    select distinct u.tenant as t from unnest(p_items) u where u.lease and u.n <> all (p_duplicates) order by 1) tenants;
  return (select coalesce(array_agg(n), '{}') from (
    select u.n, row_number() over (partition by u.tenant order by u.priority, u.n) as place, f.free
    from unnest(p_items) u
      join lateral (select engine_free_slots(u.tenant) as free) f on true
    where u.lease and u.n <> all (p_duplicates)) ranked where place > free);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_paces(x jsonb)
 RETURNS TABLE(recipient text, slot interval, burst integer, units integer)
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select '', interval '1 second' / (x #>> '{pace,perSecond}')::double precision, (x #>> '{pace,burst}')::integer,
         least((x #>> '{pace,units}')::integer, (x #>> '{pace,burst}')::integer)
  where x ? 'pace'
  union all
  select x ->> 'to', interval '1 second' * (x #>> '{pace,pair,everySeconds}')::double precision,
         (x #>> '{pace,pair,burst}')::integer, 1
  where x #> '{pace,pair}' is not null and x ->> 'to' is not null
$function$;

CREATE OR REPLACE FUNCTION public.engine_pay_late(e effects)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  h credit_holds;
begin
  select * into h from credit_holds where tenant_id = e.tenant_id and id = e.id;
  if not found or e.state = 'accepted' then return; end if;
  if h.state = 'released' then
    perform credit_charge(e.tenant_id, h.meter, h.amount, e.id, e.run_id, null);
  elsif exists (select 1 from runs where id = e.run_id and ended_at is not null) then
    perform credit_capture(e.tenant_id, e.id, null, null);
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_pending(p_items engine_item[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_found jsonb;
begin
  select coalesce(jsonb_object_agg(f.n, jsonb_build_object('pending', jsonb_build_object('id', f.id, 'event', f.event))), '{}')
    into v_found from (
    select u.n, e.id, e.event from unnest(p_items) u
      join lateral (select b.id, b.event from inbox b
        where b.tenant_id = u.tenant and b.resume_key = any (u.keys || ('run:' || u.run_id)) and b.consumed_at is null
          and (b.run_id is null or b.run_id = u.run_id)
        order by b.received_at limit 1) e on true
    where u.status = 'waiting') f;
  if v_found <> '{}' then
    update inbox b set run_id = u.run_id from unnest(p_items) u
      where v_found ? u.n::text and b.tenant_id = u.tenant and b.id = v_found #>> array[u.n::text, 'pending', 'id'];
  end if;
  -- A parent that waits for more of its children: the row of its wait is due no longer.
  update waits w set wake_at = u.wake_at from unnest(p_items) u
    where u.status = 'waiting' and u.x ? 'childrenOf' and w.tenant_id = u.tenant
      and w.key = 'children:' || (u.x ->> 'childrenOf') and w.run_id = u.run_id and w.wake_at is distinct from u.wake_at;
  return v_found || (select coalesce(jsonb_object_agg(u.n, '{"childEnded": true}'::jsonb), '{}') from unnest(p_items) u
    where u.status = 'waiting' and u.x ? 'childrenOf'
      and (u.x ->> 'childrenSeen')::integer
          < (select count(*) from runs c where c.parent_step = u.x ->> 'childrenOf' and c.ended_at is not null));
end $function$;

CREATE OR REPLACE FUNCTION public.engine_phone_of(p_tenant text, p_user text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select c.phone from contact_identities i join contacts c on c.id = i.contact_id and c.tenant_id = p_tenant
    where i.tenant_id = p_tenant and i.user_id = p_user and c.phone is not null limit 1
$function$;

CREATE OR REPLACE FUNCTION public.engine_placed_call(p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  e effects;
begin
  select * into e from effects where id = p ->> 'effectId' and provider = p ->> 'provider'
    and (jsonb_typeof(p -> 'tenants') = 'null' or p -> 'tenants' ? tenant_id);
  if not found then return false; end if;
  perform set_config('app.tenant_id', e.tenant_id, true);
  select * into e from effects where id = e.id for update;
  insert into calls (id, tenant_id, direction, provider, provider_ref, caller, callee, number_id, run_id, status, simulated)
    values (p ->> 'id', e.tenant_id, 'outbound', e.provider, p ->> 'sid', e.sender, e.recipient,
            (select id from numbers where tenant_id = e.tenant_id and provider = e.provider and e164 = e.sender),
            e.run_id, p ->> 'status', (p ->> 'simulated')::boolean)
    on conflict (tenant_id, provider, provider_ref) do update set recording_url = p ->> 'recordingUrl'
      where p ->> 'recordingUrl' is not null;
  if p ->> 'status' = 'completed' and (p ->> 'durationSeconds') is not null then
    perform credit_capture(e.tenant_id, e.id, ceil((p ->> 'durationSeconds')::integer / 60.0)::integer, null);
  end if;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_plain_intents(p_intents engine_intent[], p_now timestamp with time zone)
 RETURNS engine_intent[]
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_plain engine_intent[] := array(
    select i from unnest(p_intents) i where not exists (select 1 from effects e where e.id = i.id));
begin
  if exists (select 1 from unnest(v_plain) i where i.x ? 'pace') then
    v_plain := array(
      with needed as (
        select i.n, i.id, i.tenant, i.x ->> 'provider' as provider, i.x ->> 'channel' as channel, i.x ->> 'from' as sender,
               b.recipient, b.slot, b.burst, b.units
        from unnest(v_plain) i, engine_paces(i.x) b),
      busy as (
        select s.tenant_id, s.provider, s.channel, s.sender, s.recipient from (
          select tenant, provider, channel, sender, recipient, max(slot) as slot, min(burst) - sum(units) as left_over
          from needed group by 1, 2, 3, 4, 5) b
          join sender_pace s on s.tenant_id = b.tenant and s.provider = b.provider and s.channel = b.channel
            and s.sender = b.sender and s.recipient = b.recipient
        where greatest(s.next_free_at, p_now) - b.slot * b.left_over > p_now)
      select i from unnest(v_plain) i where i.id not in (
        select n.id from needed n join busy b on b.tenant_id = n.tenant and b.provider = n.provider
          and b.channel = n.channel and b.sender = n.sender and b.recipient = n.recipient));
  end if;
  if exists (select 1 from unnest(v_plain) i where i.x ? 'meter') then
    v_plain := array(
      with short as (
        select w.tenant, w.meter from (
          select i.tenant, i.x ->> 'meter' as meter, sum((i.x ->> 'amount')::integer) as amount
          from unnest(v_plain) i where i.x ? 'meter' group by 1, 2) w
          left join credit_accounts a on a.tenant_id = w.tenant and a.meter = w.meter
        where a.meter is null or a.balance - a.held < w.amount)
      select i from unnest(v_plain) i
        where not exists (select 1 from short s where s.tenant = i.tenant and s.meter = i.x ->> 'meter'));
  end if;
  return v_plain;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_agent_answers(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_count integer;
  v_all integer := 0;
begin
  for t in select distinct tenant_id from (
      select tenant_id from agent_answers where at < now() - interval '400 days' limit p_limit) old order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from agent_answers where ctid = any (array(
      select ctid from agent_answers where tenant_id = t.tenant_id and at < now() - interval '400 days' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
  end loop;
  return v_all;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_asks(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_count integer := 0;
begin
  for t in select tenant_id, array_agg(id) as ids from (
      select tenant_id, id from asks where created_at < now() - interval '1 hour' and not ask_is_open(run_id, step_key)
      limit p_limit) old
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from asks where tenant_id = t.tenant_id and id = any (t.ids);
    v_count := v_count + cardinality(t.ids);
  end loop;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_codes(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_count integer;
  v_all integer := 0;
begin
  for t in select distinct tenant_id from (
      (select tenant_id from code_sends where at < now() - interval '90 days' and state <> 'sending' limit p_limit)
      union all
      (select tenant_id from store_deliveries where settled_at < now() - interval '90 days' limit p_limit)) old
    order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from code_sends where ctid = any (array(select ctid from code_sends
      where tenant_id = t.tenant_id and at < now() - interval '90 days' and state <> 'sending' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
    delete from store_deliveries where ctid = any (array(select ctid from store_deliveries
      where tenant_id = t.tenant_id and settled_at < now() - interval '90 days' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
  end loop;
  return v_all;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_data(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_count integer;
  v_all integer := 0;
begin
  for t in select distinct tenant_id from (
      (select tenant_id from data_items where expires_at <= now() limit p_limit)
      union all
      (select tenant_id from data_writes where at < now() - interval '30 days' limit p_limit)) old order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from data_items where ctid = any (array(
      select ctid from data_items where tenant_id = t.tenant_id and expires_at <= now() limit p_limit for update skip locked));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
    delete from data_writes where ctid = any (array(
      select ctid from data_writes where tenant_id = t.tenant_id and at < now() - interval '30 days' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
  end loop;
  return v_all;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_destinations(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_count integer;
  v_all integer := 0;
begin
  for t in select distinct tenant_id from (
      select tenant_id from destination_use where hour < now() - interval '2 hours' limit p_limit) old order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from destination_use where ctid = any (array(
      select ctid from destination_use where tenant_id = t.tenant_id and hour < now() - interval '2 hours' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
  end loop;
  return v_all;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_inbox(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_count integer := 0;
begin
  for t in select tenant_id, array_agg(key_hash) as hashes from (
      select tenant_id, key_hash from inbox where received_at < now() - interval '14 days' limit p_limit) old
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from inbox where tenant_id = t.tenant_id and key_hash = any (t.hashes);
    v_count := v_count + cardinality(t.hashes);
  end loop;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_lists(p_days integer, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  l record;
  v_count integer := 0;
begin
  for l in select x.tenant_id, x.id, x.fingerprint from recipient_lists x
    where x.fingerprint <> '' and x.created_at < now() - p_days * interval '1 day' order by x.created_at
  loop
    exit when v_count >= p_limit;
    perform set_config('app.tenant_id', l.tenant_id, true);
    continue when exists (select from runs r where r.id = l.fingerprint and r.tenant_id = l.tenant_id and r.ended_at is null)
      or exists (select from runs r where r.tenant_id = l.tenant_id and r.flow_key = '_bulk' and r.ended_at is null
        and r.state #>> '{trigger,input,list}' = l.id);
    delete from recipient_lists x where x.tenant_id = l.tenant_id and x.id = l.id;
    if found then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_media(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  m record;
  v_count integer := 0;
begin
  for m in select f.tenant_id, f.id, f.sha256 from media_files f where f.expires_at <= now()
    order by f.tenant_id, f.sha256, f.id limit p_limit
  loop
    perform set_config('app.tenant_id', m.tenant_id, true);
    perform pg_advisory_xact_lock(hashtextextended(m.tenant_id || ' ' || coalesce(m.sha256, ''), 19));
    delete from media_files f where f.tenant_id = m.tenant_id and f.id = m.id and f.expires_at <= now();
    continue when not found;
    v_count := v_count + 1;
    delete from media_parts p where p.tenant_id = m.tenant_id and p.sha256 = m.sha256
      and not exists (select 1 from media_files f where f.tenant_id = m.tenant_id and f.sha256 = m.sha256);
  end loop;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_paces(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
  v_count integer := 0;
  v_some integer;
begin
  for t in select distinct tenant_id from (
      select tenant_id from sender_pace where next_free_at < now() - interval '10 minutes' limit p_limit) old
    order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from sender_pace p using (
        select ctid from sender_pace where tenant_id = t.tenant_id and next_free_at < now() - interval '10 minutes'
        limit p_limit for update skip locked) old
      where p.ctid = old.ctid;
    get diagnostics v_some = row_count;
    v_count := v_count + v_some;
  end loop;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_prune_sessions(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  s record;
  v_count integer := 0;
begin
  delete from sign_in_attempts where key in (
    select key from sign_in_attempts where last_at < now() - interval '1 day' limit p_limit);
  for s in select id, tenant_id from sessions
    where expires_at < now() or seen_at < now() - interval '12 hours' order by id limit p_limit
  loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    delete from sessions where tenant_id = s.tenant_id and id = s.id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_published_version(p_tenant text, p_flow_key text, p_number integer DEFAULT NULL::integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select jsonb_build_object('id', v.id, 'flowKey', v.flow_key, 'number', v.number, 'document', v.document)
    from flows f join flow_versions v on v.flow_id = f.id and v.number = coalesce(p_number, f.published)
    where f.tenant_id = p_tenant and f.key = p_flow_key);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_queued_tenants(p_after text, p_limit integer)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  with recursive behind as (
    (select r.tenant_id, 1 as n from runs r where r.status = 'queued' and r.tenant_id > p_after order by r.tenant_id limit 1)
    union all
    select (select r.tenant_id from runs r where r.status = 'queued' and r.tenant_id > b.tenant_id order by r.tenant_id limit 1), n + 1
    from behind b where b.tenant_id is not null and n < p_limit),
  before as (
    (select r.tenant_id, 1 as n from runs r where r.status = 'queued' and r.tenant_id <= p_after order by r.tenant_id limit 1)
    union all
    select (select r.tenant_id from runs r where r.status = 'queued' and r.tenant_id > b.tenant_id and r.tenant_id <= p_after
            order by r.tenant_id limit 1), n + 1
    from before b where b.tenant_id is not null and n < p_limit)
  select array(select tenant_id from (
      select 1 as part, n, tenant_id from behind where tenant_id is not null
      union all
      select 2, n, tenant_id from before where tenant_id is not null) t
    order by part, n limit p_limit)
$function$;

CREATE OR REPLACE FUNCTION public.engine_rearm(p_limit integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
begin
  for t in select e.tenant_id, array_agg(e.run_id) as runs from (
      select w.tenant_id, w.run_id from waits w join runs r on r.id = w.run_id
      where w.wake_at <= now() and r.wake_at > now() and w.key not like 'children:%' order by w.wake_at limit p_limit) e
    group by e.tenant_id order by e.tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    update waits w set wake_at = r.wake_at from (
        select r.id, r.wake_at from runs r where r.id = any (t.runs) and r.tenant_id = t.tenant_id
          and r.status = 'waiting' and r.wake_at > now()) r
      where w.tenant_id = t.tenant_id and w.run_id = r.id and w.wake_at <= now() and w.key not like 'children:%';
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_recipients(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
begin
  perform set_config('app.tenant_id', v_tenant, true);
  return (select coalesce(jsonb_object_agg(w.person, jsonb_build_object(
      'optedOut', coalesce(p ->> 'channel' = any (c.opt_outs), false),
      'timezone', c.timezone,
      'consent', (select k.state from consents k where k.tenant_id = v_tenant and k.contact_id = c.id
        and k.channel = p ->> 'channel' and k.purpose = p ->> 'purpose' order by k.id desc limit 1),
      'lastInboundAt', (select max(o.last_inbound_at) from contact_windows o where o.tenant_id = v_tenant
        and o.person = any (array[w.person] || engine_names_of(v_tenant, c.id))
        and o.channel = p ->> 'channel' and not o.closed
        and (p ->> 'number' is null or o.number_e164 = p ->> 'number')))), '{}')
    from jsonb_array_elements_text(p -> 'people') w(person)
    left join lateral (
      select * from contacts k where k.tenant_id = v_tenant and (k.phone = w.person
        or k.id = (select case when w.person not like '+%' then engine_contact_of_user(v_tenant, null, w.person) end))
      limit 1) c on true);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_record_calls(p_items engine_item[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into calls (id, tenant_id, direction, provider, provider_ref, caller, callee, number_id, run_id, status, simulated)
    select u.x -> 'call' ->> 'id', u.tenant, 'inbound', u.x -> 'call' ->> 'provider', u.x -> 'call' ->> 'ref',
           u.x -> 'call' ->> 'from', u.x -> 'call' ->> 'to', u.x ->> 'numberId', u.run_id, 'in-progress',
           (u.x -> 'call' ->> 'simulated')::boolean
    from unnest(p_items) u where u.x ? 'call' order by u.n
    on conflict do nothing;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_record_consents(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text := p ->> 'tenant';
  v_channel text := p ->> 'channel';
  v_out boolean := (p ->> 'optOut')::boolean;
  v_before boolean;
  v_changed boolean;
  v_recorded integer;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  select v_channel = any (opt_outs) into v_before from contacts
    where tenant_id = v_tenant and id = p ->> 'contactId' for no key update;
  if not found then return '{"found": false, "changed": false, "recorded": 0}'; end if;
  v_changed := coalesce(v_out is distinct from v_before and v_out is not null, false);
  if v_changed then
    update contacts set opt_outs = array_remove(opt_outs, v_channel)
        || case when v_out then array[v_channel] else '{}'::text[] end, updated_at = now()
      where tenant_id = v_tenant and id = p ->> 'contactId';
  end if;
  v_changed := v_changed or exists (select 1 from jsonb_array_elements(p -> 'lines') x
    where x ->> 'state' is distinct from (select k.state from consents k where k.tenant_id = v_tenant
      and k.contact_id = p ->> 'contactId' and k.channel = v_channel and k.purpose = x ->> 'purpose'
      order by k.id desc limit 1));
  insert into consents (id, tenant_id, contact_id, channel, purpose, state, source, evidence, at, run_id, message_ref, actor, ref)
    select x ->> 'id', v_tenant, p ->> 'contactId', v_channel, x ->> 'purpose', x ->> 'state', p ->> 'source',
           coalesce(p -> 'evidence', '{}'), coalesce((p ->> 'at')::timestamptz, now()), p ->> 'runId', p ->> 'messageRef',
           p ->> 'actor', p ->> 'ref'
    from jsonb_array_elements(p -> 'lines') x
    on conflict (tenant_id, ref, channel, purpose) do nothing;
  get diagnostics v_recorded = row_count;
  return jsonb_build_object('found', true, 'changed', v_changed and v_recorded > 0, 'recorded', v_recorded);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_record_inbound(p_tenant text, x jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into messages (id, tenant_id, direction, channel, contact_phone, number_id, number_e164, body, media, status,
                        provider, provider_ref, run_id, simulated, sent_at)
    values (x ->> 'id', p_tenant, 'inbound', x ->> 'channel', x ->> 'from', x ->> 'numberId', x ->> 'to', x ->> 'body',
            coalesce(x -> 'media', '[]'), 'received', x ->> 'provider', x ->> 'ref', x ->> 'runId',
            (x ->> 'simulated')::boolean, coalesce((x ->> 'sentAt')::timestamptz, now()))
    on conflict do nothing;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_record_interaction(p_tenant text, p_run text, x jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'public', 'pg_temp'
AS $function$
  insert into interactions (id, tenant_id, run_id, kind, flow_key, contact_phone, number_id, group_id, store_id, outcome, credits)
  select x ->> 'id', p_tenant, p_run, x ->> 'kind', x ->> 'flowKey', x ->> 'contactPhone', x ->> 'numberId',
         x ->> 'groupId', x ->> 'storeId', x ->> 'outcome',
         coalesce((with recursive family as (
           select p_run as id
           union all
           select c.id from family f join runs c on c.tenant_id = p_tenant and c.parent_run_id = f.id)
           select jsonb_object_agg(meter, spent) from (
             select meter, -sum(amount) as spent from credit_entries
             where tenant_id = p_tenant and run_id in (select id from family) group by meter) s), '{}')
  where x is not null
  on conflict (run_id) do nothing;
  update contacts set last_store_id = x ->> 'storeId', updated_at = now()
    where tenant_id = p_tenant and phone = x ->> 'contactPhone' and x ->> 'storeId' is not null
      and last_store_id is distinct from x ->> 'storeId'
$function$;

CREATE OR REPLACE FUNCTION public.engine_record_outcome(p_tenant text, x jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  e effects;
  f effects;
  v_state text := x ->> 'state';
  v_rank integer := coalesce((x ->> 'rank')::integer, -1);
begin
  select * into e from effects where id = x ->> 'id' and tenant_id = p_tenant for update;
  if not found then return; end if;
  if not engine_may_follow(e.state, v_state) then
    if v_state = 'accepted' then
      -- a callback was faster than the answer, which adds what the callback did not say
      update effects set ref = coalesce(ref, x ->> 'ref'),
          outcome = coalesce(x -> 'outcome', '{}') || coalesce(outcome, '{}')
        where id = e.id;
      perform engine_note_message(p_tenant, e.id, e.created_at, jsonb_build_object('ref', x -> 'ref'));
    end if;
    return;
  end if;
  update effects set state = v_state, leave_at = null,
      ref = coalesce(x ->> 'ref', ref),
      outcome = coalesce(x -> 'outcome', outcome),
      status = case when v_rank > status_rank then x ->> 'status' else status end,
      status_rank = greatest(status_rank, v_rank),
      evidence = case when x ? 'evidence' then engine_evidence(evidence, x -> 'evidence') else evidence end,
      settled_at = case when v_state in ('accepted', 'refused', 'unresolved') then now() end
    where id = e.id;
  if v_state in ('refused', 'unresolved') or (v_state = 'accepted' and x ->> 'status' = 'failed') then
    perform credit_release(p_tenant, e.id);
  elsif v_state = 'accepted' and e.state in ('refused', 'unresolved') then
    perform engine_pay_late(e);
  end if;
  if v_state not in ('accepted', 'refused', 'unresolved') or e.kind <> 'message' then return; end if;
  select * into f from effects where id = e.id;
  perform engine_note_message(p_tenant, e.id, e.created_at, case v_state
    when 'accepted' then jsonb_build_object('ref', f.ref, 'status', coalesce(f.status, 'queued'),
      'rank', greatest(f.status_rank, 0), 'sent', true, 'error', f.outcome -> 'failure')
    when 'refused' then jsonb_build_object('status', 'failed', 'rank', 9, 'error', f.outcome)
    else jsonb_build_object('status', 'unknown', 'rank', 9) end);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_record_outcomes(p_items engine_item[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_said engine_intent[] := array(
    select (u.n, u.tenant, u.run_id, o.value ->> 'id', o.value)::engine_intent
    from unnest(p_items) u, jsonb_array_elements(u.x -> 'outcomes') with ordinality o order by u.n, o.ordinality);
  v_done text[];
  v_notes engine_note[];
  s engine_intent;
begin
  with plain as (
    select * from unnest(v_said) a where a.x ->> 'state' in ('accepted', 'retrying', 'in_doubt')
      and a.x ->> 'status' is distinct from 'failed' and a.id not in (
        select o.id from unnest(v_said) o group by o.id having count(*) > 1)),
  done as (
    update effects e set state = a.x ->> 'state', leave_at = null,
        -- a callback may have been faster than the answer, which adds what the callback did not say
        ref = case e.state when 'accepted' then coalesce(e.ref, a.x ->> 'ref') else coalesce(a.x ->> 'ref', e.ref) end,
        outcome = case e.state when 'accepted' then coalesce(a.x -> 'outcome', '{}') || coalesce(e.outcome, '{}')
                  else coalesce(a.x -> 'outcome', e.outcome) end,
        status = case when (a.x ->> 'rank')::integer > e.status_rank and e.state <> 'accepted' then a.x ->> 'status' else e.status end,
        status_rank = case e.state when 'accepted' then e.status_rank
                      else greatest(e.status_rank, coalesce((a.x ->> 'rank')::integer, -1)) end,
        evidence = case when a.x ? 'evidence' and e.state <> 'accepted' then engine_evidence(e.evidence, a.x -> 'evidence')
                   else e.evidence end,
        settled_at = case when a.x ->> 'state' = 'accepted' then coalesce(e.settled_at, now()) end
      from plain a
      where e.id = a.id and e.tenant_id = a.tenant and e.state in ('planned', 'sending', 'retrying', 'in_doubt', 'accepted')
        and (engine_may_follow(e.state, a.x ->> 'state') or e.state = 'accepted' and a.x ->> 'state' = 'accepted')
      returning e.id, e.tenant_id, e.created_at, e.kind, e.state, e.ref, e.status, e.status_rank, e.outcome)
  select coalesce(array_agg(d.id), '{}'), coalesce(array_agg((d.tenant_id, d.id, d.created_at, jsonb_build_object('ref', d.ref,
      'status', coalesce(d.status, 'queued'), 'rank', greatest(d.status_rank, 0), 'sent', true,
      'error', d.outcome -> 'failure'))::engine_note) filter (where d.kind = 'message' and d.state = 'accepted'), '{}')
    into v_done, v_notes from done d;
  if cardinality(v_notes) > 0 then perform engine_note_messages(v_notes); end if;
  if cardinality(v_done) = cardinality(v_said) then return; end if;
  for s in select * from unnest(v_said) a where a.id <> all (v_done) loop
    perform engine_record_outcome(s.tenant, s.x);
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_refs_to(p_tenant text, p_effect text, p_recipient text, p_since timestamp with time zone)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  v_since timestamptz := p_since - interval '1 hour';
  v_until timestamptz := now();
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return array(select provider_ref from messages where tenant_id = p_tenant and contact_phone = p_recipient
                 and created_at between v_since and v_until
                 and direction = 'outbound' and effect_id <> p_effect and provider_ref is not null
               order by id desc limit 200);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_relatives(i engine_item, p_result jsonb, p_over boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_ids text[] := '{}';
  v_open text[];
  v_parent text := p_result ->> 'parentStep';
begin
  if i.x ? 'children' then
    insert into runs (id, tenant_id, flow_key, flow_version_id, status, seq, state, trigger_type, contact_phone,
                      number_id, parent_run_id, parent_step, branch, depth, priority)
      select c ->> 'id', i.tenant, c ->> 'flowKey', c ->> 'flowVersionId', 'queued', 0, c -> 'state', c ->> 'triggerType',
             r.contact_phone, r.number_id, i.run_id, c ->> 'parentStep', c ->> 'branch', r.depth + 1, r.priority
      from jsonb_array_elements(i.x -> 'children') c, runs r where r.id = i.run_id and r.tenant_id = i.tenant
      on conflict (id) do nothing;
    v_ids := array(select c ->> 'id' from jsonb_array_elements(i.x -> 'children') c);
  end if;
  if p_over or i.x ? 'cancelChildrenOf' then
    -- locked in one order by all; those that sleep are due at once
    v_open := array(select id from runs where tenant_id = i.tenant and parent_run_id = i.run_id and ended_at is null
                      and (p_over or parent_step = i.x ->> 'cancelChildrenOf') order by id for update);
    update runs set cancel_requested_at = coalesce(cancel_requested_at, now()),
        wake_at = case when status = 'waiting' then now() else wake_at end
      where tenant_id = i.tenant and id = any (v_open);
    update waits set wake_at = now() where tenant_id = i.tenant and run_id = any (v_open);
    v_ids := array(select distinct unnest(v_ids || v_open) order by 1);
  end if;
  if p_over and v_parent is not null then
    -- A row that somebody holds is being left by its run, which counts its children before it sleeps on this key again.
    perform 1 from waits where tenant_id = i.tenant and key = 'children:' || v_parent for update skip locked;
    if found then
      update waits set wake_at = now() where tenant_id = i.tenant and key = 'children:' || v_parent;
      v_ids := v_ids || split_part(v_parent, ':', 1);
    end if;
  end if;
  if p_over and p_result ->> 'lane' is not null then
    v_ids := v_ids || array(select id from runs where tenant_id = i.tenant and lane = p_result ->> 'lane'
                              and ended_at is null and id <> i.run_id order by started_at, id limit 1);
  end if;
  if i.x #>> '{lane,policy}' = 'replace' then
    v_ids := v_ids || array(select id from runs where tenant_id = i.tenant and lane = i.x #>> '{lane,key}'
                              and ended_at is null and id <> i.run_id and cancel_requested_at is not null);
  end if;
  return to_jsonb(v_ids);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_rename_conversation(p_tenant text, c conversations, p_to text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_id text := conversation_id(p_tenant, c.channel, c.number_e164, p_to);
begin
  update handoffs set conversation_id = v_id where tenant_id = p_tenant and conversation_id = c.id;
  insert into conversation_records as r (tenant_id, conversation_id, module, record_id, at)
    select p_tenant, v_id, module, record_id, at from conversation_records
      where tenant_id = p_tenant and conversation_id = c.id
    on conflict (tenant_id, module, record_id, conversation_id) do update set at = greatest(r.at, excluded.at);
  delete from conversation_records where tenant_id = p_tenant and conversation_id = c.id;
  delete from conversations where tenant_id = p_tenant and id = c.id;
  c.id := v_id;
  c.contact := p_to;
  insert into conversations as o select c.*
    on conflict (tenant_id, id) do update set
      number_id = coalesce(o.number_id, excluded.number_id), store_id = coalesce(o.store_id, excluded.store_id),
      -- whoever has one of them has both; both are over only together
      status = case when 'handoff' in (o.status, excluded.status) then 'handoff'
               when 'open' in (o.status, excluded.status) then 'open' else 'closed' end,
      closed_at = case when o.status = 'closed' and excluded.status = 'closed' then greatest(o.closed_at, excluded.closed_at) end,
      closed_by = case when o.status = 'closed' and excluded.status = 'closed' then coalesce(o.closed_by, excluded.closed_by) end,
      assigned_to = coalesce(o.assigned_to, excluded.assigned_to), team = coalesce(o.team, excluded.team),
      unread = o.unread + excluded.unread,
      module = coalesce(o.module, excluded.module),
      record_id = case when o.module is null then excluded.record_id else o.record_id end,
      last_message = case when excluded.last_message_at > o.last_message_at then excluded.last_message else o.last_message end,
      last_message_at = greatest(o.last_message_at, excluded.last_message_at),
      last_inbound_ref = case when excluded.last_inbound_at > coalesce(o.last_inbound_at, '-infinity')
                         then excluded.last_inbound_ref else o.last_inbound_ref end,
      last_inbound_at = greatest(o.last_inbound_at, excluded.last_inbound_at),
      created_at = least(o.created_at, excluded.created_at);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_rename_person(p_tenant text, p_from text, p_to text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  c conversations;
  v_since timestamptz;
begin
  if p_from is null or p_to is null or p_from = p_to then return; end if;
  -- Nothing was written to or by somebody before they were known; a clock that was ahead is a day at most.
  select least(
      (select min(created_at) from conversations where tenant_id = p_tenant and contact = p_from),
      (select min(created_at) from contacts where tenant_id = p_tenant and p_from in (phone, channel_user_id)),
      now()) - interval '1 day' into v_since;
  update runs set contact_phone = p_to where tenant_id = p_tenant and contact_phone = p_from and ended_at is null
    and id = any (array(select run_id from messages
      where tenant_id = p_tenant and contact_phone = p_from and created_at >= v_since));
  perform 1 from messages where tenant_id = p_tenant and contact_phone = p_from and created_at >= v_since
    order by id for update;
  update messages set contact_phone = p_to
    where tenant_id = p_tenant and contact_phone = p_from and created_at >= v_since;
  for c in select * from conversations where tenant_id = p_tenant and contact = p_from order by id for update loop
    perform engine_rename_conversation(p_tenant, c, p_to);
  end loop;
  update asks set contact = p_to where tenant_id = p_tenant and contact = p_from;
  insert into contact_windows as w (tenant_id, person, channel, number_e164, last_inbound_at, ref, closed)
    select tenant_id, p_to, channel, number_e164, last_inbound_at, ref, closed from contact_windows
      where tenant_id = p_tenant and person = p_from
    on conflict (tenant_id, person, channel, number_e164) do update
      set last_inbound_at = excluded.last_inbound_at, ref = excluded.ref, closed = excluded.closed
      where w.last_inbound_at < excluded.last_inbound_at;
  delete from contact_windows where tenant_id = p_tenant and person = p_from;
  update links l set recipient = p_to where l.tenant_id = p_tenant and l.recipient = p_from
    and exists (select 1 from runs r where r.id = l.run_id and r.ended_at is not null)
    and not exists (select 1 from links o where o.tenant_id = p_tenant and o.step_key = l.step_key and o.url = l.url
      and o.recipient = p_to);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_renew(p_owner text, p_runs text[], p_lease_ms integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  t record;
begin
  for t in select distinct tenant_id from runs where id = any (p_runs) order by tenant_id loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    update runs set lease_until = now() + p_lease_ms * interval '1 ms'
      where id = any (p_runs) and tenant_id = t.tenant_id and status = 'running' and lease_owner = p_owner;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_report_template(p jsonb)
 RETURNS TABLE(tenant text, template text, changed boolean)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  s record;
  v_at timestamptz := coalesce((p ->> 'at')::timestamptz, now());
begin
  for s in select x.tenant_id, x.template_id, x.revision from template_submissions x
    where x.provider = p ->> 'provider'
      and (x.ref = p ->> 'ref'
        or ((x.ref is null or p ->> 'ref' is null) and x.name = p ->> 'name'
          and replace(x.language, '-', '_') = replace(p ->> 'language', '-', '_')))
      and (p -> 'tenants' = 'null' or jsonb_exists(p -> 'tenants', x.tenant_id))
    order by x.tenant_id, x.template_id, x.revision
  loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    update template_submissions x set
      status = coalesce(p ->> 'status', x.status),
      category = coalesce(p ->> 'category', x.category),
      quality = coalesce(p ->> 'quality', x.quality),
      reason = case when p ->> 'status' is null then x.reason else p ->> 'reason' end,
      check_at = case when x.retire_at is null and coalesce((p ->> 'recheck')::boolean, false) then now() else x.check_at end,
      reported_at = v_at, updated_at = now()
    where x.tenant_id = s.tenant_id and x.template_id = s.template_id and x.provider = p ->> 'provider'
      and x.revision = s.revision
      and (x.reported_at is null or x.reported_at <= v_at);
    tenant := s.tenant_id;
    template := s.template_id;
    changed := found;
    return next;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_request_cancel(p_tenant text, p_run text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  update runs set cancel_requested_at = coalesce(cancel_requested_at, now())
    where id = p_run and tenant_id = p_tenant and ended_at is null;
  return found;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_request_pause(p_tenant text, p_run text, p_paused boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  update runs set paused_at = case when p_paused then coalesce(paused_at, now()) end
    where id = p_run and tenant_id = p_tenant and ended_at is null;
  if not found then return false; end if;
  if not p_paused then
    update waits set wake_at = now() where tenant_id = p_tenant and run_id = p_run and key = 'resume:' || p_run;
    if found then update runs set wake_at = now() where tenant_id = p_tenant and id = p_run and status = 'waiting'; end if;
  end if;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_resolve_effect(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  e effects;
  f effects;
  v_tenant text := p ->> 'tenant';
  v_outcome text := p ->> 'outcome';
  v_open boolean;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  select * into e from effects where id = p ->> 'effectId' and tenant_id = v_tenant for update;
  if not found then return '{"ok": false, "reason": "unknown"}'; end if;
  if e.state <> 'in_doubt' then return jsonb_build_object('ok', false, 'reason', 'settled', 'state', e.state); end if;
  v_open := exists (select 1 from runs where id = e.run_id and ended_at is null);
  if v_outcome = 'resend' and not v_open then return '{"ok": false, "reason": "ended"}'; end if;
  if p ->> 'ref' is not null and exists (select 1 from effects where tenant_id = v_tenant and provider = e.provider
                                           and ref = p ->> 'ref' and id <> e.id) then
    return '{"ok": false, "reason": "ref"}';
  end if;
  if v_outcome = 'resend' then
    update effects set state = 'retrying', resends = resends + 1 where id = e.id;
  else
    perform engine_record_outcome(v_tenant, jsonb_build_object('id', e.id, 'state', v_outcome) || case v_outcome
      when 'accepted' then jsonb_build_object('status', 'queued', 'rank', 0, 'ref', p -> 'ref', 'outcome',
        jsonb_build_object('state', 'accepted', 'ref', coalesce(p ->> 'ref', e.ref, ''), 'status', 'queued'))
      else jsonb_build_object('outcome', jsonb_build_object('state', 'refused', 'reason', 'other',
        'vendorCode', 'resolved_by_hand', 'message', p ->> 'note')) end);
    if v_outcome = 'accepted' then perform engine_pay_late(e); end if;
  end if;
  select * into f from effects where id = e.id;
  insert into audit_log (id, tenant_id, actor, action, target, details)
    values (p ->> 'auditId', v_tenant, p ->> 'actor', 'effect.resolve', e.id, jsonb_build_object(
      'outcome', v_outcome, 'note', p -> 'note', 'before', engine_effect_facts(e), 'after', engine_effect_facts(f)));
  return jsonb_build_object('ok', true, 'runId', e.run_id, 'runOpen', v_open);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_route_hook(p_hook_key text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select jsonb_build_object('tenantId', tenant_id, 'flowKey', key) from flows where hook_key = p_hook_key
$function$;

CREATE OR REPLACE FUNCTION public.engine_route_number(p_provider text, p_e164 text, p_provider_id text, p_tenants text[] DEFAULT NULL::text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  n numbers;
begin
  select * into n from numbers
    where provider = p_provider
      and case when p_provider_id is null then e164 = p_e164 else provider_id = p_provider_id end
      and (tenant_id = any (p_tenants) or tenant_id not like 'ten\_twin\_%')
    order by tenant_id = any (p_tenants) desc nulls last, created_at limit 1;
  if not found and p_provider_id is not null then
    select * into n from numbers where provider = p_provider and e164 = p_e164 and provider_id is null
      and (tenant_id = any (p_tenants) or tenant_id not like 'ten\_twin\_%')
      order by tenant_id = any (p_tenants) desc nulls last, created_at limit 1;
  end if;
  if n.id is null then return null; end if;
  perform set_config('app.tenant_id', n.tenant_id, true);
  return jsonb_build_object('tenantId', n.tenant_id, 'number', to_jsonb(n),
    'tenant', (select to_jsonb(t) from tenants t where t.id = n.tenant_id),
    'store', (select to_jsonb(s) from stores s where s.id = n.store_id and s.tenant_id = n.tenant_id),
    'group', (select to_jsonb(g) from store_groups g where g.id = n.group_id and g.tenant_id = n.tenant_id));
end $function$;

CREATE OR REPLACE FUNCTION public.engine_run_waiting(p_tenant text, p_key text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select case when p_key like 'step:%' then (
      select r.id from runs r where r.id = split_part(p_key, ':', 2) and r.tenant_id = p_tenant and r.status = 'waiting'
        and p_key = any (engine_wait_keys(r.id, r.state)))
    -- where several wait for the same, the youngest
    else (select w.run_id from waits w where w.tenant_id = p_tenant and w.key = p_key order by w.run_id desc limit 1) end
$function$;

CREATE OR REPLACE FUNCTION public.engine_session(p_hash text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_found jsonb;
  v_seen timestamptz;
begin
  select s.seen_at, jsonb_build_object('id', s.id, 'tenantId', s.tenant_id, 'role', m.role, 'demo', u.demo,
      'expiresAt', to_char(s.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'user', jsonb_build_object('id', u.id, 'name', u.name, 'email', u.email, 'locale', coalesce(u.locale, t.locale)))
    into v_seen, v_found
    from sessions s
      join memberships m on m.tenant_id = s.tenant_id and m.user_id = s.user_id
      join users u on u.id = s.user_id
      join tenants t on t.id = s.tenant_id
    where s.hash = p_hash and s.expires_at > now() and s.seen_at > now() - interval '12 hours';
  if not found then return null; end if;
  -- To the minute: not every look is a write.
  if v_seen < now() - interval '1 minute' then
    perform set_config('app.tenant_id', v_found->>'tenantId', true);
    update sessions set seen_at = now() where tenant_id = v_found->>'tenantId' and hash = p_hash;
  end if;
  return v_found;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_sessions_of(p_user text)
 RETURNS TABLE(id text, tenant_id text, user_agent text, ip text, created_at timestamp with time zone, seen_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select s.id, s.tenant_id, s.user_agent, s.ip, s.created_at, s.seen_at, s.expires_at from sessions s
  where s.user_id = p_user and s.expires_at > now() and s.seen_at > now() - interval '12 hours'
  order by s.seen_at desc, s.id
$function$;

CREATE OR REPLACE FUNCTION public.engine_settle_phone(p_tenant text, p_contact text, x jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  c contacts;
  v_other text;
begin
  select * into c from contacts where tenant_id = p_tenant and id = p_contact for update;
  if x ->> 'phone' is null or c.phone = x ->> 'phone' then return p_contact; end if;
  select id into v_other from contacts where tenant_id = p_tenant and phone = x ->> 'phone';
  if v_other is not null and not engine_is_other(p_tenant, v_other, x) then
    if c.phone is null then
      perform engine_merge_contacts(p_tenant, v_other, p_contact);
      return v_other;
    end if;
    update contacts set phone = null where id = p_contact;
    perform engine_merge_contacts(p_tenant, p_contact, v_other);
    return p_contact;
  end if;
  if v_other is not null then perform engine_lose_phone(p_tenant, v_other); end if;
  update contacts set phone = x ->> 'phone', updated_at = now() where id = p_contact;
  perform engine_name_by_phone(p_tenant, p_contact);
  return p_contact;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_settle_store_delivery(p jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  update store_deliveries set state = p ->> 'state', last_status = (p ->> 'status')::integer, last_error = p ->> 'error',
      next_at = case when p ->> 'state' = 'pending'
                then now() + (p ->> 'retryInMs')::double precision * interval '1 ms' else next_at end,
      settled_at = case when p ->> 'state' <> 'pending' then now() end
    where tenant_id = p ->> 'tenant' and id = p ->> 'id' and state = 'pending';
end $function$;

CREATE OR REPLACE FUNCTION public.engine_skip_time(p_tenant text, p_ms double precision)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if not p_ms > 0 then return false; end if;
  perform set_config('app.tenant_id', p_tenant, true);
  update tenants set clock_offset_ms = clock_offset_ms + p_ms where id = p_tenant and sandbox;
  if not found then return false; end if;
  update runs set wake_at = wake_at - p_ms * interval '1 ms' where tenant_id = p_tenant and status = 'waiting';
  perform pg_advisory_xact_lock(h) from (
    select hashtextextended(p_tenant || ' ' || key, 0) as h from waits where tenant_id = p_tenant and key like 'children:%'
    order by 1) locks;
  update waits set wake_at = wake_at - p_ms * interval '1 ms' where tenant_id = p_tenant;
  -- one that is not worked out yet starts counting from where it stands, by the tenant's clock
  update schedules set next_at = next_at - p_ms * interval '1 ms' where tenant_id = p_tenant and scheduled_at is not null;
  update data_items set expires_at = expires_at - p_ms * interval '1 ms' where tenant_id = p_tenant and expires_at is not null;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_sleeper(e effects)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  return coalesce((select jsonb_build_object('run', engine_load(r.id)) from runs r
    where r.id = e.run_id and r.tenant_id = e.tenant_id and r.status = 'waiting'
      and r.state #> '{wait,keys}' ? ('effect:' || e.id)), '{}');
end $function$;

CREATE OR REPLACE FUNCTION public.engine_stale_twins()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select id from tenants where twin_of is not null and twin_until < now() order by twin_until limit 100
$function$;

CREATE OR REPLACE FUNCTION public.engine_start_session(p jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_tenant text;
begin
  select tenant_id into v_tenant from memberships where user_id = p->>'user'
    order by used_at desc nulls last, created_at, tenant_id limit 1;
  if not found then return null; end if;
  perform set_config('app.tenant_id', v_tenant, true);
  insert into sessions (id, tenant_id, user_id, hash, user_agent, ip)
    values (p->>'id', v_tenant, p->>'user', p->>'hash', p->>'userAgent', p->>'ip');
  update memberships set used_at = now() where tenant_id = v_tenant and user_id = p->>'user';
  return v_tenant;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_switch_session(p jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_old sessions;
begin
  perform 1 from memberships where tenant_id = p->>'tenant' and user_id = p->>'user';
  if not found then return false; end if;
  select * into v_old from sessions where id = p->>'session' and user_id = p->>'user';
  if not found then return false; end if;
  perform set_config('app.tenant_id', v_old.tenant_id, true);
  delete from sessions where tenant_id = v_old.tenant_id and id = v_old.id;
  if not found then return false; end if;
  perform set_config('app.tenant_id', p->>'tenant', true);
  insert into sessions (id, tenant_id, user_id, hash, user_agent, ip, created_at, expires_at)
    values (p->>'id', p->>'tenant', p->>'user', p->>'hash', v_old.user_agent, v_old.ip, v_old.created_at, v_old.expires_at);
  update memberships set used_at = now() where tenant_id = p->>'tenant' and user_id = p->>'user';
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_take_destinations(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET synchronous_commit TO 'off'
AS $function$
declare
  v_limit integer := (p ->> 'limit')::integer;
  v_room jsonb;
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  with wanted as materialized (
      select key as block, value::integer as n from jsonb_each_text(p -> 'blocks') order by key),
    taken as (
      insert into destination_use as u (tenant_id, channel, block, hour, count)
        select p ->> 'tenant', p ->> 'channel', block, (p ->> 'hour')::timestamptz, n from wanted
        on conflict (tenant_id, channel, block, hour) do update set count = u.count + excluded.count
        returning block, count)
    select coalesce(jsonb_object_agg(t.block, greatest(0, least(w.n, v_limit - (t.count - w.n)))), '{}') into v_room
      from taken t join wanted w using (block);
  return v_room;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_take_pace(p_tenant text, x jsonb, p_now timestamp with time zone)
 RETURNS double precision
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_leave timestamptz;
  v_wait double precision;
begin
  if not x ? 'pace' then return 0; end if;
  select max(s.next_free_at - b.slot * (b.burst - b.units)) into v_leave
    from engine_paces(x) b join sender_pace s on s.tenant_id = p_tenant and s.provider = x ->> 'provider'
      and s.channel = x ->> 'channel' and s.sender = x ->> 'from' and s.recipient = b.recipient;
  v_wait := extract(epoch from greatest(coalesce(v_leave, p_now), p_now) - p_now) * 1000;
  if v_wait > coalesce((x #>> '{pace,maxWaitMs}')::double precision, 'infinity') then return v_wait; end if;
  insert into sender_pace as s (tenant_id, provider, channel, sender, recipient, next_free_at)
    select p_tenant, x ->> 'provider', x ->> 'channel', x ->> 'from', b.recipient, p_now + b.slot * b.units
    from engine_paces(x) b
    on conflict (tenant_id, provider, channel, sender, recipient) do update
      set next_free_at = greatest(s.next_free_at, p_now) + (excluded.next_free_at - p_now);
  return v_wait;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_tenant_of_media(p_id text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select tenant_id from media_files where id = p_id and expires_at > now()
$function$;

CREATE OR REPLACE FUNCTION public.engine_tenant_of_run(p_run text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
  select tenant_id from runs where id = p_run
$function$;

CREATE OR REPLACE FUNCTION public.engine_tenants_of(p_user text)
 RETURNS TABLE(id text, name text, role text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select t.id, t.name, m.role from memberships m join tenants t on t.id = m.tenant_id
  where m.user_id = p_user order by t.name, t.id
$function$;

CREATE OR REPLACE FUNCTION public.engine_uncharge(p_tenant text, p_effect text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  h credit_holds;
begin
  select * into h from credit_holds where tenant_id = p_tenant and id = p_effect;
  if not found or h.state = 'released' then return; end if;
  if h.state = 'open' then
    perform credit_release(p_tenant, p_effect);
    return;
  end if;
  if h.captured = 0 then return; end if;
  perform credit_account_of_hold(p_tenant, p_effect);
  insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id)
    values (p_tenant, h.meter, h.captured, 'adjustment', 'free:' || p_effect, h.run_id)
    on conflict (tenant_id, kind, meter, ref) do nothing;
  if not found then return; end if;
  update credit_accounts set balance = balance + h.captured where tenant_id = p_tenant and meter = h.meter;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_uncounted_tenants(p_limit integer)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  v_since timestamptz := now() - interval '30 days';
begin
  return array(select distinct tenant_id from (
    select tenant_id from messages where not counted and created_at > v_since limit p_limit) u order by 1);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_user_of_email(p_email text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select jsonb_build_object('id', u.id, 'passwordHash', u.password_hash, 'demo', u.demo) from users u
  where u.email = p_email and exists (select 1 from memberships m where m.user_id = u.id)
$function$;

CREATE OR REPLACE FUNCTION public.engine_version(p_tenant text, p_version text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select jsonb_build_object('id', id, 'flowKey', flow_key, 'number', number, 'document', document)
    from flow_versions where tenant_id = p_tenant and id = p_version);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_wait_keys(p_run text, p_state jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select array(select jsonb_array_elements_text(coalesce(p_state #> '{wait,keys}', '[]'))) || ('run:' || p_run)
$function$;

CREATE OR REPLACE FUNCTION public.engine_workload()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select jsonb_build_object(
    'queued', (select count(*) from runs where status = 'queued'),
    'oldestQueuedMs', (select coalesce(extract(epoch from now() - min(started_at)) * 1000, 0) from runs where status = 'queued'),
    'running', (select count(*) from runs where status = 'running'),
    'expiredLeases', (select count(*) from runs where status = 'running' and lease_until < now()),
    'dueWaits', (select count(*) from waits where wake_at <= now()))
$function$;

CREATE OR REPLACE FUNCTION public.engine_write_intent(i engine_intent)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  e effects;
  -- the senders' rows are locked: later ones see a later moment
  v_now timestamptz := clock_timestamp();
  v_wait double precision := 0;
  v_state text;
  v_leave timestamptz;
begin
  select * into e from effects where id = i.id and tenant_id = i.tenant for update;
  if found and not (e.state in ('planned', 'retrying') or (e.state = 'in_doubt' and i.x ? 'resend')) then
    return '{"stale": true}';
  end if;
  if e.state is distinct from 'planned' then
    v_wait := engine_take_pace(i.tenant, i.x, v_now);
    if v_wait > coalesce((i.x #>> '{pace,maxWaitMs}')::double precision, 'infinity') then
      return jsonb_build_object('late', true, 'inMs', v_wait);
    end if;
  end if;
  v_state := case when v_wait > 0 then 'planned' else 'sending' end;
  v_leave := case when v_wait > 0 then v_now + v_wait * interval '1 ms' end;
  if e.id is not null then
    update effects set state = v_state, leave_at = v_leave, sent_at = v_now,
        attempts = attempts + case e.state when 'planned' then 0 else 1 end,
        resends = resends + case when i.x ? 'resend' then 1 else 0 end
      where id = e.id;
  else
    if i.x ? 'meter' then
      if not credit_hold(i.tenant, i.id, i.run_id, i.x ->> 'meter', (i.x ->> 'amount')::integer) then
        return '{"refused": true}';
      end if;
    end if;
    insert into effects (id, tenant_id, run_id, step_key, part, kind, provider, channel, sender, recipient, body, state,
                         leave_at, on_doubt, details, sent_at)
      values (i.id, i.tenant, i.run_id, i.x ->> 'stepKey', i.x ->> 'part', i.x ->> 'kind', i.x ->> 'provider',
              i.x ->> 'channel', i.x ->> 'from', i.x ->> 'to', i.x ->> 'body', v_state, v_leave,
              coalesce(i.x ->> 'onDoubt', 'give-up'), coalesce(i.x -> 'details', '{}'), v_now);
    perform engine_write_messages(array[i]);
  end if;
  return case when v_wait > 0 then jsonb_build_object('planned', true, 'inMs', v_wait) end;
end $function$;

CREATE OR REPLACE FUNCTION public.engine_write_intents(p_intents engine_intent[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_now timestamptz := clock_timestamp();
  v_plain engine_intent[] := engine_plain_intents(p_intents, v_now);
  i engine_intent;
  v_why jsonb;
  v_told jsonb := '[]';
begin
  perform engine_write_plain_intents(v_plain, v_now);
  if cardinality(v_plain) = cardinality(p_intents) then return '{}'; end if;
  for i in select * from unnest(p_intents) a where a.id not in (select p.id from unnest(v_plain) p) loop
    v_why := engine_write_intent(i);
    if v_why is not null then
      v_told := v_told || jsonb_build_array(jsonb_build_object('n', i.n, 'id', i.id, 'why', v_why));
    end if;
  end loop;
  return (select coalesce(jsonb_object_agg(t.n, t.refused || t.held), '{}') from (
    select w ->> 'n' as n,
      case when bool_or(w -> 'why' ? 'refused')
           then jsonb_build_object('refused', jsonb_agg(w -> 'id') filter (where w -> 'why' ? 'refused')) else '{}' end as refused,
      case when bool_or(not w -> 'why' ? 'refused')
           then jsonb_build_object('held', jsonb_object_agg(w ->> 'id', w -> 'why') filter (where not w -> 'why' ? 'refused'))
           else '{}' end as held
    from jsonb_array_elements(v_told) w group by 1) t);
end $function$;

CREATE OR REPLACE FUNCTION public.engine_write_messages(p_intents engine_intent[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into messages (id, tenant_id, direction, channel, contact_phone, number_id, number_e164, body, media,
                        template_key, status, provider, effect_id, run_id, store_id, units, simulated)
    select i.x -> 'message' ->> 'id', i.tenant, 'outbound', i.x ->> 'channel', i.x ->> 'to',
           i.x -> 'message' ->> 'numberId', i.x ->> 'from', coalesce(i.x ->> 'body', ''),
           coalesce(i.x -> 'message' -> 'media', '[]'), i.x -> 'message' ->> 'templateKey', 'queued', i.x ->> 'provider',
           i.id, i.run_id, i.x -> 'message' ->> 'storeId', coalesce((i.x ->> 'amount')::integer, 0),
           coalesce((i.x -> 'message' ->> 'simulated')::boolean, false)
    from unnest(p_intents) i where i.x ? 'message';
end $function$;

CREATE OR REPLACE FUNCTION public.engine_write_plain_intents(p_intents engine_intent[], p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update sender_pace s set next_free_at = greatest(s.next_free_at, p_now) + n.taken from (
      select i.tenant, i.x ->> 'provider' as provider, i.x ->> 'channel' as channel, i.x ->> 'from' as sender, b.recipient,
             sum(b.slot * b.units) as taken
      from unnest(p_intents) i, engine_paces(i.x) b group by 1, 2, 3, 4, 5) n
    where s.tenant_id = n.tenant and s.provider = n.provider and s.channel = n.channel and s.sender = n.sender
      and s.recipient = n.recipient;
  update credit_accounts a set held = a.held + w.amount from (
      select i.tenant, i.x ->> 'meter' as meter, sum((i.x ->> 'amount')::integer) as amount
      from unnest(p_intents) i where i.x ? 'meter' group by 1, 2) w
    where a.tenant_id = w.tenant and a.meter = w.meter;
  insert into credit_holds (id, tenant_id, run_id, meter, amount)
    select i.id, i.tenant, i.run_id, i.x ->> 'meter', (i.x ->> 'amount')::integer
    from unnest(p_intents) i where i.x ? 'meter';
  insert into effects (id, tenant_id, run_id, step_key, part, kind, provider, channel, sender, recipient, body, state,
                       on_doubt, details, sent_at)
    select i.id, i.tenant, i.run_id, i.x ->> 'stepKey', i.x ->> 'part', i.x ->> 'kind', i.x ->> 'provider',
           i.x ->> 'channel', i.x ->> 'from', i.x ->> 'to', i.x ->> 'body', 'sending',
           coalesce(i.x ->> 'onDoubt', 'give-up'), coalesce(i.x -> 'details', '{}'), p_now
    from unnest(p_intents) i;
  if exists (select 1 from unnest(p_intents) i where i.x ? 'message') then
    perform engine_write_messages(p_intents);
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.name_ask_by_phone()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  new.contact := coalesce(engine_phone_of(new.tenant_id, new.contact), new.contact);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.name_message_by_phone()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  new.contact_phone := coalesce(engine_phone_of(new.tenant_id, new.contact_phone), new.contact_phone);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.partition_for_day(p_table text, p_day date)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  v_name text := p_table || '_p' || to_char(p_day, 'YYYYMMDD');
begin
  if to_regclass(v_name) is not null then return false; end if;
  execute format('create table %I (like %I including defaults including constraints)', v_name, p_table);
  -- The wall stands on the parent. A partition has no policy and no grants: nobody gets at its rows by its own name.
  execute format('alter table %I enable row level security', v_name);
  execute format('alter table %I force row level security', v_name);
  execute format('revoke all on %I from public, app_api, app_engine', v_name);
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', p_table, v_name,
                 to_char(p_day, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(p_day + 1, 'YYYY-MM-DD') || ' 00:00:00+00');
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.partitions_of(p_table text)
 RETURNS TABLE(name text, day date)
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
  select c.relname::text, to_date(right(c.relname, 8), 'YYYYMMDD')
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = to_regclass(p_table)
  order by 2
$function$;

CREATE OR REPLACE FUNCTION public.retire_earlier_submissions()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update template_submissions x set (retire_at, check_at) = (
    select t, t from (select now() +
      case when x.status in ('approved', 'paused') then interval '1 day' else interval '0' end as t) as due)
  where x.tenant_id = new.tenant_id and x.template_id = new.template_id and x.provider = new.provider
    and x.revision < new.revision and x.retire_at is null
    and (new.status = 'approved' or x.status not in ('approved', 'paused', 'disabled'));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.sync_agent_credits_on_subscription()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  a credit_accounts;
  v_monthly integer;
  v_included boolean;
  v_sum integer;
  v_new integer;
begin
  if new.status not in ('active', 'trialing') then return new; end if;
  if tg_op = 'UPDATE' and (new.plan_id, new.status, new.period_start, new.period_end, new.voice_agent)
      is not distinct from (old.plan_id, old.status, old.period_start, old.period_end, old.voice_agent) then
    return new;
  end if;
  perform set_config('app.tenant_id', new.tenant_id, true);
  select coalesce(new.voice_agent, p.voice_agent), p.ai_monthly into v_included, v_monthly
    from plans p where p.id = new.plan_id;
  -- answers that were given in another way are left alone
  if not v_included then return new; end if;
  insert into credit_accounts (tenant_id, meter, balance) values (new.tenant_id, 'ai', 0)
    on conflict (tenant_id, meter) do nothing;
  select * into a from credit_accounts where tenant_id = new.tenant_id and meter = 'ai' for update;
  v_new := case when v_monthly is null then null else greatest(v_monthly, coalesce(a.balance, a.held)) end;
  if v_new is not null then
    select coalesce(sum(amount), 0) into v_sum from credit_entries where tenant_id = new.tenant_id and meter = 'ai';
    if v_new <> v_sum then
      insert into credit_entries (tenant_id, meter, amount, kind, ref)
        values (new.tenant_id, 'ai', v_new - v_sum, 'grant', new.id || ':' || clock_timestamp());
    end if;
  end if;
  update credit_accounts set balance = v_new, resets_at = new.period_end where tenant_id = new.tenant_id and meter = 'ai';
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.sync_code_credits_on_subscription()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  m record;
  a credit_accounts;
  v_sum integer;
  v_new integer;
begin
  if new.status not in ('active', 'trialing') then return new; end if;
  if tg_op = 'UPDATE' and (new.plan_id, new.status, new.period_start, new.period_end)
      is not distinct from (old.plan_id, old.status, old.period_start, old.period_end) then
    return new;
  end if;
  perform set_config('app.tenant_id', new.tenant_id, true);
  for m in select x.meter, x.monthly from plans p, lateral (values ('lookup', p.lookups_monthly),
             ('verify', p.verifications_monthly)) as x (meter, monthly) where p.id = new.plan_id order by x.meter loop
    insert into credit_accounts (tenant_id, meter, balance) values (new.tenant_id, m.meter, 0)
      on conflict (tenant_id, meter) do nothing;
    select * into a from credit_accounts where tenant_id = new.tenant_id and meter = m.meter for update;
    v_new := case when m.monthly is null then null else greatest(m.monthly, coalesce(a.balance, a.held)) end;
    if v_new is not null then
      select coalesce(sum(amount), 0) into v_sum from credit_entries where tenant_id = new.tenant_id and meter = m.meter;
      if v_new <> v_sum then
        insert into credit_entries (tenant_id, meter, amount, kind, ref)
          values (new.tenant_id, m.meter, v_new - v_sum, 'grant', new.id || ':' || clock_timestamp());
      end if;
    end if;
    update credit_accounts set balance = v_new, resets_at = new.period_end
      where tenant_id = new.tenant_id and meter = m.meter;
  end loop;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.sync_comm_credits_on_subscription()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  p plans;
  m record;
  a credit_accounts;
  v_sum integer;
  v_new integer;
begin
  if new.status not in ('active', 'trialing') then return new; end if;
  if tg_op = 'UPDATE' and (new.plan_id, new.status, new.period_start, new.period_end)
      is not distinct from (old.plan_id, old.status, old.period_start, old.period_end) then
    return new;
  end if;
  perform set_config('app.tenant_id', new.tenant_id, true);
  select * into p from plans where id = new.plan_id;
  for m in select * from (values ('sms', p.sms_monthly), ('voice', p.voice_minutes_monthly),
                                 ('whatsapp', p.whatsapp_monthly)) as meters (meter, monthly) loop
    insert into credit_accounts (tenant_id, meter, balance) values (new.tenant_id, m.meter, 0)
      on conflict (tenant_id, meter) do nothing;
    select * into a from credit_accounts where tenant_id = new.tenant_id and meter = m.meter for update;
    -- what is held stays covered, also when the account was unlimited
    v_new := case when m.monthly is null then null else greatest(m.monthly, coalesce(a.balance, a.held)) end;
    if v_new is not null then
      select coalesce(sum(amount), 0) into v_sum from credit_entries
        where tenant_id = new.tenant_id and meter = m.meter;
      if v_new <> v_sum then
        insert into credit_entries (tenant_id, meter, amount, kind, ref)
          values (new.tenant_id, m.meter, v_new - v_sum, 'grant', new.id || ':' || clock_timestamp());
      end if;
    end if;
    update credit_accounts set balance = v_new, resets_at = new.period_end
      where tenant_id = new.tenant_id and meter = m.meter;
  end loop;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.tell_store_of_interaction()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  insert into store_deliveries (id, tenant_id, store_id, interaction_id, body)
    select 'sdl_' || substr(new.id, 5), new.tenant_id, s.id, new.id, jsonb_build_object(
        'type', 'interaction', 'id', new.id, 'storeId', s.id, 'runId', new.run_id, 'kind', new.kind,
        'flow', new.flow_key, 'contact', new.contact_phone, 'numberId', new.number_id, 'groupId', new.group_id,
        'outcome', new.outcome, 'credits', new.credits, 'at', new.at)
    from stores s where s.tenant_id = new.tenant_id and s.id = new.store_id and s.webhook_url is not null
    on conflict do nothing;
  return null;
end $function$;

grant delete, insert, select on goals to app_api;
grant delete, insert, select, update on agent_answers to app_api;
grant delete, insert, select, update on api_keys to app_api;
grant delete, insert, select, update on calls to app_api;
grant delete, insert, select, update on contacts to app_api;
grant delete, insert, select, update on credentials to app_api;
grant delete, insert, select, update on data_items to app_api;
grant delete, insert, select, update on data_writes to app_api;
grant delete, insert, select, update on flows to app_api;
grant delete, insert, select, update on interactions to app_api;
grant delete, insert, select, update on knowledge_documents to app_api;
grant delete, insert, select, update on knowledge_passages to app_api;
grant delete, insert, select, update on links to app_api;
grant delete, insert, select, update on lookup_cache to app_api;
grant delete, insert, select, update on media_files to app_api;
grant delete, insert, select, update on media_parts to app_api;
grant delete, insert, select, update on messages to app_api;
grant delete, insert, select, update on numbers to app_api;
grant delete, insert, select, update on recipient_list_entries to app_api;
grant delete, insert, select, update on recipient_lists to app_api;
grant delete, insert, select, update on schedules to app_api;
grant delete, insert, select, update on store_groups to app_api;
grant delete, insert, select, update on stores to app_api;
grant delete, insert, select, update on subscriptions to app_api;
grant delete, insert, select, update on template_submissions to app_api;
grant delete, insert, select, update on templates to app_api;
grant execute on function deduct_comm_credits(text,text,integer) to app_api;
grant execute on function deduct_comm_credits(text,text,integer) to app_engine;
grant execute on function engine_account(text,text) to app_engine;
grant execute on function engine_admit_sign_in(jsonb) to app_engine;
grant execute on function engine_advance_schedule(jsonb) to app_engine;
grant execute on function engine_answer(text) to app_engine;
grant execute on function engine_cache(text,text,text,jsonb,double precision) to app_engine;
grant execute on function engine_cached(text,text,text) to app_engine;
grant execute on function engine_call_status(jsonb) to app_engine;
grant execute on function engine_calls_to(text,text,text,timestamp with time zone) to app_engine;
grant execute on function engine_change_identity(jsonb) to app_engine;
grant execute on function engine_charge_inbound(text,text,text) to app_engine;
grant execute on function engine_children(text,text,text[]) to app_engine;
grant execute on function engine_claim(text,text,integer) to app_engine;
grant execute on function engine_claim_next(text,integer,integer,text) to app_engine;
grant execute on function engine_claim_schedules(integer,integer) to app_engine;
grant execute on function engine_claim_store_deliveries(integer,integer) to app_engine;
grant execute on function engine_close_twin(text) to app_engine;
grant execute on function engine_close_window(jsonb) to app_engine;
grant execute on function engine_code_admit(jsonb) to app_engine;
grant execute on function engine_code_checked(text,text,text) to app_engine;
grant execute on function engine_code_settle(jsonb) to app_engine;
grant execute on function engine_commit(jsonb) to app_engine;
grant execute on function engine_contact(jsonb) to app_engine;
grant execute on function engine_count_messages(text,integer,integer) to app_engine;
grant execute on function engine_count_payload(jsonb) to app_engine;
grant execute on function engine_count_takeover(text,integer) to app_engine;
grant execute on function engine_credentials_of_account(text,text) to app_engine;
grant execute on function engine_doubts() to app_engine;
grant execute on function engine_due(integer) to app_engine;
grant execute on function engine_due_media(integer) to app_engine;
grant execute on function engine_due_templates(integer) to app_engine;
grant execute on function engine_effect_status(jsonb) to app_engine;
grant execute on function engine_end_sessions(text,text,text) to app_engine;
grant execute on function engine_find_api_key(text) to app_engine;
grant execute on function engine_flows_with_trigger(text,text) to app_engine;
grant execute on function engine_follow_link(jsonb) to app_engine;
grant execute on function engine_forgive_sign_in(text,text) to app_engine;
grant execute on function engine_give_up_doubts(integer,integer) to app_engine;
grant execute on function engine_hand_back(text,text) to app_engine;
grant execute on function engine_hear(jsonb) to app_engine;
grant execute on function engine_identify(jsonb) to app_engine;
grant execute on function engine_journal_since() to app_engine;
grant execute on function engine_keep_fault(jsonb) to app_engine;
grant execute on function engine_keep_for_run(jsonb) to app_engine;
grant execute on function engine_keep_inbound(jsonb) to app_engine;
grant execute on function engine_keep_partitions(integer,integer,integer) to app_engine;
grant execute on function engine_keep_resume(jsonb) to app_engine;
grant execute on function engine_keep_twin(text,double precision) to app_engine;
grant execute on function engine_last_store(text,text) to app_engine;
grant execute on function engine_link(jsonb) to app_engine;
grant execute on function engine_load(text) to app_engine;
grant execute on function engine_load_waiting(text,text) to app_engine;
grant execute on function engine_message_of_effect(text,text,text) to app_engine;
grant execute on function engine_migrations() to app_engine;
grant execute on function engine_note_event(jsonb) to app_engine;
grant execute on function engine_note_failure(text,text,text) to app_engine;
grant execute on function engine_note_prices(jsonb) to app_engine;
grant execute on function engine_note_use(jsonb) to app_engine;
grant execute on function engine_number_owner(text,text) to app_engine;
grant execute on function engine_open_ask(jsonb) to app_engine;
grant execute on function engine_open_twin(jsonb) to app_engine;
grant execute on function engine_placed_call(jsonb) to app_engine;
grant execute on function engine_prune_agent_answers(integer) to app_engine;
grant execute on function engine_prune_asks(integer) to app_engine;
grant execute on function engine_prune_codes(integer) to app_engine;
grant execute on function engine_prune_data(integer) to app_engine;
grant execute on function engine_prune_destinations(integer) to app_engine;
grant execute on function engine_prune_inbox(integer) to app_engine;
grant execute on function engine_prune_lists(integer,integer) to app_engine;
grant execute on function engine_prune_media(integer) to app_engine;
grant execute on function engine_prune_paces(integer) to app_engine;
grant execute on function engine_prune_sessions(integer) to app_engine;
grant execute on function engine_published_version(text,text,integer) to app_engine;
grant execute on function engine_recipients(jsonb) to app_engine;
grant execute on function engine_record_consents(jsonb) to app_engine;
grant execute on function engine_refs_to(text,text,text,timestamp with time zone) to app_engine;
grant execute on function engine_renew(text,text[],integer) to app_engine;
grant execute on function engine_report_template(jsonb) to app_engine;
grant execute on function engine_request_cancel(text,text) to app_engine;
grant execute on function engine_request_pause(text,text,boolean) to app_engine;
grant execute on function engine_resolve_effect(jsonb) to app_engine;
grant execute on function engine_route_hook(text) to app_engine;
grant execute on function engine_route_number(text,text,text,text[]) to app_engine;
grant execute on function engine_session(text) to app_engine;
grant execute on function engine_sessions_of(text) to app_engine;
grant execute on function engine_settle_store_delivery(jsonb) to app_engine;
grant execute on function engine_skip_time(text,double precision) to app_engine;
grant execute on function engine_stale_twins() to app_engine;
grant execute on function engine_start_session(jsonb) to app_engine;
grant execute on function engine_switch_session(jsonb) to app_engine;
grant execute on function engine_take_destinations(jsonb) to app_engine;
grant execute on function engine_tenant_of_media(text) to app_engine;
grant execute on function engine_tenant_of_run(text) to app_engine;
grant execute on function engine_tenants_of(text) to app_engine;
grant execute on function engine_uncounted_tenants(integer) to app_engine;
grant execute on function engine_user_of_email(text) to app_engine;
grant execute on function engine_version(text,text) to app_engine;
grant execute on function engine_workload() to app_engine;
grant insert, select on audit_log to app_api;
grant insert, select on call_legs to app_api;
grant insert, select on flow_versions to app_api;
grant insert, select on own_prices to app_api;
grant insert, select, update on conversation_records to app_api;
grant insert, select, update on conversations to app_api;
grant insert, select, update on handoffs to app_api;
grant insert, select, update on vendor_accounts to app_api;
grant select (created_at) on sessions to app_api;
grant select (created_at) on users to app_api;
grant select (email) on users to app_api;
grant select (expires_at) on sessions to app_api;
grant select (id) on sessions to app_api;
grant select (id) on users to app_api;
grant select (ip) on sessions to app_api;
grant select (locale) on users to app_api;
grant select (name) on users to app_api;
grant select (seen_at) on sessions to app_api;
grant select (tenant_id) on sessions to app_api;
grant select (user_agent) on sessions to app_api;
grant select (user_id) on sessions to app_api;
grant select on asks to app_api;
grant select on calling_codes to app_api;
grant select on code_sends to app_api;
grant select on consents to app_api;
grant select on contact_identities to app_api;
grant select on contact_windows to app_api;
grant select on credit_accounts to app_api;
grant select on credit_entries to app_api;
grant select on credit_holds to app_api;
grant select on currency_rates to app_api;
grant select on destination_use to app_api;
grant select on effects to app_api;
grant select on inbox to app_api;
grant select on journal to app_api;
grant select on link_clicks to app_api;
grant select on memberships to app_api;
grant select on number_events to app_api;
grant select on number_usage to app_api;
grant select on payload_use to app_api;
grant select on plans to app_api;
grant select on prices to app_api;
grant select on runs to app_api;
grant select on sender_pace to app_api;
grant select on store_deliveries to app_api;
grant select on uses to app_api;
grant select on waits to app_api;
grant select, update on tenants to app_api;
grant update (username) on contact_identities to app_api;
grant usage on credit_entries_id_seq to app_api;
