import { conversationId } from "../ids.ts";
import type { MessageRow } from "../store/messages.ts";

export function messageView(row: MessageRow) {
  const outbound = row.direction === "outbound";
  const { tenant_id: tenant, channel, number_e164: number, contact_phone: contact } = row;
  return {
    id: row.id,
    conversationId: contact === null ? null : conversationId(tenant, channel, number, contact),
    direction: row.direction,
    channel: row.channel,
    from: outbound ? row.number_e164 : row.contact_phone,
    to: outbound ? row.contact_phone : row.number_e164,
    body: row.body,
    media: row.media,
    template: row.template_key,
    status: row.status,
    error: row.error,
    ref: row.provider_ref,
    runId: row.run_id,
    storeId: row.store_id,
    module: row.module,
    recordId: row.record_id,
    author: row.author,
    authorId: row.author_id,
    units: row.units,
    simulated: row.simulated,
    sentAt: row.sent_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
