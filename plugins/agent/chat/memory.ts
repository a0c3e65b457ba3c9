import type {
  ConversationAddress,
  Heard,
  Json,
  JsonObject,
  NodeContext,
} from "../../../engine/plugin-api.ts";
import { newConversation, type TurnState } from "../turn/state.ts";

/** A passage an answer was given with. */
export interface Cited {
  readonly documentId: string;
  readonly title: string;
  readonly position: number;
}

/** What a conversation keeps while its step sleeps. Plain data. */
export interface ChatMemory {
  readonly talk: TurnState;
  readonly person: ConversationAddress;
  /** Messages that came and are not answered yet, and until when more are waited for. */
  readonly unanswered: readonly string[];
  readonly answerAt: string | null;
  /** When the person last wrote. */
  readonly lastAt: string;
  /** Vendor's ids of messages that were heard: one may be told twice. */
  readonly refs: readonly string[];
  /** Names effects of the step: each answer, write, message and flow has its own number. */
  readonly count: number;
  /** Flows under way: the branch of each call. */
  readonly flows: readonly { readonly callId: string; readonly branch: string }[];
  /** How much of the history was sent. */
  readonly sent: number;
  readonly answers: number;
  readonly cited: readonly Cited[];
}

const KEPT_REFS = 30;

/** What was kept, or a conversation that begins. */
export function memoryOf(ctx: NodeContext, person: ConversationAddress): ChatMemory {
  const kept = ctx.children.memory;
  // Written by `memoryAs` below.
  if (kept?.chat !== undefined) return kept.chat as unknown as ChatMemory;
  return {
    talk: newConversation(ctx.locale),
    person,
    unanswered: [],
    answerAt: null,
    lastAt: ctx.now.toISOString(),
    refs: [],
    count: 0,
    flows: [],
    sent: 0,
    answers: 0,
    cited: [],
  };
}

export function memoryAs(memory: ChatMemory): JsonObject {
  return { chat: memory as unknown as Json };
}

/** A message as far as a conversation cares. */
export interface Written {
  readonly text: string;
  readonly ref: string;
  readonly stops: boolean;
}

/** The message that woke the step, or null where something else did. */
export function writtenIn(heard: Heard | null): Written | null {
  return heard?.name === "answer" ? writtenOf(heard.output) : null;
}

/** Files are named, not looked at: the model is told that one came. */
export function writtenOf({ body, media, location, sid, optOut }: JsonObject): Written {
  const files = Array.isArray(media) ? media.length : 0;
  const parts = [
    typeof body === "string" ? body.trim() : "",
    files > 0 ? `[${files} archivo${files === 1 ? "" : "s"}]` : "",
    location ? "[ubicación]" : "",
  ];
  return {
    text: parts.filter(Boolean).join(" ").slice(0, 4_000),
    ref: typeof sid === "string" ? sid : "",
    stops: optOut === "STOP",
  };
}

/** More may come at once: people write one thought in three messages. */
export function withMessage(
  memory: ChatMemory,
  { text, ref }: Written,
  now: Date,
  debounceMs: number,
): ChatMemory {
  if (text === "" || (ref !== "" && memory.refs.includes(ref))) return memory;
  return {
    ...memory,
    unanswered: [...memory.unanswered, text],
    answerAt: new Date(now.getTime() + debounceMs).toISOString(),
    lastAt: now.toISOString(),
    refs: [...memory.refs, ref].slice(-KEPT_REFS),
  };
}
