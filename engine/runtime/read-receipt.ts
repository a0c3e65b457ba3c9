import type { ChannelContext, ChannelDefinition, ChannelKind, SenderView } from "../plugin-api.ts";
import type { ConversationRow } from "../store/conversations.ts";
import type { Runtime } from "./runtime.ts";
import { cacheOf } from "./tenant-cache.ts";

/** A message of a person, and by which of our numbers it came. */
interface Received {
  readonly channel: string;
  readonly numberId: string | null;
  readonly ref: string | null;
}

type Sign = (ref: string, from: SenderView, ctx: ChannelContext) => Promise<void>;
type Shown = "sent" | "none" | "failed";

const RECEIPT_PATIENCE_MS = 10_000;
/** The answer itself waits for it. */
const TYPING_PATIENCE_MS = 2_000;

/** Shows the person that they were read, where their channel can. */
export function sendReadReceipt(
  runtime: Runtime,
  tenantId: string,
  {
    channel,
    number_id: numberId,
    last_inbound_ref: ref,
  }: Pick<ConversationRow, "channel" | "number_id" | "last_inbound_ref">,
): Promise<Shown> {
  const received = { channel, numberId, ref };
  return show(runtime, tenantId, received, ({ markRead }) => markRead, RECEIPT_PATIENCE_MS);
}

/** Shows the person that somebody writes to them, where their channel can. */
export function showTyping(runtime: Runtime, tenantId: string, received: Received): Promise<Shown> {
  return show(runtime, tenantId, received, (adapter) => adapter.showTyping, TYPING_PATIENCE_MS);
}

/** It is a courtesy: what fails is only noted. */
async function show(
  { db, directory, registry, secrets, fetch, log }: Runtime,
  tenantId: string,
  { channel, numberId, ref }: Received,
  signOf: (adapter: ChannelDefinition) => Sign | undefined,
  patienceMs: number,
): Promise<Shown> {
  const { numbers } = await directory.of(tenantId);
  const number = numbers.find(({ id }) => id === numberId);
  const adapter = number && registry.channel(number.provider, channel as ChannelKind);
  const sign = adapter && signOf(adapter);
  if (!sign || !number || ref === null || ref === "") return "none";
  const { id, e164, provider, provider_id: providerId } = number;
  try {
    const credential = await secrets.open(tenantId, adapter.credential);
    const signal = AbortSignal.timeout(patienceMs);
    const context = { signal, fetch, log, credential, attempt: 0, cache: cacheOf(db, tenantId) };
    await sign(ref, { numberId: id, e164, provider, providerId }, context);
    return "sent";
  } catch (error) {
    log.warn({ err: error, tenantId, ref }, "a sign that somebody is there was not sent");
    return "failed";
  }
}
