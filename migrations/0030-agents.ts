import type { Knex } from "knex";

/**
 * Agents: what they know (documents of a tenant, cut into passages), what they used (an answer of a model is a row), and
 * who may have them. A plan includes agents, or a subscription adds them to one that does not; only then there are
 * answers (`ai`) to spend.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table knowledge_documents (
  tenant_id text not null references tenants (id),
  id text not null check (id like 'doc\\_%'),
  title text not null,
  collection text not null default 'general',
  kind text not null check (kind in ('text', 'faq', 'web')),
  language text not null check (language in ('es', 'en')),
  -- where it was taken from, if anywhere
  source_url text,
  body text not null default '',
  questions jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index knowledge_documents_list_idx on knowledge_documents (tenant_id, collection, id desc);

create table knowledge_passages (
  tenant_id text not null,
  document_id text not null,
  -- from 1
  position integer not null,
  body text not null,
  -- of the title and the body, without accents
  search tsvector not null,
  primary key (tenant_id, document_id, position),
  foreign key (tenant_id, document_id) references knowledge_documents (tenant_id, id) on delete cascade
);
create index knowledge_passages_search_idx on knowledge_passages using gin (search);

create table agent_answers (
  tenant_id text not null references tenants (id),
  step_key text not null,
  part text not null,
  run_id text not null,
  model text not null,
  prompt_tokens integer not null check (prompt_tokens >= 0),
  completion_tokens integer not null check (completion_tokens >= 0),
  first_ms integer,
  total_ms integer not null,
  at timestamptz not null default now(),
  primary key (tenant_id, step_key, part)
);
create index agent_answers_day_idx on agent_answers (tenant_id, at);
create index agent_answers_run_idx on agent_answers (tenant_id, run_id);

do $$
declare
  t text;
begin
  foreach t in array array['knowledge_documents', 'knowledge_passages', 'agent_answers'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))', t);
    execute format('create policy owner_routes on %I for select to app_owner using (true)', t);
    execute format('grant select, insert, update, delete on %I to app_api', t);
  end loop;
end $$;

-- Answers of a model that a plan brings each month; null = unlimited.
alter table plans add column ai_monthly integer check (ai_monthly >= 0);
-- Agents beside a plan that has none; null: as the plan says.
alter table subscriptions add column voice_agent boolean;

-- As for the other meters: an upgrade never leaves less than what remained, and what is held stays covered.
create function sync_agent_credits_on_subscription()
returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;
-- A twin has the agents of its tenant, and what they know.
create function agents_of_twin()
returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;
create trigger subscriptions_agents_of_twin before insert on subscriptions
  for each row execute function agents_of_twin();

create trigger subscriptions_sync_agent_credits after insert or update on subscriptions
  for each row execute function sync_agent_credits_on_subscription();

do $$
declare
  s record;
begin
  for s in select x.tenant_id from subscriptions x join plans p on p.id = x.plan_id
      where x.status in ('active', 'trialing') and p.voice_agent order by x.tenant_id loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    insert into credit_accounts (tenant_id, meter, balance) values (s.tenant_id, 'ai', null) on conflict do nothing;
  end loop;
end $$;

-- Forgets answers of more than 400 days ago, at most so many. Gives how many.
create function engine_prune_agent_answers(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;
revoke execute on function sync_agent_credits_on_subscription, agents_of_twin, engine_prune_agent_answers from public;
grant execute on function engine_prune_agent_answers to app_engine;
`);
}
