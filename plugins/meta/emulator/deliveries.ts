import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Accounts } from "./accounts.ts";
import type { Activity } from "./activity.ts";
import type { Ledger, SentMessage, Step } from "./ledger.ts";
import { statusWebhook } from "./status-webhook.ts";
import type { WebhookSender } from "./webhook-sender.ts";

export interface DeliveryParts {
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  readonly sender: WebhookSender;
  readonly activity: Activity;
  readonly signal: AbortSignal;
  readonly paceMs: number;
  readonly now: () => Date;
}

/** Reports, step by step, what happens to accepted messages. */
export interface Deliveries {
  /** Goes through what is still to be reported about a message; a second call joins the first. */
  start(ref: string): void;
}

export function createDeliveries(parts: DeliveryParts): Deliveries {
  const running = new Set<string>();
  const run = async (ref: string): Promise<void> => {
    if (running.has(ref)) return;
    running.add(ref);
    try {
      await reportAll(parts, ref);
    } catch (error) {
      if (!parts.signal.aborted) throw error;
    } finally {
      running.delete(ref);
    }
  };
  return { start: (ref) => parts.sender.whenPointed(() => void parts.activity.during(() => run(ref))) };
}

async function reportAll(parts: DeliveryParts, ref: string): Promise<void> {
  for (
    let message = parts.ledger.message(ref);
    message && message.steps.length > 0;
    message = parts.ledger.message(ref)
  ) {
    const steps = message.callbacks === "reorder" ? message.steps.toReversed() : message.steps;
    for (const step of steps) await report(parts, message, step);
  }
}

async function report(parts: DeliveryParts, message: SentMessage, step: Step): Promise<void> {
  const times = { once: 1, reorder: 1, duplicate: 2, lose: 0 }[message.callbacks];
  await (parts.paceMs > 0 ? sleep(parts.paceMs, undefined, { signal: parts.signal }) : nextTurn());
  parts.signal.throwIfAborted();
  for (let time = 0; time < times; time += 1) await post(parts, message, step);
  // Reported only now: an emulator killed on the way reports it once more, and Meta repeats itself too.
  parts.ledger.reported(message.entry.ref, step);
}

async function post(
  { accounts, sender, now }: DeliveryParts,
  message: SentMessage,
  step: Step,
): Promise<void> {
  const { appSecret, wabaId } = accounts.byIndex(message.account);
  const { phoneNumberId } = message;
  const number = { phoneNumberId, displayed: accounts.displayed(phoneNumberId), wabaId };
  await sender.post(appSecret, statusWebhook(message, step, number, now()));
}
