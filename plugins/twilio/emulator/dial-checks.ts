import { isDialable } from "./numbers.ts";
import type { TwimlElement } from "./twiml-document.ts";

const MAX_LEGS = 10;
const ALONE: readonly string[] = ["Conference", "Queue"];

/** What Twilio would not dial, or warns about. */
export interface DialFault {
  readonly code: number;
  readonly message: string;
  readonly fatal: boolean;
}

/** Nouns that cannot go together, too many of them, and numbers that are none. */
export function dialFault(verb: TwimlElement): DialFault | null {
  const nouns = verb.children;
  const room = nouns.find((noun) => ALONE.includes(noun.name));
  if (room && nouns.length > 1) return refused(13_000, `<${room.name}> must stand alone in <Dial>`);
  if (nouns.length > MAX_LEGS)
    return refused(13_000, `<Dial> rings ${MAX_LEGS} at most, not ${nouns.length}`);
  const numbers = nouns.length > 0 ? nouns.filter(({ name }) => name === "Number") : [verb];
  const wrong = numbers.find(({ text }) => !isNumber(text));
  if (wrong) return refused(13_223, `Dial: Invalid phone number format: "${wrong.text}"`);
  const { callerId } = verb.attributes;
  if (callerId !== undefined && !isCallerId(callerId, nouns))
    return refused(13_214, `Dial: Invalid callerId value: "${callerId}"`);
  return null;
}

function refused(code: number, message: string): DialFault {
  return { code, message, fatal: true };
}

/** E.164, or digits as they are dialled in the caller's country. */
function isNumber(text: string): boolean {
  const number = text.replaceAll(/[\s().-]/g, "");
  return isDialable(number) || /^\d{3,15}$/.test(number);
}

function isCallerId(callerId: string, nouns: readonly TwimlElement[]): boolean {
  if (isDialable(callerId) || /^\d{3,15}$/.test(callerId)) return true;
  return nouns.length > 0 && nouns.every(({ name }) => name === "Client" || name === "Sip");
}
