import { type Callee, magicCallee } from "./callees.ts";
import type { PlayContext } from "./play-step.ts";
import type { TwimlElement } from "./twiml-document.ts";

export interface Leg {
  /** As the trace and scripts name it. */
  readonly to: string;
  readonly noun: TwimlElement;
  readonly callee: Callee;
  /** Somebody said how this one reacts; else it is by magic. */
  readonly scripted: boolean;
  /** Of the call that rings already. */
  readonly sid?: string;
}

/** How a Dial came out, in the words of its action request. */
export interface DialResult {
  readonly status: string;
  /** The child call; null for conferences and queues. */
  readonly sid: string | null;
  readonly seconds: number;
  readonly isBridged: boolean;
}

/** Whom a Dial calls: its number, or its nouns. */
export function legsOf({ world, session }: PlayContext, verb: TwimlElement): Leg[] {
  const nouns = verb.children.filter((child) => child.name in NOUN_PREFIX);
  const number: TwimlElement = { name: "Number", attributes: {}, children: [], text: verb.text };
  return (nouns.length > 0 ? nouns : [number]).map((noun) => {
    const to = legName(noun);
    const given = session.answers[to] ?? world.callees.get(to);
    return { to, noun, callee: given ?? willing(magicCallee(to)), scripted: given !== undefined };
  });
}

/** A person who is asked for a key before being connected presses 1; a machine does not. */
function willing(callee: Callee): Callee {
  return callee.answeredBy === "human" ? { ...callee, inputs: ["1"] } : callee;
}

const NOUN_PREFIX: Readonly<Record<string, string>> = {
  Number: "",
  Client: "client:",
  Sip: "",
  Conference: "conference:",
  Queue: "queue:",
  WhatsApp: "whatsapp:",
  Sim: "sim:",
  Application: "application:",
};

function legName(noun: TwimlElement): string {
  const named = noun.children.find((child) => ["Identity", "ApplicationSid", "Uri"].includes(child.name));
  const name = (named ?? noun).text;
  if (noun.name === "Number") return name.replaceAll(/[\s()-]/g, "");
  // Headers behind the address are for who is called, not part of their name.
  return (NOUN_PREFIX[noun.name] ?? "") + (noun.name === "Sip" ? name.replace(/[;?].*$/s, "") : name);
}

/** What went nowhere, by how telling it is. */
export function worstOf(misses: readonly DialResult[]): DialResult {
  const order = ["completed", "no-answer", "busy", "failed", "canceled"];
  const sorted = misses.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return sorted[0] ?? { status: "failed", sid: null, seconds: 0, isBridged: false };
}
