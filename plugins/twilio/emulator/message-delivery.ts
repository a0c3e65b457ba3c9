import type { LedgerEntry } from "../../../engine/plugin-api.ts";
import { formatAddress } from "./addresses.ts";
import { createCallbackLine } from "./callbacks.ts";
import { receiptDate } from "./dates.ts";
import { errorText } from "./error-texts.ts";
import type { Form } from "./form.ts";
import { countSegments, type DeliveryStep, messageDetails } from "./message-record.ts";
import { isLandline, isMagic, TEST_SENDER } from "./numbers.ts";
import { senderFor } from "./service-pools.ts";
import { type WebhookCall, webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

/** Statuses no message leaves. */
export const FINAL_STATUSES: readonly string[] = [
  "delivered",
  "undelivered",
  "failed",
  "canceled",
  "read",
  "received",
];

/** The statuses a message to this number will go through, after the one its creation is answered with. */
export function planDelivery(
  channel: string,
  to: string,
  isFreeText: boolean,
  templateFailure: number | null = null,
): DeliveryStep[] {
  const step = (status: string, errorCode: number | null = null) => ({ status, errorCode });
  const failure = channel === "whatsapp" ? (templateFailure ?? whatsAppFailure(to, isFreeText)) : null;
  if (failure !== null) return [step("queued"), step("failed", failure)];
  const loss = lossCode(channel, to);
  if (loss !== null) return [step("queued"), step("sent"), step("undelivered", loss)];
  const reads = channel === "whatsapp" && isMagic("reads", to) ? [step("read")] : [];
  return [step("queued"), step("sent"), step("delivered"), ...reads];
}

/** Takes a message through what is ahead of it, reporting each status. Also picks up one left by an earlier process. */
export async function deliver(world: World, ref: string): Promise<void> {
  const line = createCallbackLine(world.webhooks, mannerOf(world, ref));
  for (let entry = await nextTurn(world, ref); entry; entry = await nextTurn(world, ref)) {
    const [step, ...ahead] = messageDetails(entry).ahead;
    if (!step) break;
    const reached = reach(world, entry, step);
    const call = reached && statusCall(world, reached);
    if (call) await line.report(call);
    // Only now the step is done: a process killed before reports it again rather than never.
    if (messageDetails(world.ledger.find(ref) ?? entry).ahead.length > 0)
      world.ledger.update(ref, { details: { ahead } });
  }
  await line.flush();
}

/** Reports the status a message has now, outside its plan: `canceled`, or `read` on demand. */
export async function reportStatus(world: World, entry: LedgerEntry): Promise<void> {
  const line = createCallbackLine(world.webhooks, messageDetails(entry).manner);
  const call = statusCall(world, entry);
  if (call) await line.report(call);
  await line.flush();
}

async function nextTurn(world: World, ref: string): Promise<LedgerEntry | undefined> {
  const entry = world.ledger.find(ref);
  if (!entry || messageDetails(entry).ahead.length === 0) return undefined;
  await world.work.pace();
  return world.ledger.find(ref);
}

function reach(world: World, entry: LedgerEntry, step: DeliveryStep): LedgerEntry | undefined {
  const now = world.now().toISOString();
  const { messagingServiceSid, sentAt } = messageDetails(entry);
  const sender =
    messagingServiceSid !== null && entry.from === undefined
      ? { from: senderFor(world.services, messagingServiceSid, entry.to ?? "") ?? TEST_SENDER }
      : {};
  return world.ledger.update(entry.ref, {
    ...sender,
    status: step.status,
    details: {
      errorCode: step.errorCode,
      updatedAt: now,
      sentAt: sentAt ?? (step.status === "sent" ? now : null),
      numSegments: countSegments(entry.channel ?? "sms", entry.body ?? ""),
    },
  });
}

function statusCall(world: World, entry: LedgerEntry): WebhookCall | null {
  const { accountSid, statusCallback } = messageDetails(entry);
  if (statusCallback === null) return null;
  return webhookCall(accountSid, statusCallback, "POST", statusParams(world, entry));
}

function statusParams(world: World, entry: LedgerEntry): Form {
  const { messagingServiceSid, errorCode } = messageDetails(entry);
  const status = entry.status ?? "";
  return {
    From: formatAddress(entry.channel, entry.from ?? ""),
    To: formatAddress(entry.channel, entry.to ?? ""),
    MessageSid: entry.ref,
    MessageStatus: status,
    SmsSid: entry.ref,
    SmsStatus: status,
    ...(messagingServiceSid === null ? {} : { MessagingServiceSid: messagingServiceSid }),
    ...(errorCode === null ? {} : { ErrorCode: String(errorCode), ErrorMessage: errorText(errorCode) }),
    ...(entry.channel === "whatsapp" ? whatsAppParams(entry, status, errorCode) : smsParams(world, status)),
  };
}

function smsParams(world: World, status: string): Form {
  return ["delivered", "undelivered"].includes(status) ? { RawDlrDoneDate: receiptDate(world.now()) } : {};
}

function whatsAppParams(entry: LedgerEntry, status: string, errorCode: number | null): Form {
  return {
    ChannelInstallSid: `XE${messageDetails(entry).accountSid.slice(2)}`,
    ChannelPrefix: "whatsapp",
    ...(status === "read" ? { EventType: "READ" } : {}),
    ...(errorCode === null ? {} : { ChannelStatusMessage: errorText(errorCode) }),
  };
}

function whatsAppFailure(to: string, isFreeText: boolean): number | null {
  if (isMagic("noWhatsApp", to) || isLandline(to)) return 63003;
  return isFreeText && isMagic("outsideWindow", to) ? 63016 : null;
}

function lossCode(channel: string, to: string): number | null {
  if (isMagic("unreachable", to)) return 30003;
  return channel === "sms" && isLandline(to) ? 30006 : null;
}

function mannerOf(world: World, ref: string) {
  const entry = world.ledger.find(ref);
  return entry ? messageDetails(entry).manner : "normal";
}
