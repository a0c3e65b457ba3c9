import type { JsonObject } from "../core/json.ts";
import type { Log } from "./log-view.ts";

/**
 * A WebSocket that a vendor opens for one step that sleeps, and speaks on for as long as that takes. The plugin says what is said
 * there; the engine lets in, keeps alive, and carries questions to the step and answers back.
 */
export interface SocketDefinition {
  /** Below the public address, with the step behind it: `voice/relay`. */
  readonly path: string;
  /** A longer message ends the connection. */
  readonly maxBytes: number;
  connect(connection: SocketConnection): SocketHandler;
}

export function defineSocket(definition: SocketDefinition): SocketDefinition {
  return definition;
}

export interface SocketHandler {
  /** Null: it was no text. */
  message(text: string | null): void;
  /** With the code the other side gave; 1006 where it was cut. */
  closed(code: number): void;
}

/** A connection whose signature held. */
export interface SocketConnection {
  readonly log: Log;
  /** False where it is closed, or does not read. */
  send(text: string): boolean;
  close(code: number, reason: string): void;
  /** The session this connection belongs to, for whoever holds its token and is the one it was made for. */
  admit(visitor: { readonly token: string; readonly party: string }): Promise<Admission>;
}

export type Admission =
  | { readonly ok: true; readonly session: SocketSession }
  | { readonly ok: false; readonly reason: "token" | "party" | "over" };

export interface SocketSession {
  /** What the step said when it began to wait. */
  readonly plan: JsonObject;
  /** What an earlier connection kept; null for the first. */
  readonly state: JsonObject | null;
  /** Keeps it for a connection to come. False where another one has taken over: this one has nothing more to say. */
  save(state: JsonObject, options: { readonly isOver: boolean }): Promise<boolean>;
  /** Asks the step. The same number again is the same question, also from another connection. */
  ask(question: SocketQuestion): AskedQuestion;
}

export interface SocketQuestion {
  /** From 1, in the order they are asked. */
  readonly number: number;
  /** The event the step is woken by. */
  readonly event: string;
  readonly output: JsonObject;
  /** Parts of the answer while it is made, where that happens in this process. */
  hears(piece: JsonObject): void;
}

export interface AskedQuestion {
  /** Null: there is no step any more that could answer. */
  readonly answer: Promise<JsonObject | null>;
  /** The rest of the answer is not needed. */
  cut(): void;
}

/** The socket of a step, as the step sees it. */
export interface SocketsView {
  /** Lets a party open the socket, and says where and with what. The same again gives the same. */
  expect(socket: ExpectedSocket): Promise<{ readonly url: string; readonly token: string }>;
  /** How its session stands; null where none was expected. */
  session(): Promise<{
    readonly plan: JsonObject;
    readonly state: JsonObject | null;
    readonly wasOpened: boolean;
  } | null>;
  /** Who listens while a question is answered, where that is in this process. */
  listener(question: number): { readonly signal: AbortSignal; hear(piece: JsonObject): void } | null;
  /** Answers a question, once. */
  answer(question: number, answer: JsonObject): Promise<void>;
  /** Nobody may open it any more. */
  close(): Promise<void>;
}

export interface ExpectedSocket {
  readonly path: string;
  /** The plugin whose vendor opens it. */
  readonly provider: string;
  /** The vendor's id of whoever is to open it. */
  readonly party: string;
  readonly plan: JsonObject;
}

/** How a vendor proves that a socket is its own. */
export interface SocketSigner {
  /** The credential of its accounts. */
  readonly credential: string;
  /** `url` is the public one, as the vendor was told; `secrets` are the accounts that may have signed. */
  verify(request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly secrets: readonly JsonObject[];
  }): boolean;
}
