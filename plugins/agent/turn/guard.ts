import { isLuhn } from "../privacy/check-digits.ts";
import { plain } from "./words.ts";

const SHARED_WORDS = 10;

/**
 * Whether an answer must not reach the person: it carries a card number, or recites the instructions. A model cannot be
 * trusted to keep either to itself, so nothing secret belongs in the instructions in the first place.
 */
export function mustWithhold(text: string, secretText: string): boolean {
  return hasCardNumber(text) || recites(text, secretText);
}

const LIKE_A_CARD = /\d(?:[ -]?\d){12,18}/g;

function hasCardNumber(text: string): boolean {
  return [...text.matchAll(LIKE_A_CARD)].some(([found]) => isLuhn(found.replaceAll(/\D/g, "")));
}

/** For the record: of a card number only its end. */
export function withoutCards(text: string): string {
  return text.replaceAll(LIKE_A_CARD, (found) => {
    const digits = found.replaceAll(/\D/g, "");
    return isLuhn(digits) ? `•••• ${digits.slice(-4)}` : found;
  });
}

function recites(text: string, secretText: string): boolean {
  const words = plain(text).split(" ");
  const secret = ` ${plain(secretText)} `;
  return words.some((_, index) => {
    const run = words.slice(index, index + SHARED_WORDS);
    return run.length === SHARED_WORDS && secret.includes(` ${run.join(" ")} `);
  });
}

/** What people read: no thoughts of the model, no marks their phone does not know. */
export function readable(text: string): string {
  return text
    .replaceAll(/<think>[\s\S]*?(<\/think>|$)/g, "")
    .replaceAll(/^#{1,6}\s+/gm, "")
    .replaceAll(/\*\*(.+?)\*\*/g, "*$1*")
    .replaceAll(/\[([^\]]+)\]\((https?:[^)]+)\)/g, "$1: $2")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}
