import type { TenantScope } from "./database.ts";
import { familiesOf } from "./usage-lines.ts";

/** What went on at one WhatsApp number. */
export interface NumberActivity {
  readonly id: string;
  /** Conversations in which something was written today. */
  readonly conversations_today: number;
  /** Messages sent today by runs that asked a model. */
  readonly ai_messages_today: number;
  /** Interactions of the period, and those of them that reached a goal, themselves or through runs they started. */
  readonly interactions: number;
  readonly converted: number;
}

const ROOTS = `select i.run_id from interactions i
  join numbers n on n.id = i.number_id and n.tenant_id = :tenant and n.whatsapp
  where i.tenant_id = :tenant and i.at >= cast(:since as timestamptz)`;

const ASKED_A_MODEL = `(exists (select from uses u where u.tenant_id = :tenant and u.run_id = m.run_id and u.kind = 'ai')
  or exists (select from credit_entries e where e.tenant_id = :tenant and e.run_id = m.run_id and e.meter = 'ai'))`;

/** Of each WhatsApp number. The day is one of the zone. */
export async function activityOfNumbers(
  { sql, tenantId }: TenantScope,
  moment: { readonly now: Date; readonly timezone: string; readonly since: Date },
): Promise<NumberActivity[]> {
  const result = await sql.raw(
    `with recursive ${familiesOf(ROOTS)},
      today as (select date_trunc('day', cast(:now as timestamptz), :timezone) as begin)
    select n.id,
      (select count(*) from conversations c where c.tenant_id = :tenant and c.number_id = n.id and c.channel = 'whatsapp'
        and c.last_message_at >= today.begin)::integer as conversations_today,
      (select count(*) from messages m where m.tenant_id = :tenant and m.number_id = n.id and m.direction = 'outbound'
        and m.channel = 'whatsapp' and m.created_at >= today.begin and ${ASKED_A_MODEL})::integer as ai_messages_today,
      w.interactions, w.converted
    from numbers n cross join today cross join lateral (
      select count(*)::integer as interactions,
        count(*) filter (where exists (select from family f join goals g on g.tenant_id = :tenant and g.run_id = f.id
          where f.root = i.run_id))::integer as converted
      from interactions i
      where i.tenant_id = :tenant and i.number_id = n.id and i.at >= cast(:since as timestamptz)) w
    where n.tenant_id = :tenant and n.whatsapp order by n.id`,
    { tenant: tenantId, ...moment },
  );
  return result.rows;
}
