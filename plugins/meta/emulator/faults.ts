/** What can be ordered to go wrong with the next matching send. */
export type Fault =
  /** Refused with this HTTP status; `code` is Meta's, `retryAfter` in seconds. */
  | { readonly kind: "status"; readonly status: number; readonly code?: number; readonly retryAfter?: number }
  /** Accepted, reported by callbacks, never answered. */
  | { readonly kind: "timeout-after-accept" }
  /** Accepted, then the connection is reset instead of answered. */
  | { readonly kind: "reset-after-accept" }
  /** The connection is reset and nothing is accepted. */
  | { readonly kind: "reset-before" }
  /** Accepted at once, answered after so many milliseconds. */
  | { readonly kind: "slow"; readonly ms: number }
  | CallbackFault;

export type CallbackFault =
  /** Every status comes twice. */
  | { readonly kind: "duplicate-callbacks" }
  /** The last status comes first. */
  | { readonly kind: "reorder-callbacks" }
  /** No status ever comes. */
  | { readonly kind: "lose-callbacks" };

/** Which sends a fault waits for; what is left out matches all. */
export interface FaultMatch {
  readonly to?: string;
  readonly phoneNumberId?: string;
  readonly type?: string;
}

export interface Faults {
  /** Orders a fault for the next send that matches; each is used once, in the order they were given. */
  next(match: FaultMatch, fault: Fault): void;
  /** How many are still waiting for their send. */
  pending(): number;
}

/** At most one fault of the answer and one of the callbacks meet the same send. */
export interface FaultsOfSend {
  readonly answer: Exclude<Fault, CallbackFault> | null;
  readonly callbacks: CallbackFault | null;
}

export function createFaults(): Faults & { take(send: Required<FaultMatch>): FaultsOfSend } {
  const ordered: { match: FaultMatch; fault: Fault }[] = [];
  const takeFirst = (send: Required<FaultMatch>, ofCallbacks: boolean): Fault | null => {
    const at = ordered.findIndex(
      ({ match, fault }) => isOfCallbacks(fault) === ofCallbacks && matches(match, send),
    );
    return at < 0 ? null : (ordered.splice(at, 1)[0]?.fault ?? null);
  };
  return {
    next: (match, fault) => void ordered.push({ match, fault }),
    pending: () => ordered.length,
    take(send) {
      const answer = takeFirst(send, false);
      const callbacks = takeFirst(send, true);
      return {
        answer: answer !== null && !isOfCallbacks(answer) ? answer : null,
        callbacks: callbacks !== null && isOfCallbacks(callbacks) ? callbacks : null,
      };
    },
  };
}

function matches(match: FaultMatch, send: Required<FaultMatch>): boolean {
  const wanted: readonly (keyof FaultMatch)[] = ["to", "phoneNumberId", "type"];
  return wanted.every((key) => match[key] === undefined || match[key] === send[key]);
}

function isOfCallbacks(fault: Fault): fault is CallbackFault {
  return fault.kind.endsWith("-callbacks");
}
