/**
 * What the harness itself knows to be true: what it sent, what was acknowledged, and what met the vendors. The engine
 * never sees these books.
 */

/** Something sent to the engine that must make one run, or wake one. */
export interface Delivery {
  /** Found again in the run it made: the vendor's id of the call or message, or the code of the order. */
  readonly key: string;
  readonly tenantId: string;
  readonly kind: "order" | "chat" | "reply" | "whatsapp" | "call" | "storm";
  /** The person. */
  readonly phone: string;
  /** Milliseconds since 1970 of the first 2xx; null while there was none. */
  ackedAt: number | null;
}

/** One request a vendor got, whatever became of it. */
export interface VendorRequest {
  readonly vendor: "twilio" | "meta";
  readonly to: string;
  readonly at: number;
  /** What was ordered to go wrong with it. */
  readonly fault: string | null;
  /** What a refusal told the engine to wait for. */
  readonly retryAfterMs: number | null;
}

/** A callback nobody at the vendor signed. */
export interface Forgery {
  /** The vendor's id it claims to speak of, which no vendor ever gave. */
  readonly ref: string;
  readonly status: number;
}

export interface Books {
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly vendorRequests: readonly VendorRequest[];
  readonly forgeries: readonly Forgery[];
  readonly unexpectedExits: readonly string[];
  /** How often each thing was done: `C1`, `C5 status 429`, `C8 replies near the timer`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Milliseconds until nothing was overdue, by fault. */
  readonly recoveries: ReadonlyMap<string, readonly number[]>;
  sent(delivery: Omit<Delivery, "ackedAt">): Delivery;
  met(request: VendorRequest): void;
  forged(forgery: Forgery): void;
  died(how: string): void;
  count(what: string, by?: number): void;
  recovered(fault: string, ms: number): void;
}

export function openBooks(): Books {
  const deliveries = new Map<string, Delivery>();
  const vendorRequests: VendorRequest[] = [];
  const forgeries: Forgery[] = [];
  const unexpectedExits: string[] = [];
  const counts = new Map<string, number>();
  const recoveries = new Map<string, number[]>();
  return {
    deliveries,
    vendorRequests,
    forgeries,
    unexpectedExits,
    counts,
    recoveries,
    sent(delivery) {
      const known = deliveries.get(delivery.key);
      if (known) return known;
      const fresh: Delivery = { ...delivery, ackedAt: null };
      deliveries.set(fresh.key, fresh);
      return fresh;
    },
    met: (request) => void vendorRequests.push(request),
    forged: (forgery) => void forgeries.push(forgery),
    died: (how) => void unexpectedExits.push(how),
    count: (what, by = 1) => void counts.set(what, (counts.get(what) ?? 0) + by),
    recovered: (fault, ms) => void recoveries.set(fault, [...(recoveries.get(fault) ?? []), ms]),
  };
}
