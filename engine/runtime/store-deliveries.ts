/**
 * What stores hear of their interactions.
 *
 *   N1 each interaction of a store that wants to hear of it is written with the interaction, and brought at least once.
 *   N2 a delivery is signed over its moment and its body, and carries the id that tells a repetition.
 *   N3 one that is not taken is tried again, ever more rarely, for about two days; no store waits for another's.
 */
import { createHmac } from "node:crypto";
import { AppError } from "../errors.ts";
import { claimStoreDeliveries, type StoreDelivery, settleStoreDelivery } from "../store/store-deliveries.ts";
import type { Runtime } from "./runtime.ts";

const EVERY_MS = 2_000;
const LIMIT = 50;
const LEASE_MS = 60_000;
const TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 6 * 3_600_000;
const MAX_ATTEMPTS = 16;

type Needed = Pick<Runtime, "db" | "fetch" | "keys" | "log" | "clock">;

/** Brings what is due, again and again. */
export function startStoreDeliveries(runtime: Needed): { deliver(): Promise<number>; stop(): void } {
  const deliver = () => deliverDue(runtime);
  const timer = setInterval(() => {
    deliver().catch((error) => runtime.log.warn({ err: error }, "telling stores failed; it is tried again"));
  }, EVERY_MS);
  timer.unref();
  return { deliver, stop: () => clearInterval(timer) };
}

/** Everything whose time has come. Gives how many were tried. */
export async function deliverDue(runtime: Needed): Promise<number> {
  const due = await claimStoreDeliveries(runtime.db, LIMIT, LEASE_MS);
  await Promise.all(due.map((delivery) => deliverOne(runtime, delivery)));
  return due.length;
}

async function deliverOne(runtime: Needed, delivery: StoreDelivery): Promise<void> {
  const { tenantId: tenant, id, attempts } = delivery;
  const { status, error, isFinal } = await post(runtime, delivery);
  if (error === null)
    return settleStoreDelivery(runtime.db, { tenant, id, state: "delivered", status, error: null });
  const isOver = isFinal || attempts >= MAX_ATTEMPTS;
  if (isOver)
    runtime.log.warn({ storeId: delivery.storeId, id, error }, "a store did not take its interaction");
  await settleStoreDelivery(runtime.db, {
    tenant,
    id,
    state: isOver ? "failed" : "pending",
    status,
    error,
    retryInMs: retryInMs(attempts),
  });
}

/** 10 s, doubled each time, six hours at most. */
export function retryInMs(attempts: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS);
}

interface Posted {
  readonly status: number | null;
  readonly error: string | null;
  /** Trying again would change nothing. */
  readonly isFinal: boolean;
}

async function post({ fetch, keys, clock }: Needed, delivery: StoreDelivery): Promise<Posted> {
  const { url, secret, tenantId, storeId } = delivery;
  if (url === null || secret === null)
    return { status: null, error: "the store has no webhook any more", isFinal: true };
  try {
    const opened = keys.open(webhookPlace(tenantId, storeId), secret);
    const body = JSON.stringify({ ...delivery.body, deliveryId: delivery.id });
    const seconds = Math.floor(clock.now().getTime() / 1000);
    const { status } = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "centralita-delivery": delivery.id,
        "centralita-signature": signatureOf(String(opened.secret), seconds, body),
      },
      body,
      timeoutMs: TIMEOUT_MS,
    });
    const isTaken = status >= 200 && status < 300;
    return { status, error: isTaken ? null : `answered ${status}`, isFinal: status === 410 };
  } catch (error) {
    const isFinal = error instanceof AppError && error.code === "FETCH_BLOCKED";
    return { status: null, error: error instanceof Error ? error.message.slice(0, 500) : "failed", isFinal };
  }
}

/** [N2] `t=<seconds>,v1=<hex of HMAC-SHA256 over "<seconds>.<body>">` */
export function signatureOf(secret: string, seconds: number, body: string): string {
  const mac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${mac}`;
}

/** What a store's sealed secret belongs to. */
export function webhookPlace(tenantId: string, storeId: string) {
  return { tenantId, table: "stores", row: storeId };
}
