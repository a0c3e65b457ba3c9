import type { Knex } from "knex";

/** A twin, in which a flow is only tried, has the agents of its tenant and knows the same documents. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
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
revoke execute on function agents_of_twin from public;
`);
}
