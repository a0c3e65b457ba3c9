import type { CallSession } from "./call-session.ts";
import { newSid } from "./sids.ts";

/** Who hears of a conference, as the first participant's attributes said. */
export interface ConferenceSubscription {
  readonly url: string | null;
  readonly method: string;
  readonly events: readonly string[];
}

export interface Participant {
  readonly session: CallSession;
  readonly label: string | null;
  readonly joinedAt: Date;
  muted: boolean;
  hold: boolean;
  coaches: string | null;
  readonly startsOnEnter: boolean;
  endsOnExit: boolean;
  /** Set when somebody takes them out. */
  removed: boolean;
}

export interface Conference {
  readonly sid: string;
  readonly accountSid: string;
  readonly friendlyName: string;
  readonly region: string;
  readonly createdAt: Date;
  updatedAt: Date;
  status: "init" | "in-progress" | "completed";
  reasonEnded: string | null;
  callSidEnding: string | null;
  readonly participants: Participant[];
  readonly subscription: ConferenceSubscription;
  /** Of the callbacks sent so far. */
  sequence: number;
}

/** The conferences of all accounts; a name is free again once its conference is over. */
export interface Conferences {
  all(accountSid: string): readonly Conference[];
  bySid(accountSid: string, sid: string): Conference | undefined;
  live(accountSid: string, name: string): Conference | undefined;
  add(
    conference: Pick<Conference, "accountSid" | "friendlyName" | "region" | "subscription"> & {
      readonly now: Date;
    },
  ): Conference;
}

export function createConferences(): Conferences {
  const conferences: Conference[] = [];
  const of = (accountSid: string) => conferences.filter((one) => one.accountSid === accountSid);
  return {
    all: of,
    bySid: (accountSid, sid) => of(accountSid).find((one) => one.sid === sid),
    live: (accountSid, name) =>
      of(accountSid).find((one) => one.friendlyName === name && one.status !== "completed"),
    add({ now, ...given }) {
      const conference: Conference = {
        ...given,
        sid: newSid("CF"),
        createdAt: now,
        updatedAt: now,
        status: "init",
        reasonEnded: null,
        callSidEnding: null,
        participants: [],
        sequence: 0,
      };
      conferences.push(conference);
      return conference;
    },
  };
}
