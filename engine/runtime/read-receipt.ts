import type { ConversationRow } from "../store/conversations.ts";
import type { Runtime } from "./runtime.ts";
import { cacheOf } from "./tenant-cache.ts";

const PATIENCE_MS = 10_000;

/** Shows the person that they were read, where their channel can. It is a courtesy: what fails is only noted. */
export async function sendReadReceipt(
  { db, directory, registry, secrets, fetch, log }: Runtime,
  tenantId: string,
  conversation: Pick<ConversationRow, "channel" | "number_id" | "last_inbound_ref">,
): Promise<"sent" | "none" | "failed"> {
  const { channel, number_id, last_inbound_ref: ref } = conversation;
  const { numbers } = await directory.of(tenantId);
  const number = numbers.find(({ id }) => id === number_id);
  const adapter = number && registry.channel(number.provider, channel);
  if (!adapter?.markRead || !number || ref === null) return "none";
  const { id: numberId, e164, provider, provider_id: providerId } = number;
  try {
    const credential = await secrets.open(tenantId, adapter.credential);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const context = { signal, fetch, log, credential, attempt: 0, cache: cacheOf(db, tenantId) };
    await adapter.markRead(ref, { numberId, e164, provider, providerId }, context);
    return "sent";
  } catch (error) {
    log.warn({ err: error, tenantId, ref }, "a read receipt was not sent");
    return "failed";
  }
}
