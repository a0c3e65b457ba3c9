import type { Knex } from "knex";

/**
 * Keys of systems are made, changed and ended by tenants themselves: who made one, how to recognise it, when it was last used,
 * and the secret before the present one while both are good. And issuers whose tokens a tenant trusts.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table api_keys
  -- the key or user that made it; null: it came with the tenant
  add column created_by text,
  -- how the key begins, enough to tell it from others
  add column hint text,
  -- to the minute
  add column last_used_at timestamptz,
  add column rotated_at timestamptz,
  -- sha256 of the key before the last rotation, which is good until then
  add column previous_hash text,
  add column previous_until timestamptz;
create index api_keys_previous_idx on api_keys (previous_hash) where previous_hash is not null;

-- A token of a system of the tenant's own is good where its issuer is named here.
create table token_issuers (
  id text primary key check (id like 'iss\\_%'),
  tenant_id text not null references tenants (id),
  name text not null,
  -- as the claim "iss" has it
  issuer text not null,
  jwks_url text not null,
  -- the most a token may do
  scopes text[] not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  unique (tenant_id, issuer)
);
alter table token_issuers enable row level security;
alter table token_issuers force row level security;
create policy tenant_wall on token_issuers
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')));
grant select, insert, delete on token_issuers to app_api;

-- Whose key it is, and that it was used: to the minute, for not every look is a write.
create function key_in_use(p_key api_keys)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if p_key.last_used_at is null or p_key.last_used_at < now() - interval '1 minute' then
    perform set_config('app.tenant_id', p_key.tenant_id, true);
    update api_keys set last_used_at = now() where tenant_id = p_key.tenant_id and id = p_key.id;
  end if;
  return jsonb_build_object('id', p_key.id, 'tenantId', p_key.tenant_id, 'scopes', p_key.scopes);
end $$;

create function is_good(p_key api_keys, p_now timestamptz)
returns boolean language sql immutable as $$
  select p_key.revoked_at is null and (p_key.expires_at is null or p_key.expires_at > p_now)
$$;

drop function engine_find_api_key(text);
create function engine_find_api_key(p_hash text)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_key api_keys;
begin
  select * into v_key from api_keys k where is_good(k, now())
    and (k.hash = p_hash or (k.previous_hash = p_hash and k.previous_until > now())) limit 1;
  if not found then return null; end if;
  return key_in_use(v_key);
end $$;

-- The key a token was made with; the token says its tenant and is signed.
create function engine_key_of_token(p_tenant text, p_id text)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_key api_keys;
begin
  select * into v_key from api_keys k where k.tenant_id = p_tenant and k.id = p_id and is_good(k, now());
  if not found then return null; end if;
  return key_in_use(v_key);
end $$;

revoke execute on function key_in_use, is_good, engine_find_api_key, engine_key_of_token from public;
grant execute on function engine_find_api_key, engine_key_of_token to app_engine;
`);
}
