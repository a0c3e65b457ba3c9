import type { SimulatedFault, SimulationAction, SimulationEvent } from "../core/simulation.ts";

/** Without the place it has among the events of its simulation. */
type Unplaced<T> = T extends unknown ? Omit<T, "seq" | "at"> : never;

/** What the people outside see and hear. */
export type PhoneEvent = Extract<
  Unplaced<SimulationEvent>,
  { readonly kind: "call" | "caption" | "listening" | "holding" | "message" }
>;

/** What somebody does on a call. */
export type CallAction = Extract<
  SimulationAction,
  { readonly kind: "digits" | "say" | "record" | "hangup" | "answer" | "attend" }
>;

export type WrittenMessage = Omit<Extract<SimulationAction, { readonly kind: "message" }>, "kind"> & {
  /** Our number. */
  readonly to: string;
  /** The vendor's id of our number, where it has one. */
  readonly toId: string | null;
};

/** Whom an emulator asks what the people outside do, in place of scripts and magic numbers. */
export interface PersonAtThePhone {
  hears(event: PhoneEvent): void;
  /** Milliseconds that a second of speech takes before anybody's patience begins. */
  readonly speakingMs: number;
  /** Milliseconds that a second of waiting for them takes. */
  readonly waitingMs: number;
  /** What gets through to a phone, where its digits do not say so. */
  reach(phone: string): "everything" | "no-whatsapp" | "nothing";
}

/** The phones of an emulator that a person plays. */
export interface VirtualPhone {
  /** Calls one of our numbers; gives the call's id. Absent: this vendor carries no calls. */
  call?(order: {
    readonly from: string;
    readonly to: string;
    /** Where the caller's number is registered, as far as its operator says. */
    readonly place: { readonly city?: string };
  }): string;
  /** False where no call is there for it, or none that waits for such a thing. */
  act(action: CallAction): boolean;
  /** Writes to one of our numbers. */
  write(message: WrittenMessage): void;
  /** Opens a message; false where this vendor brought none such. */
  read(id: string): boolean;
  /** Trouble from now on, until it is called again. */
  trouble(faults: ReadonlySet<SimulatedFault>): void;
  /** So much later for the vendor, too. */
  skip(ms: number): void;
}
