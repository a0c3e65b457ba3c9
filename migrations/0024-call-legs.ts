import type { Knex } from "knex";

/**
 * Who took which leg of a dialled call. A Dial tells its outcome by the id of the leg that was connected; this says whose
 * leg that was, and when a line was last talked on.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table call_legs (
  tenant_id text not null references tenants (id),
  provider text not null,
  provider_ref text not null,
  run_id text not null,
  -- a number, or sip:…, client:…
  address text not null,
  answered_at timestamptz not null default now(),
  primary key (tenant_id, provider, provider_ref)
);
create index call_legs_address_idx on call_legs (tenant_id, address, answered_at desc);

alter table call_legs enable row level security;
alter table call_legs force row level security;
create policy tenant_wall on call_legs using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')));
create policy owner_routes on call_legs for select to app_owner using (true);
grant select, insert on call_legs to app_api;
`);
}
