import { randomInt } from "node:crypto";
import type { JsonObject } from "../../../engine/plugin-api.ts";

/** A number as the emulated Meta keeps it. */
export interface EmulatedNumber {
  readonly id: string;
  readonly wabaId: string;
  /** Digits with country code. */
  readonly displayed: string;
  readonly name: string;
  /** The code that was sent and is still good. */
  code: string | null;
  codesSent: number;
  verified: boolean;
  pin: string | null;
  wrongPins: number;
  registered: boolean;
  /** Moments of registrations and deregistrations. */
  registrations: number[];
  quality: "GREEN" | "YELLOW" | "RED";
  limit: string;
  banned: boolean;
  profile: JsonObject;
  readonly links: Map<string, JsonObject>;
}

/** What the emulated Meta knows of numbers; one nobody added is there, connected, when its account allows any. */
export interface NumberBook {
  find(id: string): EmulatedNumber | null;
  ofAccount(wabaId: string): readonly EmulatedNumber[];
  add(number: Pick<EmulatedNumber, "wabaId" | "displayed" | "name">): EmulatedNumber;
  /** One that has been at Meta for long. */
  addConnected(number: Pick<EmulatedNumber, "id" | "wabaId" | "displayed">): EmulatedNumber;
  byDisplayed(displayed: string): EmulatedNumber | null;
}

export function createNumberBook(): NumberBook {
  const numbers = new Map<string, EmulatedNumber>();
  const keep = (number: EmulatedNumber) => {
    numbers.set(number.id, number);
    return number;
  };
  return {
    find: (id) => numbers.get(id) ?? null,
    ofAccount: (wabaId) => [...numbers.values()].filter((number) => number.wabaId === wabaId),
    byDisplayed: (displayed) =>
      [...numbers.values()].find((number) => number.displayed === displayed) ?? null,
    add: (number) => keep({ ...blank(), ...number, id: newNumberId() }),
    addConnected: (number) =>
      keep({ ...blank(), ...number, name: "Emulated business", verified: true, registered: true }),
  };
}

function blank(): Omit<EmulatedNumber, "id" | "wabaId" | "displayed" | "name"> {
  return {
    code: null,
    codesSent: 0,
    verified: false,
    pin: null,
    wrongPins: 0,
    registered: false,
    registrations: [],
    quality: "GREEN",
    limit: "TIER_250",
    banned: false,
    profile: {},
    links: new Map(),
  };
}

function newNumberId(): string {
  return `2${String(randomInt(0, 2 ** 47))
    .padStart(15, "0")
    .slice(-14)}`;
}
