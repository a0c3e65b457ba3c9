import type { Conversation } from "./conversation.ts";

export interface Caller {
  says(text: string): void;
  presses(keys: string): void;
  hangsUp(): void;
}

/** Somebody who decides what the caller does as the talk goes; gives what lets them go when it is over. */
export type TalkHand = (talk: Conversation, caller: Caller) => () => void;
