import type { Choice } from "../core/choices.ts";
import type { Database } from "./database.ts";

/** What a step has asked somebody, over one channel. */
export interface AskRow {
  readonly tenant: string;
  readonly id: string;
  readonly runId: string;
  /** Of the step's first visit. */
  readonly stepKey: string;
  readonly channel: string;
  readonly number: string;
  readonly contact: string;
  readonly choices: readonly Choice[];
}

/** Puts a question on record, before it leaves. Once for each channel. */
export async function openAsk(db: Database, ask: AskRow): Promise<void> {
  await db.call("engine_open_ask", [ask]);
}

/** Who hears what a person wrote. */
export interface Hearing {
  /** The open question it answers. */
  readonly ask: { readonly id: string; readonly runId: string; readonly choices: readonly Choice[] } | null;
  /** It is a tap that names its message: nobody else's wait is for it. */
  readonly named: boolean;
  /** People have the conversation. */
  readonly handedOff: boolean;
}

export function whoHears(
  db: Database,
  message: {
    readonly tenant: string;
    readonly channel: string;
    readonly number: string;
    readonly contact: string;
    readonly isTap: boolean;
    /** The question that the tapped button names. */
    readonly ask: string | null;
    readonly repliesTo: string | null;
    /** What time it is for the tenant. */
    readonly now: string;
  },
): Promise<Hearing> {
  return db.call("engine_hear", [message]);
}

/** Forgets questions nobody waits for any more. Gives how many. */
export function pruneAsks(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_asks", [limit]);
}
