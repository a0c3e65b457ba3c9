import type { ChannelKind } from "./kinds.ts";

/** What one person and one of our numbers wrote to each other, as a step sees and changes it. */
export interface ConversationsView {
  /** Id of the question this step asks: put it into the drafts, and wait for the key `ask:<id>`. The same in all its visits. */
  readonly ask: string;
  /** The conversation of the message that started the run, else the last one with its contact; null where there is none. */
  current(): Promise<ConversationAddress | null>;
  /** From now on what the person writes in it is heard by this step, under the key of its question, though none was sent. */
  listen(address: ConversationAddress): Promise<void>;
  /** Shows the person that their message (the vendor's id of it) is being answered, where their channel can: a courtesy. */
  showTyping(address: ConversationAddress, ref: string): Promise<void>;
  /** Gives a conversation to people, once for each step. Flows do not answer in it until it is closed or `until` comes. */
  handOff(order: HandoffOrder): Promise<void>;
  /** How the handoff of this step stands; null before it. */
  handoff(): Promise<HandoffState | null>;
  /** Takes the conversation back, because the time is up. False when somebody has closed it before. */
  takeBack(): Promise<boolean>;
}

/** One person, one of our numbers, one channel. */
export interface ConversationAddress {
  readonly channel: ChannelKind;
  /** Our number, E.164. */
  readonly number: string;
  readonly contact: string;
}

export interface HandoffOrder extends ConversationAddress {
  readonly team: string | null;
  /** For whoever takes it. */
  readonly note: string | null;
  readonly until: Date;
}

export interface HandoffState {
  readonly conversationId: string;
  readonly startedAt: string;
  readonly until: string;
  /** Null while people have it. */
  readonly outcome: "closed" | "timeout" | null;
  readonly endedAt: string | null;
  readonly closedBy: string | null;
  readonly assignedTo: string | null;
  /** What was written since, newest last; the last ones of many. */
  readonly messages: readonly ConversationMessage[];
}

export interface ConversationMessage {
  readonly direction: "inbound" | "outbound";
  readonly body: string;
  readonly at: string;
}
