import { randomInt } from "node:crypto";
import {
  AppError,
  type Emulator,
  type EmulatorOptions,
  type JsonObject,
  type SimulatedFault,
} from "../../../engine/plugin-api.ts";
import { openAccounts } from "./accounts.ts";
import { createActivity } from "./activity.ts";
import { createDeliveries } from "./deliveries.ts";
import { accountEnvelope } from "./envelope.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createFiles } from "./files.ts";
import { answerGraph, newWamid } from "./graph-api.ts";
import type { WindowMode } from "./graph-route.ts";
import { listen } from "./http-server.ts";
import { type BatchReceipt, createInbound } from "./inbound.ts";
import type { InboundDraft } from "./inbound-webhook.ts";
import { Ledger, type Step } from "./ledger.ts";
import { createNumberBook, type EmulatedNumber } from "./number-book.ts";
import { createPreferences, type Preference } from "./preferences.ts";
import { shownMessage, writtenMessage } from "./shown-message.ts";
import { tapDraft } from "./tap.ts";
import { createReviewer } from "./template-reviews.ts";
import { createTemplates, type EmulatedTemplate } from "./templates.ts";
import { virtualPhone } from "./virtual-phone.ts";
import { createWebhookSender } from "./webhook-sender.ts";

export interface MetaEmulatorOptions extends EmulatorOptions {
  /** What free text outside the 24-hour window meets: code 131047 as a failed status (default) or at once, or nothing. */
  readonly window?: WindowMode;
  /** The clock of windows, timestamps and months; the machine's by default. */
  readonly now?: () => Date;
  /** Delivered service messages a number has free each month; default 1000. */
  readonly freeServiceMessages?: number;
}

export interface MetaEmulator extends Emulator {
  /** Trouble that lasts until it is called again. */
  trouble(faults: ReadonlySet<SimulatedFault>): void;
  readonly faults: Faults;
  /** From the first one on, other templates are refused with 132001. */
  registerTemplate(template: EmulatedTemplate): void;
  /** From now on templates are looked at when a test says so, or at once again. */
  reviewTemplates(mode: "at-once" | "on-demand"): void;
  /** What becomes of a template, as Meta's event says it: `PAUSED`. @throws AppError NOT_FOUND */
  decideTemplate(name: string, language: string, event: string, reason?: string): Promise<void>;
  /** Meta takes it for another category. @throws AppError NOT_FOUND */
  recategorizeTemplate(name: string, language: string, category: string): Promise<void>;
  /** `GREEN`, `YELLOW` or `RED`. @throws AppError NOT_FOUND */
  rateTemplate(name: string, language: string, score: string): Promise<void>;
  /** Keeps a file for somebody to send; gives its id. */
  keepFile(file: { readonly bytes: Buffer; readonly type: string }): string;
  /** Somebody writes to one of our numbers. */
  receiveMessage(draft: InboundDraft): Promise<InboundReceipt>;
  /**
   * The recipient taps a button or a row of a message, named by its title or its id. `quick_reply` buttons of a template
   * are named by their payload, or by their words, which only the template knows. @throws AppError NOT_FOUND
   */
  tap(ref: string, choice: string, words?: string): Promise<InboundReceipt>;
  /** Several people write; all of it arrives in one webhook, one change for each number. */
  receiveBatch(drafts: readonly InboundDraft[]): Promise<BatchReceipt>;
  /** Somebody wants marketing of one of our numbers no more, or again. */
  choose(preference: Preference): Promise<BatchReceipt>;
  /** The recipient opens a message (or plays a voice note). @throws AppError NOT_FOUND */
  markRead(ref: string, status?: "read" | "played"): void;
  /** Meta says something of an account, or a number of it: `account_update`, `phone_number_quality_update` … */
  reportAccount(field: string, value: JsonObject): Promise<{ readonly status: number }>;
  /** The last so many webhooks once more. */
  replay(count: number): Promise<readonly number[]>;
  /** A number that was added or used, to look at or to change: `quality`, `banned` … */
  number(phoneNumberId: string): EmulatedNumber | null;
  /** Saves the webhook's address, so to speak: Meta's GET verification. `ok` when the challenge came back. */
  handshake(): Promise<{ readonly ok: boolean; readonly status: number; readonly body: string }>;
}

/** `status` is the engine's last HTTP answer; 0 when it never answered. */
export interface InboundReceipt {
  readonly ref: string;
  readonly status: number;
}

/**
 * Starts a local server that speaks Meta's Cloud API and calls back with signed webhooks. Statuses that were under way
 * when an emulator with the same `ledgerFile` stopped go on; they wait until it is pointed at an engine.
 * @throws AppError PORT_IN_USE | CONFIG_INVALID
 */
