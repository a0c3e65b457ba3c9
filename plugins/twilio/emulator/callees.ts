import type { TalkStep } from "../../../engine/plugin-api.ts";
import { isMagic } from "./numbers.ts";

/** What a person on the phone does when it is their turn: press keys, speak, keep silent or hang up. */
export type PhoneInput =
  | string
  | {
      readonly speech: string;
      readonly confidence?: number;
      /** How long they speak; absent: as long as the words take. */
      readonly seconds?: number;
    };

/** How somebody we call reacts. */
export interface Callee {
  readonly status: "answered" | "busy" | "no-answer" | "failed";
  /** For `queue:<name>`: how long the caller waits until an agent takes the call; default 0. */
  readonly after?: number;
  /** How long they talk once connected; default 20. */
  readonly seconds?: number;
  /** What they do when a document plays to them, one for each Gather or Record. */
  readonly inputs?: readonly PhoneInput[];
  /** What they do where an agent talks over a socket. */
  readonly talk?: readonly TalkStep[];
  /** Who takes the call; default `human`. `unknown` is somebody Twilio cannot make out. */
  readonly answeredBy?: "human" | "machine" | "fax" | "unknown";
  /** What a machine's greeting ends with, where somebody waits for that; default `beep`. */
  readonly greetingEnds?: "beep" | "silence" | "other";
  /** Whom a SIP exchange lets in; a call that signs in otherwise fails. */
  readonly signIn?: { readonly username: string; readonly password: string };
  /** Seconds after which they hang up, whatever is playing. */
  readonly hangupAfter?: number;
}

export const TALK_SECONDS = 20;

/** Magic numbers' behaviour; anybody else answers. */
export function magicCallee(number: string): Callee {
  if (isMagic("busy", number)) return { status: "busy" };
  if (isMagic("noAnswer", number) || isMagic("unreachable", number)) return { status: "no-answer" };
  if (isMagic("failed", number)) return { status: "failed" };
  if (isMagic("fax", number)) return { status: "answered", answeredBy: "fax" };
  if (isMagic("unknownAnswer", number)) return { status: "answered", answeredBy: "unknown" };
  if (isMagic("machineNoBeep", number))
    return { status: "answered", answeredBy: "machine", greetingEnds: "silence" };
  return { status: "answered", answeredBy: isMagic("machine", number) ? "machine" : "human" };
}

/** What Twilio's detection says of whoever took the call; `detectsEnd`: it waits for the end of a machine's greeting. */
export function verdictOf(
  { answeredBy = "human", greetingEnds = "beep" }: Callee,
  detectsEnd: boolean,
): string {
  if (answeredBy !== "machine") return answeredBy;
  return detectsEnd ? `machine_end_${greetingEnds}` : "machine_start";
}
