import { askId } from "../ids.ts";
import type { ChannelKind, ConversationAddress, ConversationsView, HandoffState } from "../plugin-api.ts";
import { openAsk } from "../store/asks.ts";
import { countMessages } from "../store/conversations.ts";
import type { TenantScope } from "../store/database.ts";
import { endHandoff, type HandoffRow, readHandoff, startHandoff } from "../store/handoffs.ts";
import { lastConversationOf, messagesSince } from "../store/message-trail.ts";
import type { Step } from "./effects.ts";
import { showTyping } from "./read-receipt.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

const LAST_MESSAGES = 20;

/** Conversations as one step sees them. */
export function conversationsView(runtime: Runtime, segment: Segment, step: Step): ConversationsView {
  const { db } = runtime;
  const { run, state } = segment;
  const asTenant = <T>(work: (scope: TenantScope) => Promise<T>) => db.asTenant(run.tenantId, work);
  return {
    get ask() {
      return askId(firstVisit(segment, step.stepKey));
    },
    current: async () => messageAddress(segment) ?? (await lastAddress(segment, asTenant)),
    listen: ({ channel, number, contact }) => {
      const stepKey = firstVisit(segment, step.stepKey);
      const ask = { tenant: run.tenantId, id: askId(stepKey), runId: run.id, stepKey, choices: [] };
      return openAsk(db, { ...ask, channel, number, contact });
    },
    async showTyping({ channel, number }, ref) {
      const { numbers } = await runtime.directory.of(run.tenantId);
      const row = numbers.find(({ e164, ...able }) => e164 === number && able[channel]);
      // What anybody outside might notice waits until the run is ours [W2].
      if (row) await segment.lease();
      await showTyping(runtime, run.tenantId, { channel, numberId: row?.id ?? null, ref });
    },
    async handOff({ channel, number, contact, team, note, until }) {
      const { numbers } = await runtime.directory.of(run.tenantId);
      const row = numbers.find(({ e164, ...able }) => e164 === number && able[channel]);
      await asTenant((scope) =>
        startHandoff(scope, {
          stepKey: step.stepKey,
          channel,
          number,
          contact,
          team,
          note,
          numberId: row?.id ?? null,
          storeId: row?.store_id ?? null,
          startedAt: state.segmentAt,
          until: until.toISOString(),
        }),
      );
      await countMessages(db, run.tenantId);
    },
    handoff: () =>
      asTenant(async (scope) => {
        const row = await readHandoff(scope, step.stepKey);
        return row ? handoffState(scope, row) : null;
      }),
    takeBack: () => asTenant((scope) => endHandoff(scope, step.stepKey, state.segmentAt)),
  };
}

/** Asking again is a further visit of the same step: what was asked first stays the question. */
export function firstVisit({ state }: Segment, stepKey: string): string {
  const again = state.repeat?.count ?? 0;
  const at = stepKey.lastIndexOf(":");
  return `${stepKey.slice(0, at)}:${Number(stepKey.slice(at + 1)) - again}`;
}

/** Where the message came from that started the run. */
function messageAddress({ state }: Segment): ConversationAddress | null {
  const { message } = state.trigger;
  if (typeof message !== "object" || message === null || Array.isArray(message)) return null;
  const { from, userId, to, channel } = message as { readonly [name: string]: unknown };
  const contact = typeof from === "string" ? from : userId;
  if (typeof contact !== "string" || typeof to !== "string") return null;
  // Meta's numbers know one channel, and its messages do not name it.
  return { channel: channel === "sms" ? "sms" : "whatsapp", number: to, contact };
}

async function lastAddress(
  { state }: Segment,
  asTenant: <T>(work: (scope: TenantScope) => Promise<T>) => Promise<T>,
): Promise<ConversationAddress | null> {
  const { phone, userId } = state.contact;
  const contact = phone || userId;
  if (typeof contact !== "string" || contact === "") return null;
  const last = await asTenant((scope) => lastConversationOf(scope, contact));
  return last ? { channel: last.channel as ChannelKind, number: last.number_e164, contact } : null;
}

async function handoffState(
  scope: TenantScope,
  row: HandoffRow & { readonly assigned_to: string | null },
): Promise<HandoffState> {
  const messages = await messagesSince(scope, row.conversation_id, row.created_at, LAST_MESSAGES);
  return {
    conversationId: row.conversation_id,
    startedAt: row.started_at.toISOString(),
    until: row.until.toISOString(),
    outcome: row.outcome,
    endedAt: row.ended_at?.toISOString() ?? null,
    closedBy: row.ended_by,
    assignedTo: row.assigned_to,
    messages: messages.map(({ direction, body, created_at }) => ({
      direction,
      body,
      at: created_at.toISOString(),
    })),
  };
}
