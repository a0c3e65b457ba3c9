import { setTimeout as sleep } from "node:timers/promises";
import type { Books, Delivery } from "./books.ts";
import type { Cluster } from "./cluster.ts";
import { type LoadItem, planLoad } from "./load-plan.ts";
import type { ChaosTenant } from "./tenants.ts";
import type { VendorFault } from "./vendors.ts";
import { createWebhookPoster, type WebhookPoster } from "./webhook-poster.ts";

/** People who call, write and order, as the seed has planned it. */
export interface Load {
  readonly poster: WebhookPoster;
  /** Lets the plan go on. */
  resume(): void;
  /** Starts nothing more and waits until everybody has finished what they were at. */
  pause(): Promise<void>;
  /** The next people to order and to write by WhatsApp meet these, one each. */
  orderFaults(faults: readonly VendorFault[]): void;
  /** Ordered faults nobody has met yet. */
  readonly faultsAhead: number;
  /** Sends an SMS until it is acknowledged, a few times at most. */
  write(message: Omit<Delivery, "ackedAt">, to: string, body: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface LoadOptions {
  readonly cluster: Cluster;
  readonly books: Books;
  readonly seed: number;
  readonly perSecond: number;
}

/** Who is under way at once, at most: a jam must not become a flood when it ends. */
const MAX_UNDER_WAY = 150;
const TRIES = 6;

export function createLoad({ cluster, books, seed, perSecond }: LoadOptions): Load {
  const plan = planLoad(seed, { perSecond, tenants: cluster.tenants.length });
  const poster = createWebhookPoster(cluster.url);
  const people = createPeople(cluster, books, poster);
  const underWay = new Set<Promise<void>>();
  const ahead: Record<"order" | "whatsapp", VendorFault[]> = { order: [], whatsapp: [] };
  let timer: NodeJS.Timeout | null = null;
  const begin = (item: LoadItem) => {
    const fault = item.kind === "order" || item.kind === "whatsapp" ? ahead[item.kind].shift() : undefined;
    const done = people.act(item, fault).finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const tick = () => {
    if (underWay.size >= MAX_UNDER_WAY) {
      timer = setTimeout(tick, 50);
      return;
    }
    const item = plan.next().value;
    begin(item);
    timer = setTimeout(tick, item.gapMs);
  };
  const pause = async () => {
    if (timer) clearTimeout(timer);
    timer = null;
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    poster,
    resume() {
      timer ??= setTimeout(tick, 0);
    },
    pause,
    orderFaults(faults) {
      ahead.order.push(...faults);
      ahead.whatsapp.push(...faults);
    },
    get faultsAhead() {
      return ahead.order.length + ahead.whatsapp.length;
    },
    write: people.write,
    async close() {
      if (timer) clearTimeout(timer);
      await poster.close();
    },
  };
}

function createPeople(cluster: Cluster, books: Books, poster: WebhookPoster) {
  const { vendors, tenants } = cluster;
  const write: Load["write"] = async (message, to, body) => {
    const delivery = books.sent(message);
    const sms = { sid: delivery.key, from: delivery.phone, to, body };
    return untilAcked(delivery, TRIES, () => poster.sms(sms));
  };
  const chat = async (item: LoadItem, tenant: ChaosTenant) => {
    const person = { tenantId: tenant.id, phone: item.phone } as const;
    const first = { key: `SM${item.code}`, kind: "chat", ...person } as const;
    const taken = await write(first, tenant.phone, "hola");
    await repeat(item, () => write(first, tenant.phone, "hola"));
    if (!taken || item.replyAfterMs === null) return;
    await sleep(item.replyAfterMs);
    const reply = { key: `SM${[...item.code].reverse().join("")}`, kind: "reply", ...person } as const;
    await write(reply, tenant.phone, "gracias");
  };
  const whatsapp = async (item: LoadItem, tenant: ChaosTenant, fault: VendorFault | undefined) => {
    const { phone, phoneNumberId } = tenant.whatsapp;
    if (fault) vendors.meta.faults.next({ to: item.phone }, fault);
    const ref = `wamid.${item.code}`;
    const delivery = books.sent({ key: ref, tenantId: tenant.id, kind: "whatsapp", phone: item.phone });
    const draft = { from: item.phone, phoneNumberId, displayPhoneNumber: phone, text: "hola", ref };
    const send = async () => (await vendors.meta.receiveMessage(draft)).status;
    await untilAcked(delivery, 1, send);
    await repeat(item, () => untilAcked(delivery, 1, send));
  };
  const order = async (item: LoadItem, tenant: ChaosTenant, fault: VendorFault | undefined) => {
    if (fault) vendors.twilio.faults.next({ path: /Messages\.json$/, to: item.phone }, fault);
    const { code, phone } = item;
    const delivery = books.sent({ key: code, tenantId: tenant.id, kind: "order", phone });
    const headers = {
      authorization: `Bearer ${tenant.apiKey}`,
      "content-type": "application/json",
      "idempotency-key": code,
    };
    const body = JSON.stringify({ input: { code, phone } });
    const start = () => poster.post("/api/v1/flows/chaos-order/runs", headers, body);
    await untilAcked(delivery, TRIES, start);
    await repeat(item, () => untilAcked(delivery, 1, start));
  };
  const call = async (item: LoadItem, tenant: ChaosTenant) => {
    const phone = vendors.twilio.ring({ from: item.phone, to: tenant.phone, script: { inputs: ["1"] } });
    const delivery = books.sent({ key: phone.sid, tenantId: tenant.id, kind: "call", phone: item.phone });
    const { spoken } = await phone.done;
    // Who hears the menu was answered, and what is answered is stored.
    if (spoken.some((text) => text.startsWith("Bienvenido"))) delivery.ackedAt ??= Date.now();
  };
  const act = async (item: LoadItem, fault: VendorFault | undefined): Promise<void> => {
    const tenant = tenants[item.tenant];
    if (!tenant) throw new RangeError(`no tenant ${item.tenant}`);
    try {
      if (item.kind === "order") await order(item, tenant, fault);
      else if (item.kind === "whatsapp") await whatsapp(item, tenant, fault);
      else if (item.kind === "chat") await chat(item, tenant);
      else await call(item, tenant);
    } catch {
      // Only when the vendors are closed while somebody is at it: the run of the harness is over then.
    }
  };
  return { act, write };
}

async function repeat(item: LoadItem, send: () => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: item.repeats }, send));
}

async function untilAcked(delivery: Delivery, tries: number, send: () => Promise<number>): Promise<boolean> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const status = await send();
    if (status >= 200 && status < 300) {
      delivery.ackedAt ??= Date.now();
      return true;
    }
    if (attempt < tries) await sleep(200 * attempt);
  }
  return false;
}
