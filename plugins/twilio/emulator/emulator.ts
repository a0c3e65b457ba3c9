/**
 * A local Twilio: the real SDK talks to it, it calls the engine's webhooks signed as Twilio does, and its virtual phone
 * plays the TwiML the engine answers with. Ledger kinds: `message`, `call` and `lookup` are what the API was asked for,
 * `verification` and `email` what Verify did, `inbound-message` and `inbound-call` what people did, `dial` the legs a call's TwiML
 * dialled, `recording`, `stream` and `transcription` what was made of calls, `account` and `number` subaccounts and numbers.
 */
import type { AddressInfo } from "node:net";
import { AppError, type Emulator, type EmulatorOptions } from "../../../engine/plugin-api.ts";
import { expectedSignature, type SignedParams } from "../signature.ts";
import { type Account, createAccounts } from "./accounts.ts";
import type { Callee } from "./callees.ts";
import { resumeCalls } from "./calls.ts";
import { codeFor } from "./code-book.ts";
import { createConferences } from "./conferences.ts";
import { type Approval, decide, registerContent } from "./content.ts";
import { createFaults, type Faults } from "./faults.ts";
import { type InboundMessageOptions, type InboundMessageResult, receiveMessage } from "./inbound-messages.ts";
import { ownNumber } from "./keep-numbers.ts";
import { createLedger } from "./ledger.ts";
import { releaseScheduled, resumeMessages } from "./messages.ts";
import { openMessage } from "./open-message.ts";
import { createOptOuts } from "./opt-outs.ts";
import { createOwnedNumbers } from "./owned-numbers.ts";
import { createPersonLine } from "./person-line.ts";
import { type PhoneCall, type RingOptions, ring } from "./phone.ts";
import { createQueues } from "./queues.ts";
import { createSandbox, sandboxWords } from "./sandbox.ts";
import { listen } from "./server.ts";
import { createServices } from "./service-pools.ts";
import { shownMessage } from "./shown-message.ts";
import type { Conversation } from "./sockets/conversation.ts";
import type { SocketFault } from "./sockets/socket-faults.ts";
import { createSoundClock, type SoundClock } from "./sound-clock.ts";
import { createVerifyState } from "./verify-state.ts";
import { virtualPhone } from "./virtual-phone.ts";
import { createWebhooks } from "./webhooks.ts";
import { createWork } from "./work.ts";
import type { World } from "./world.ts";

export interface TwilioEmulator extends Emulator {
  /** Orders trouble for requests to come. */
  readonly faults: Faults;
  /** The same for sockets it opens during calls, by the path of their address and the number that was called. */
  readonly socketFaults: Faults<SocketFault>;
  /** The talk with an application over a socket that this call is in; undefined: none. */
  conversation(callSid: string): Conversation | undefined;
  accounts(): readonly Account[];
  /** The signature the account would send. `accountSid` defaults to the first account. */
  sign(url: string, params: SignedParams, accountSid?: string): string;
  /** A person writes to one of our numbers; resolves with what the webhook answered. */
  receiveMessage(message: InboundMessageOptions): Promise<InboundMessageResult>;
  /** A person calls one of our numbers. */
  ring(call: RingOptions): PhoneCall;
  /** Says how whoever has this number (or `client:…`, `sip:…`) reacts when called, instead of its magic; null: as before. */
  answerWith(to: string, callee: Callee | null): void;
  /** The code this phone or mailbox was sent last; null: none. */
  codeFor(to: string): string | null;
  /** For Verify it is so much later from now on: codes expire after ten minutes. */
  passVerifyTime(ms: number): void;
  /** The recipient reads a delivered WhatsApp message. */
  readMessage(sid: string): Promise<void>;
  /** From now on contents submitted for approval are looked at when a test says so, or at once again. */
  reviewContents(mode: "at-once" | "on-demand"): void;
  /** What became of an approval request, or becomes of it later: `{ status: "paused" }`. @throws AppError NOT_FOUND */
  decideContent(sid: string, verdict: Partial<Approval>): void;
  /** A content approved before this emulator began. */
  registerContent(content: Parameters<typeof registerContent>[1]): void;
  /** Makes a number the account's (default: the first one's), without addresses of its own; gives its sid. */
  ownNumber(e164: string, accountSid?: string): string;
  /** What a person has to write after `join` to the WhatsApp sandbox to hear from this account (default: the first one). */
  sandboxWords(accountSid?: string): string;
  /** Sends the scheduled messages due at this moment. */
  releaseScheduled(at: Date): void;
}

