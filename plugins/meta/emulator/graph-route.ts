import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { Accounts, EmulatedAccount } from "./accounts.ts";
import { errorAnswer, type HttpReply, type Problem } from "./error-answer.ts";
import type { createFaults } from "./faults.ts";
import type { Files } from "./files.ts";
import type { Ledger, Step } from "./ledger.ts";
import type { NumberBook } from "./number-book.ts";
import type { Templates } from "./templates.ts";

/** What the connection sees: an answer (perhaps late), a reset, or silence. */
export type GraphReaction =
  | { readonly kind: "reply"; readonly reply: HttpReply; readonly delayMs: number }
  | { readonly kind: "reset" }
  | { readonly kind: "silence" };

/** What happens to free text for somebody who has not written in 24 hours. */
export type WindowMode = "async" | "sync" | "off";

export interface GraphParts {
  readonly accounts: Accounts;
  readonly numbers: NumberBook;
  /** Which app an account reports to, and where to if not to the app's own address. */
  readonly subscriptions: Map<string, { readonly appId: string; readonly override: string | null }>;
  readonly ledger: Ledger;
  readonly templates: Templates;
  readonly files: Files;
  readonly faults: ReturnType<typeof createFaults>;
  readonly window: WindowMode;
  /** Delivered service messages a number has free each month. */
  readonly freeServiceMessages: number;
  readonly now: () => Date;
  /** Called once the message is in the ledger. */
  readonly onAccepted: (ref: string) => void;
  /** What is wrong with every send at present. */
  readonly lasting: () => LastingTrouble;
  /** Why messages to a phone fail, where its digits do not say so; null: they do not. */
  readonly unreached: (phone: string) => readonly Step[] | null;
}

export interface LastingTrouble {
  readonly isDown: boolean;
  readonly losesMessages: boolean;
}

/** One call that was let in. */
export interface GraphCall {
  readonly parts: GraphParts;
  readonly account: EmulatedAccount;
  /** The node it is about, and what follows the edge's name. */
  readonly id: string;
  readonly part: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** An endpoint; `path` is matched behind the version, its groups are `id` and `part`. */
export interface GraphRoute {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: RegExp;
  answer(call: GraphCall): GraphReaction;
}

export function refuse(problem: Problem): GraphReaction {
  return replied(errorAnswer(problem));
}

export function replied(reply: HttpReply, delayMs = 0): GraphReaction {
  return { kind: "reply", reply, delayMs };
}
