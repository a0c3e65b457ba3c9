import { conversationId } from "../ids.ts";
import type { TenantScope } from "./database.ts";

export interface HandoffRow {
  readonly step_key: string;
  readonly conversation_id: string;
  readonly note: string | null;
  readonly started_at: Date;
  readonly until: Date;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
  readonly outcome: "closed" | "timeout" | null;
  readonly created_at: Date;
}

// Whoever closed it may have been gone before telling; closing again tells the last ones again, and they hear it once.
const TOLD_AGAIN = 5;

export interface NewHandoff {
  readonly stepKey: string;
  readonly channel: string;
  readonly number: string;
  readonly numberId: string | null;
  readonly contact: string;
  readonly team: string | null;
  readonly note: string | null;
  readonly storeId: string | null;
  readonly startedAt: string;
  readonly until: string;
}

/** Gives a conversation to people; the same step again changes nothing. */
export async function startHandoff({ sql, tenantId }: TenantScope, handoff: NewHandoff): Promise<void> {
  const { stepKey, channel, number, contact, note, startedAt, until } = handoff;
  const conversation = conversationId(tenantId, channel, number, contact);
  const made = await sql("handoffs")
    .insert({
      tenant_id: tenantId,
      step_key: stepKey,
      conversation_id: conversation,
      note,
      started_at: startedAt,
      until,
    })
    .onConflict(["tenant_id", "step_key"])
    .ignore()
    .returning("conversation_id");
  if (made.length === 0) return;
  const theirs = { status: "handoff", team: handoff.team, closed_at: null, closed_by: null };
  await sql("conversations")
    .insert({
      ...theirs,
      id: conversation,
      tenant_id: tenantId,
      channel,
      number_id: handoff.numberId,
      number_e164: number,
      contact,
      store_id: handoff.storeId,
    })
    .onConflict(["tenant_id", "id"])
    .merge(theirs);
}

export function readHandoff(
  { sql, tenantId }: TenantScope,
  stepKey: string,
): Promise<(HandoffRow & { readonly assigned_to: string | null }) | undefined> {
  return sql("handoffs")
    .join("conversations", (join) =>
      join
        .on("conversations.tenant_id", "handoffs.tenant_id")
        .andOn("conversations.id", "handoffs.conversation_id"),
    )
    .where({ "handoffs.tenant_id": tenantId, "handoffs.step_key": stepKey })
    .first("handoffs.*", "conversations.assigned_to");
}

/** Takes a conversation back from people because the time is up. False when it was closed before. */
export async function endHandoff(
  { sql, tenantId }: TenantScope,
  stepKey: string,
  at: string,
): Promise<boolean> {
  const [ended] = await sql("handoffs")
    .where({ "handoffs.tenant_id": tenantId, "handoffs.step_key": stepKey })
    .whereNull("handoffs.ended_at")
    .update({ ended_at: at, outcome: "timeout" })
    .returning("conversation_id");
  if (!ended) return false;
  const { conversation_id } = ended;
  // Another step may have given it to people, too.
  await sql("conversations")
    .where({ "conversations.tenant_id": tenantId, "conversations.id": conversation_id })
    .where("conversations.status", "handoff")
    .whereNotExists(sql("handoffs").where({ tenant_id: tenantId, conversation_id }).whereNull("ended_at"))
    .update({ status: "open", assigned_to: null, team: null });
  return true;
}

/** Ends all handoffs of a conversation; gives the steps that wait, or may still have to be told, that it was closed. */
export async function closeHandoffs(
  { sql, tenantId }: TenantScope,
  conversationId: string,
  by: { readonly at: string; readonly who: string },
): Promise<readonly string[]> {
  const ofConversation = { "handoffs.tenant_id": tenantId, "handoffs.conversation_id": conversationId };
  await sql("handoffs")
    .where(ofConversation)
    .whereNull("handoffs.ended_at")
    .update({ ended_at: by.at, ended_by: by.who, outcome: "closed" });
  const rows: { step_key: string }[] = await sql("handoffs")
    .where(ofConversation)
    .where("handoffs.outcome", "closed")
    .orderBy("handoffs.ended_at", "desc")
    .limit(TOLD_AGAIN)
    .select("handoffs.step_key");
  return rows.map((row) => row.step_key);
}

/** A step that waits for the conversation to be closed. */
export function waitingHandoff(
  { sql, tenantId }: TenantScope,
  conversationId: string,
): Promise<{ step_key: string } | undefined> {
  return sql("handoffs")
    .where({ "handoffs.tenant_id": tenantId, "handoffs.conversation_id": conversationId })
    .whereNull("handoffs.ended_at")
    .first("handoffs.step_key");
}
