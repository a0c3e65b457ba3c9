import type { PersonAtThePhone, PhoneEvent } from "../../../engine/plugin-api.ts";
import type { CallSession } from "./call-session.ts";

type Holding = Extract<PhoneEvent, { kind: "holding" }>;
export type HoldingPlace = Pick<Holding, "place" | "name">;

/** Calls that wait in a queue or a conference until whoever plays takes them as an agent. */
export interface HeldCalls {
  begin(call: CallSession, place: HoldingPlace): void;
  placeOf(call: CallSession): HoldingPlace | null;
  /** Somebody wants to take the call, or the one that has waited longest; null: none waits. */
  take(callId: string | undefined): CallSession | null;
  isTaken(call: CallSession): boolean;
  /** The agent is on the line. */
  attended(call: CallSession, agentCallId: string): void;
  end(call: CallSession): void;
}

interface Held extends HoldingPlace {
  readonly call: CallSession;
  taken: boolean;
}

export function createHeldCalls(person: PersonAtThePhone): HeldCalls {
  const held = new Map<string, Held>();
  const tell = ({ call, place, name }: Held, state: Holding["state"], agentCallId: string | null = null) =>
    person.hears({ kind: "holding", callId: call.sid, place, name, state, agentCallId });
  return {
    begin(call, place) {
      const one = { ...place, call, taken: false };
      held.set(call.sid, one);
      tell(one, "waiting");
    },
    placeOf: ({ sid }) => held.get(sid) ?? null,
    take(callId) {
      const one = [...held.values()].find(
        ({ call, taken }) => !taken && (callId === undefined || call.sid === callId),
      );
      if (!one) return null;
      one.taken = true;
      return one.call;
    },
    isTaken: ({ sid }) => held.get(sid)?.taken ?? false,
    attended({ sid }, agentCallId) {
      const one = held.get(sid);
      if (one) tell(one, "attended", agentCallId);
    },
    end({ sid }) {
      const one = held.get(sid);
      if (!held.delete(sid) || !one) return;
      tell(one, "over");
    },
  };
}
