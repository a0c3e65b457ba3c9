import type { Knex } from "knex";

/**
 * Lists of people a bulk is sent to.
 *
 * A list is filled page by page and then ready; from then on nothing of it changes, so that a run that reads it by position
 * finds the same people after a crash. Positions have no gaps, and a number is in a list once.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table recipient_lists (
  id text primary key check (id like 'lst\\_%'),
  tenant_id text not null references tenants (id),
  name text not null,
  -- of the request or run that made it for itself; empty: it was uploaded
  fingerprint text not null,
  -- null: it is still being filled
  recipients integer check (recipients >= 0),
  duplicates integer not null default 0 check (duplicates >= 0),
  invalid integer not null default 0 check (invalid >= 0),
  -- the first of them: [{ line, value }]
  invalid_first jsonb not null default '[]',
  created_at timestamptz not null default now()
);
create index recipient_lists_idx on recipient_lists (tenant_id, id desc);

create table recipient_list_entries (
  tenant_id text not null references tenants (id),
  list_id text not null references recipient_lists (id) on delete cascade,
  position integer not null check (position >= 0),
  phone text not null,
  fields jsonb not null default '{}',
  primary key (list_id, position),
  unique (list_id, phone)
);

do $$
declare
  t text;
begin
  foreach t in array array['recipient_lists', 'recipient_list_entries'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))', t);
    execute format('grant select, insert, update, delete on %I to app_api', t);
  end loop;
end $$;
`);
}
