import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { AppError, type JsonObject } from "../../../engine/plugin-api.ts";
import { signatureOf } from "../wire/signature.ts";

/** Delivers signed webhooks to the engine, again and again until one is taken, as Meta does (though for seconds, not days). */
export interface WebhookSender {
  pointAt(publicUrl: string): void;
  /** Runs now, or as soon as the emulator is pointed at an engine. */
  whenPointed(run: () => void): void;
  /** The status of the last try; 0 when nobody answered. @throws AppError CONFIG_INVALID before `pointAt` */
  post(appSecret: string, body: JsonObject): Promise<number>;
  /** The last so many webhooks once more, oldest first: Meta repeats itself. Gives how they were answered. */
  replay(count: number): Promise<readonly number[]>;
  /** @throws AppError CONFIG_INVALID before `pointAt` */
  get(query: Readonly<Record<string, string>>): Promise<{ status: number; body: string }>;
  close(): Promise<void>;
}

const TRIES = 12;
const KEPT = 100;

export function createWebhookSender(publicUrl: string | undefined, signal: AbortSignal): WebhookSender {
  const agent = new Agent();
  let target = publicUrl;
  let waiting: (() => void)[] = [];
  const sent: { readonly text: string; readonly appSecret: string }[] = [];
  const url = (): string => {
    if (target !== undefined) return `${target.replace(/\/+$/, "")}/hooks/meta`;
    throw new AppError(
      "CONFIG_INVALID",
      "The Meta emulator does not know where the engine listens; call pointAt(publicUrl) first.",
    );
  };
  const deliver = (appSecret: string, text: string) => {
    const signature = signatureOf(appSecret, text);
    const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
    return untilTaken(signal, async () => {
      const answer = await request(url(), { method: "POST", headers, body: text, dispatcher: agent, signal });
      await answer.body.dump();
      return answer.statusCode;
    });
  };
  return {
    pointAt(given) {
      target = given;
      for (const run of waiting) run();
      waiting = [];
    },
    whenPointed: (run) => (target === undefined ? void waiting.push(run) : run()),
    async post(appSecret, body) {
      const text = asMetaWritesIt(body);
      sent.splice(0, Math.max(0, sent.length + 1 - KEPT));
      sent.push({ text, appSecret });
      return deliver(appSecret, text);
    },
    async replay(count) {
      const statuses: number[] = [];
      for (const { appSecret, text } of sent.slice(-count)) statuses.push(await deliver(appSecret, text));
      return statuses;
    },
    async get(query) {
      const answer = await request(`${url()}?${new URLSearchParams(query)}`, { dispatcher: agent, signal });
      return { status: answer.statusCode, body: await answer.body.text() };
    },
    close: () => agent.destroy(),
  };
}

async function untilTaken(signal: AbortSignal, post: () => Promise<number>): Promise<number> {
  let status = 0;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await sleep(Math.min(1000, 50 * 2 ** (attempt - 1)), undefined, { signal });
    status = await post().catch((error: unknown) => {
      if (signal.aborted || error instanceof AppError) throw error;
      return 0;
    });
    if (status >= 200 && status < 300) return status;
  }
  return status;
}

/** Meta escapes slashes and everything beyond ASCII, so whoever signs re-serialised JSON is found out. */
function asMetaWritesIt(body: JsonObject): string {
  return JSON.stringify(body)
    .replaceAll("/", "\\/")
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
