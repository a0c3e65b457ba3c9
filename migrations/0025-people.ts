import type { Knex } from "knex";

/**
 * People who sign in. A person is one row whatever the number of tenants they work for: a membership says for whom, and as
 * what. Of a session only the hash of its token is kept. Attempts to sign in are counted before the password is looked at, by
 * e-mail and by address, whether or not there is such a person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table memberships (
  tenant_id text not null references tenants (id),
  user_id text not null references users (id),
  role text not null check (role in ('owner', 'admin', 'editor', 'agent', 'viewer')),
  created_at timestamptz not null default now(),
  -- when the person last turned to this tenant: where they begin the next time
  used_at timestamptz,
  primary key (tenant_id, user_id)
);
create index memberships_user_idx on memberships (user_id);

-- Until now a person was a row per tenant; who has one e-mail becomes one. The owner has to see them all for that.
alter table users no force row level security;
alter table conversations no force row level security;
create view same_person as
  select id, tenant_id, role, created_at,
    first_value(id) over (partition by lower(btrim(email)) order by created_at, id) as kept
  from users;
insert into memberships (tenant_id, user_id, role, created_at)
  select tenant_id, kept, role, created_at from same_person order by created_at, id on conflict do nothing;
update conversations c set assigned_to = p.kept from same_person p where p.id = c.assigned_to and p.id <> p.kept;
delete from users u using same_person p where p.id = u.id and p.id <> p.kept;
drop view same_person;
alter table conversations force row level security;

drop policy tenant_wall on users;
alter table users drop column tenant_id, drop column role;
update users set email = lower(btrim(email));
alter table users
  add constraint users_email_key unique (email),
  add constraint users_email_check check (email = lower(email)),
  -- null: that of the tenant
  add column locale text check (locale ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  -- its password is known to everybody
  add column demo boolean not null default false;
alter table users force row level security;
-- A tenant sees who works for it. Somebody new may be written before their membership.
create policy tenant_wall on users
  using (exists (select 1 from memberships m where m.user_id = users.id
    and m.tenant_id = (select nullif(current_setting('app.tenant_id', true), ''))))
  with check ((select nullif(current_setting('app.tenant_id', true), '')) is not null);

create table sessions (
  id text primary key check (id like 'ses\\_%'),
  tenant_id text not null references tenants (id),
  user_id text not null,
  -- sha256 of the token; the token itself is in the cookie only
  hash text not null,
  user_agent text,
  ip text,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '30 days',
  unique (tenant_id, hash),
  -- who is no member any more is signed out
  foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade
);
create index sessions_hash_idx on sessions (hash);
create index sessions_user_idx on sessions (user_id);

-- Of nobody: an e-mail may be one that nobody has.
create table sign_in_attempts (
  -- sha256 of an e-mail or of an address
  key text primary key,
  failures integer not null default 0,
  last_at timestamptz not null default now(),
  blocked_until timestamptz
);

do $$
declare
  t text;
begin
  foreach t in array array['memberships', 'sessions'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))', t);
  end loop;
  foreach t in array array['users', 'memberships', 'sessions'] loop
    execute format('create policy owner_routes on %I for select to app_owner using (true)', t);
  end loop;
end $$;

-- Hashes of passwords and tokens are for the functions below only.
revoke all on users from app_api;
grant select (id, email, name, locale, created_at) on users to app_api;
grant select on memberships to app_api;
grant select (id, tenant_id, user_id, user_agent, ip, created_at, seen_at, expires_at) on sessions to app_api;

-- Seconds to wait; 0: the attempt counts as failed until it is forgiven, and may be made. Whoever guesses many times at once
-- is counted like whoever does so one after the other.
create function engine_admit_sign_in(p jsonb)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;

-- It was the person. What others tried from the same address still counts.
create function engine_forgive_sign_in(p_email text, p_address text)
returns void language sql security definer set search_path = public, pg_temp as $$
  delete from sign_in_attempts where key = p_email;
  update sign_in_attempts set failures = greatest(failures - 1, 0), blocked_until = null where key = p_address;
$$;

create function engine_user_of_email(p_email text)
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('id', u.id, 'passwordHash', u.password_hash, 'demo', u.demo) from users u
  where u.email = p_email and exists (select 1 from memberships m where m.user_id = u.id)
$$;

-- At the tenant the person turned to last. Null: they work for none.
create function engine_start_session(p jsonb)
returns text language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;

-- Whose session a token is. It ends when nothing was heard of it for twelve hours, and at its end.
create function engine_session(p_hash text)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;

create function engine_sessions_of(p_user text)
returns table (id text, tenant_id text, user_agent text, ip text, created_at timestamptz, seen_at timestamptz,
  expires_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, s.tenant_id, s.user_agent, s.ip, s.created_at, s.seen_at, s.expires_at from sessions s
  where s.user_id = p_user and s.expires_at > now() and s.seen_at > now() - interval '12 hours'
  order by s.seen_at desc, s.id
$$;

-- One of a person's, or all but one; how many ended.
create function engine_end_sessions(p_user text, p_only text, p_but text)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;

create function engine_tenants_of(p_user text)
returns table (id text, name text, role text)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.id, t.name, m.role from memberships m join tenants t on t.id = m.tenant_id
  where m.user_id = p_user order by t.name, t.id
$$;

-- The session goes on under a new token at another tenant of the person, as long as the old one would have. False: there is
-- no such session, or the person does not work there.
create function engine_switch_session(p jsonb)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;

create function engine_prune_sessions(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
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
end $$;

revoke execute on function engine_admit_sign_in, engine_forgive_sign_in, engine_user_of_email, engine_start_session,
  engine_session, engine_sessions_of, engine_end_sessions, engine_tenants_of, engine_switch_session, engine_prune_sessions
  from public;
grant execute on function engine_admit_sign_in, engine_forgive_sign_in, engine_user_of_email, engine_start_session,
  engine_session, engine_sessions_of, engine_end_sessions, engine_tenants_of, engine_switch_session, engine_prune_sessions
  to app_engine;
`);
}
