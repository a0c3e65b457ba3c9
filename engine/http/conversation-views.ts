import type { ConversationRow } from "../store/conversations.ts";

export function conversationView(row: ConversationRow) {
  const { module, record_id } = row;
  return {
    id: row.id,
    channel: row.channel,
    contact: { address: row.contact, name: row.contact_name },
    number: { id: row.number_id, e164: row.number_e164 },
    storeId: row.store_id,
    status: row.status,
    assignedTo: row.assigned_to,
    team: row.team,
    unread: row.unread,
    reference: module === null || record_id === null ? null : { module, recordId: record_id },
    lastMessage: row.last_message,
    lastMessageAt: row.last_message_at,
    lastInboundAt: row.last_inbound_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    createdAt: row.created_at,
  };
}
