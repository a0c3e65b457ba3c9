/** Which requests a fault waits for; both given: both must fit. */
export interface FaultMatch {
  /** Tested against the path, without query. */
  readonly path?: RegExp;
  /** The recipient in E.164, without channel prefix. */
  readonly to?: string;
}

export type Fault =
  /** Answers with this status and does nothing. `code` defaults to what fits the status; `retryAfter` in seconds. */
  | { readonly kind: "status"; readonly status: number; readonly code?: number; readonly retryAfter?: number }
  /** Accepts, then never answers: the caller must give up. */
  | { readonly kind: "timeout-after-accept" }
  /** Accepts, then cuts the connection without an answer. */
  | { readonly kind: "reset-after-accept" }
  /** Cuts the connection; nothing was accepted. */
  | { readonly kind: "reset-before" }
  /** Accepts at once, answers after this many milliseconds. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Accepts; each callback comes twice, with the same idempotency token. */
  | { readonly kind: "duplicate-callbacks" }
  /** Accepts; the callbacks come at the end, last one first. */
  | { readonly kind: "reorder-callbacks" }
  /** Accepts; no callback ever comes. */
  | { readonly kind: "lose-callbacks" };

/** Orders for trouble. Each is used once, by the first request that fits it; earlier orders go first. */
export interface Faults<F = Fault> {
  next(match: FaultMatch, fault: F): void;
  /** Removes and returns the first fault that waits for such a request. */
  take(path: string, to: string | undefined): F | undefined;
  /** How many were not used yet. */
  pending(): number;
  clear(): void;
}

export function createFaults<F = Fault>(): Faults<F> {
  const queue: { readonly match: FaultMatch; readonly fault: F }[] = [];
  return {
    next: (match, fault) => void queue.push({ match, fault }),
    take(path, to) {
      const index = queue.findIndex(({ match }) => fits(match, path, to));
      return index === -1 ? undefined : queue.splice(index, 1)[0]?.fault;
    },
    pending: () => queue.length,
    clear: () => void queue.splice(0),
  };
}

function fits(match: FaultMatch, path: string, to: string | undefined): boolean {
  // `search` instead of `test`: a global expression would remember where it stopped.
  return (
    (match.path === undefined || path.search(match.path) !== -1) &&
    (match.to === undefined || match.to === to)
  );
}
