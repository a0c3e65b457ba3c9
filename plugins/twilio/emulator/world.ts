import type { SimulatedFault } from "../../../engine/plugin-api.ts";
import type { Accounts } from "./accounts.ts";
import type { CallSession } from "./call-session.ts";
import type { Callee } from "./callees.ts";
import type { Conferences } from "./conferences.ts";
import type { EmulatedFile } from "./emulated-file.ts";
import type { Faults } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import type { OptOuts } from "./opt-outs.ts";
import type { OwnedNumber } from "./owned-numbers.ts";
import type { PersonLine } from "./person-line.ts";
import type { Queues } from "./queues.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Services } from "./service-pools.ts";
import type { Conversation } from "./sockets/conversation.ts";
import type { SocketFault } from "./sockets/socket-faults.ts";
import type { SoundClock } from "./sound-clock.ts";
import type { VerifyState } from "./verify-state.ts";
import type { Webhooks } from "./webhooks.ts";
import type { Work } from "./work.ts";

/** What the parts of one emulator have in common. */
export interface World {
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly socketFaults: Faults<SocketFault>;
  readonly webhooks: Webhooks;
  readonly work: Work;
  readonly optOuts: OptOuts;
  /** Whether templates are looked at as soon as they are submitted, or when a test says so. */
  readonly reviews: { mode: "at-once" | "on-demand" };
  /** Files of inbound messages, by sid. */
  readonly media: Map<string, EmulatedFile>;
  readonly verify: VerifyState;
  readonly services: Services;
  /** Who has joined Twilio's sandbox for WhatsApp. */
  readonly sandbox: Sandbox;
  /** The accounts' numbers, by sid. */
  readonly numbers: Map<string, OwnedNumber>;
  /** Calls under way, by sid. */
  readonly calls: Map<string, CallSession>;
  /** Who answers where, by number. */
  readonly callees: Map<string, Callee>;
  /** Somebody who plays the people on the phone; null: scripts and magic numbers do. */
  readonly person: PersonLine | null;
  /** Trouble that lasts. */
  trouble: ReadonlySet<SimulatedFault>;
  /** How call time passes while somebody talks with an application over a socket. */
  readonly clock: SoundClock;
  /** Those that go on, by the call's sid. */
  readonly conversations: Map<string, Conversation>;
  readonly queues: Queues;
  readonly conferences: Conferences;
  /** The emulator's own address, without trailing slash. */
  url(): string;
  /** A path at the engine. @throws AppError CONFIG_INVALID when nobody said where the engine is */
  engineUrl(path: string): string;
  now(): Date;
}
