import type { Knex } from "knex";

/**
 * What a tenant pays for a unit itself, where it has a contract of its own with a vendor: it stands before the operator's
 * price from its moment on. Nothing is changed or deleted, so that old figures stay what they were; null gives way to the
 * operator's again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table own_prices (
  tenant_id text not null references tenants (id),
  meter text not null check (meter in ('sms', 'whatsapp', 'voice', 'lookup', 'verify', 'ai', 'geolocation')),
  country text not null check (country = '*' or country ~ '^[A-Z]{2}$'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  unit_price numeric(18, 8) check (unit_price >= 0),
  valid_from timestamptz not null default now(),
  primary key (tenant_id, meter, country, currency, valid_from)
);
alter table own_prices enable row level security;
alter table own_prices force row level security;
create policy tenant_wall on own_prices using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')));
grant select, insert on own_prices to app_api;
`);
}
