import type { LoggedFrame } from "./frame-log.ts";

/** What happens while somebody on the phone talks with an application over a socket. */
export type TalkEvent =
  /** So much more was played to the caller; `whole` is the utterance so far. */
  | { readonly kind: "heard"; readonly whole: string; readonly utterance: string }
  /** The agent is silent; `cut`: because the caller interrupted. */
  | { readonly kind: "silent"; readonly cut: boolean }
  | { readonly kind: "over" };

/** Somebody on the phone and an application, through whatever kind of socket. */
export interface Conversation {
  readonly kind: "relay" | "media";
  /** `VX…` or `MZ…` */
  readonly sid: string;
  readonly callSid: string;
  readonly frames: readonly LoggedFrame[];
  /** Utterances as the caller heard them; one that was cut ends where it was. */
  readonly heard: readonly string[];
  isOver(): boolean;
  /** The agent is being heard. */
  isSpeaking(): boolean;
  /** The agent has said all it meant to, as far as can be known. */
  isDone(): boolean;
  /** The caller speaks, whatever is being said to them. */
  says(text: string): void;
  presses(keys: string): void;
  hangsUp(): void;
  /** The call goes on elsewhere. */
  leaves(): void;
  /** The network breaks. */
  drops(): void;
  /** Gives what ends it. */
  listen(listener: (event: TalkEvent) => void): () => void;
}

export interface Listeners {
  tell(event: TalkEvent): void;
  listen: Conversation["listen"];
}

export function createListeners(): Listeners {
  const all = new Set<(event: TalkEvent) => void>();
  return {
    tell: (event) => {
      for (const listener of [...all]) listener(event);
    },
    listen(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
  };
}
