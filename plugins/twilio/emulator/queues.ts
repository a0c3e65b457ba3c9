import type { CallSession } from "./call-session.ts";
import { newSid } from "./sids.ts";

/** One caller who waits. */
export interface QueueMember {
  readonly session: CallSession;
  readonly enqueuedAt: Date;
  /** The call's own clock when it came in. */
  readonly since: number;
  /** Set when somebody takes the call; settles when it has stopped hearing music, and when the talk is over. */
  taken: { readonly stopped: () => void; readonly over: Promise<boolean> } | null;
}

export interface CallQueue {
  readonly sid: string;
  readonly accountSid: string;
  friendlyName: string;
  maxSize: number;
  readonly createdAt: Date;
  updatedAt: Date;
  readonly members: QueueMember[];
  /** Seconds of those who were taken. */
  readonly waits: number[];
}

/** The queues of all accounts, by account and name. They outlive their callers, as at Twilio. */
export interface Queues {
  all(accountSid: string): readonly CallQueue[];
  bySid(accountSid: string, sid: string): CallQueue | undefined;
  byName(accountSid: string, name: string): CallQueue | undefined;
  add(queue: {
    readonly accountSid: string;
    readonly name: string;
    readonly maxSize: number;
    readonly now: Date;
  }): CallQueue;
  remove(queue: CallQueue): void;
}

export function createQueues(): Queues {
  const queues = new Set<CallQueue>();
  const of = (accountSid: string) => [...queues].filter((queue) => queue.accountSid === accountSid);
  return {
    all: of,
    bySid: (accountSid, sid) => of(accountSid).find((queue) => queue.sid === sid),
    byName: (accountSid, name) => of(accountSid).find((queue) => queue.friendlyName === name),
    add({ accountSid, name, maxSize, now }) {
      const queue: CallQueue = {
        sid: newSid("QU"),
        accountSid,
        friendlyName: name,
        maxSize,
        createdAt: now,
        updatedAt: now,
        members: [],
        waits: [],
      };
      queues.add(queue);
      return queue;
    },
    remove: (queue) => void queues.delete(queue),
  };
}

/** Seconds a member has waited. */
export function waited({ session, since }: QueueMember): number {
  return Math.round(session.seconds - since);
}

/** How long callers wait on average; 0 while nobody was taken. */
export function averageWait({ waits }: CallQueue): number {
  return waits.length === 0 ? 0 : Math.round(waits.reduce((sum, one) => sum + one, 0) / waits.length);
}