export interface TwilioEmulatorOptions extends EmulatorOptions {
  /** How call time passes over a socket, in place of a clock that goes by itself. */
  readonly clock?: SoundClock;
}

const SOCKET_MS_PER_SECOND = 20;

/**
 * Starts it on 127.0.0.1.
 * @throws AppError CONFIG_INVALID for accounts without accountSid or authToken, PORT_IN_USE
 */
export async function startTwilioEmulator(options: TwilioEmulatorOptions): Promise<TwilioEmulator> {
  const place = { publicUrl: options.publicUrl, url: "" };
  const world = createWorld(options, place);
  const server = await listen(world, options.port ?? 0);
  place.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // What an earlier process left under way is reported once the engine is there to hear it.
  let resumed = false;
  const resume = () => {
    if (resumed || place.publicUrl === undefined) return;
    resumed = true;
    resumeMessages(world);
    resumeCalls(world);
  };
  resume();
  return {
    url: place.url,
    ...(options.person ? { phone: virtualPhone(world) } : {}),
    faults: world.faults,
    socketFaults: world.socketFaults,
    conversation: (callSid) => world.conversations.get(callSid),
    ledger: () => world.ledger.entries(),
    pointAt(publicUrl) {
      place.publicUrl = publicUrl;
      resume();
    },
    idle: () => world.work.idle(),
    accounts: () => world.accounts.all(),
    sign: (url, params, accountSid) =>
      expectedSignature(world.accounts.get(accountSid).authToken, url, params),
    receiveMessage: (message) => receiveMessage(world, message),
    ring: (call) => ring(world, call),
    answerWith: (to, callee) =>
      void (callee === null ? world.callees.delete(to) : world.callees.set(to, callee)),
    codeFor: (to) => codeFor(world, to),
    passVerifyTime(ms) {
      world.verify.passedMs += ms;
    },
    readMessage: (sid) => openMessage(world, sid),
    reviewContents(mode) {
      world.reviews.mode = mode;
    },
    decideContent(sid, verdict) {
      if (!decide(world, sid, verdict))
        throw new AppError("NOT_FOUND", `The Twilio emulator has no approval request for ${sid}.`, { sid });
    },
    registerContent: (content) => registerContent(world, content),
    ownNumber: (e164, accountSid) => ownNumber(world, e164, world.accounts.get(accountSid).accountSid),
    sandboxWords: (accountSid) => sandboxWords(world.accounts.get(accountSid).accountSid),
    releaseScheduled: (at) => releaseScheduled(world, at),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await world.work.stop();
      await world.webhooks.close();
      await closed;
    },
  };
}

function createWorld(
  options: TwilioEmulatorOptions,
  place: { publicUrl: string | undefined; url: string },
): World {
  const { person } = options;
  const ledger = createLedger(options.ledgerFile, (entry) => {
    const shown = person && shownMessage(world, entry);
    if (shown) person.hears(shown);
  });
  const accounts = createAccounts(options.accounts, ledger.entries());
  const numbers = createOwnedNumbers(ledger.entries());
  const work = createWork(options.paceMs ?? 25);
  const world: World = {
    accounts,
    ledger,
    work,
    faults: createFaults(),
    socketFaults: createFaults(),
    clock:
      options.clock ?? createSoundClock(person?.speakingMs ?? options.speakingMs ?? SOCKET_MS_PER_SECOND),
    conversations: new Map(),
    webhooks: createWebhooks(accounts, work.signal),
    optOuts: createOptOuts(ledger.entries()),
    verify: createVerifyState(),
    services: createServices(numbers.values()),
    numbers,
    sandbox: createSandbox(accounts.all(), ledger.entries()),
    calls: new Map(),
    callees: new Map(),
    reviews: { mode: "at-once" },
    media: new Map(),
    queues: createQueues(),
    conferences: createConferences(),
    url: () => place.url,
    engineUrl: (path) => engineUrl(place.publicUrl, path),
    now: () => new Date(),
    person: person ? createPersonLine(person, work.signal) : null,
    trouble: new Set(),
  };
  return world;
}

function engineUrl(publicUrl: string | undefined, path: string): string {
  if (publicUrl) return publicUrl.replace(/\/$/, "") + path;
  throw new AppError(
    "CONFIG_INVALID",
    "The Twilio emulator does not know where the engine is: give publicUrl or call pointAt.",
  );
}