export async function startMetaEmulator(options: MetaEmulatorOptions): Promise<MetaEmulator> {
  const { paceMs = 25, window = "async", now = () => new Date(), freeServiceMessages = 1000 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const accounts = openAccounts(options.accounts);
  const [faults, activity] = [createFaults(), createActivity()];
  const { person } = options;
  const ledger = new Ledger(options.ledgerFile, (entry) => {
    const shown = person && shownMessage(ledger, entry);
    if (shown) person.hears(shown);
  });
  let trouble: ReadonlySet<SimulatedFault> = new Set();
  const sender = createWebhookSender(options.publicUrl, signal);
  // Whoever plays writes at once, and shall not find their own templates still with a reviewer.
  const reviewMs = person ? 0 : paceMs;
  const reviewer = createReviewer({ ledger, accounts, sender, activity, signal, paceMs: reviewMs, now });
  const templates = createTemplates({ ledger, now, onSubmitted: reviewer.submitted });
  const files = createFiles({ url: () => server.url });
  const deliveries = createDeliveries({ ledger, accounts, sender, activity, signal, paceMs, now });
  const numbers = createNumberBook();
  const parts = {
    accounts,
    numbers,
    subscriptions: new Map(),
    ledger,
    templates,
    files,
    faults,
    window,
    freeServiceMessages,
    now,
    onAccepted: deliveries.start,
    lasting: () => ({
      isDown: trouble.has("whatsapp-down"),
      losesMessages: trouble.has("messages-undelivered"),
    }),
    unreached: (phone: string) => UNREACHED[person?.reach(phone) ?? "everything"],
  };
  const server = await listen(options.port ?? 0, (request) => answerGraph(parts, request));
  for (const { entry } of ledger.unfinished()) deliveries.start(entry.ref);

  const receiveBatch = createInbound({ accounts, ledger, sender, activity, now });
  const markRead = (ref: string, status: "read" | "played" = "read") => {
    if (!ledger.message(ref))
      throw new AppError("NOT_FOUND", `The Meta emulator never accepted a message ${ref}.`, { ref });
    ledger.plan(ref, { status });
    deliveries.start(ref);
  };
  const setTrouble = (faults: ReadonlySet<SimulatedFault>) => {
    trouble = faults;
  };
  const phone = virtualPhone({
    ledger,
    receive: receiveBatch,
    markRead,
    newRef: newWamid,
    wrote: (message, ref) => person?.hears(writtenMessage(message, ref)),
    trouble: setTrouble,
  });

  return {
    url: server.url,
    ...(person ? { phone } : {}),
    faults,
    trouble: setTrouble,
    ledger: () => ledger.entries(),
    pointAt: sender.pointAt,
    idle: activity.idle,
    registerTemplate: (template) => templates.register(accounts.byIndex(0).wabaId, template),
    reviewTemplates: reviewer.review,
    decideTemplate: reviewer.decide,
    recategorizeTemplate: reviewer.recategorize,
    rateTemplate: reviewer.rate,
    keepFile: files.keep,
    receiveBatch,
    choose: createPreferences({ accounts, sender, activity, now }),
    async receiveMessage(draft) {
      const { refs, status } = await receiveBatch([draft]);
      return { ref: refs[0] ?? "", status };
    },
    async tap(ref, choice, words) {
      const draft = tapDraft(ledger.message(ref), { ref, choice, words });
      const { refs, status } = await receiveBatch([draft]);
      return { ref: refs[0] ?? "", status };
    },
    markRead,
    reportAccount: (field, value) =>
      activity.during(async () => {
        const { appSecret, wabaId } = accounts.byIndex(0);
        return { status: await sender.post(appSecret, accountEnvelope(wabaId, now(), field, value)) };
      }),
    replay: (count) => activity.during(() => sender.replay(count)),
    number: numbers.find,
    async handshake() {
      const challenge = String(randomInt(1_000_000_000, 2_000_000_000));
      const { verifyToken } = accounts.byIndex(0);
      const answer = await sender.get({
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": verifyToken,
      });
      return { ok: answer.status === 200 && answer.body === challenge, ...answer };
    },
    async close() {
      stopping.abort();
      await server.close();
      await sender.close();
      await activity.idle();
      ledger.close();
    },
  };
}

const UNREACHED: Readonly<Record<"everything" | "no-whatsapp" | "nothing", readonly Step[] | null>> = {
  everything: null,
  "no-whatsapp": [{ status: "failed", code: 131026 }],
  nothing: [{ status: "sent" }],
};
