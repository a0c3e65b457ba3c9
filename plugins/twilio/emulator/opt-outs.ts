import type { LedgerEntry } from "../../../engine/plugin-api.ts";

const WORDS = {
  STOP: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"],
  START: ["START", "YES", "UNSTOP"],
  HELP: ["HELP", "INFO"],
} as const;

export type OptOutType = keyof typeof WORDS;

/** Who has told which sender to stop, by SMS. */
export interface OptOuts {
  /** Notes what a person wrote; says whether it was a keyword. */
  note(person: string, ours: string, body: string): OptOutType | null;
  has(person: string, ours: string): boolean;
}

/** Remembers what the inbound messages already on record have said. */
export function createOptOuts(entries: readonly LedgerEntry[]): OptOuts {
  const stopped = new Set<string>();
  const note = (person: string, ours: string, body: string) => {
    const type = keywordOf(body);
    if (type === "STOP") stopped.add(`${person} ${ours}`);
    if (type === "START") stopped.delete(`${person} ${ours}`);
    return type;
  };
  for (const { kind, channel, from = "", to = "", body = "" } of entries)
    if (kind === "inbound-message" && channel === "sms") note(from, to, body);
  return { note, has: (person, ours) => stopped.has(`${person} ${ours}`) };
}

function keywordOf(body: string): OptOutType | null {
  const word = body.trim().toUpperCase();
  const found = Object.entries(WORDS).find(([, words]) => words.some((one) => one === word));
  return (found?.[0] as OptOutType | undefined) ?? null;
}
