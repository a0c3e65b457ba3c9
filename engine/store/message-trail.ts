import type { TenantScope } from "./database.ts";

/** The channel and number over which somebody was last written to, or wrote, in the last 30 days. */
export function lastConversationOf(
  { sql, tenantId }: TenantScope,
  contact: string,
): Promise<{ channel: string; number_e164: string } | undefined> {
  return sql("messages")
    .where({ "messages.tenant_id": tenantId, "messages.contact_phone": contact })
    .whereRaw("messages.created_at > now() - interval '30 days'")
    .orderBy("messages.id", "desc")
    .first("messages.channel", "messages.number_e164");
}

/** The last messages of a conversation since a moment, oldest first. */
export async function messagesSince(
  { sql, tenantId }: TenantScope,
  conversationId: string,
  since: Date,
  limit: number,
): Promise<{ direction: "inbound" | "outbound"; body: string; created_at: Date }[]> {
  const rows = await sql("messages as m")
    .join("conversations as c", (join) =>
      join
        .on("c.tenant_id", "m.tenant_id")
        .andOn("c.contact", "m.contact_phone")
        .andOn("c.channel", "m.channel")
        .andOn("c.number_e164", "m.number_e164"),
    )
    .where({ "m.tenant_id": tenantId, "c.id": conversationId })
    .where("m.created_at", ">=", since)
    .orderBy("m.id", "desc")
    .limit(limit)
    .select("m.direction", "m.body", "m.created_at");
  return rows.toReversed();
}
