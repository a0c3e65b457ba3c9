/**
 * What a person may choose from in a chat, and which of it an answer means: a tapped button or row, the number of a line,
 * or its words, whatever their case, accents and punctuation.
 */
export interface Choice {
  /** Also the port it leads to. */
  readonly id: string;
  readonly title: string;
  readonly description?: string | undefined;
}

export interface ChoiceAnswer {
  readonly body: string;
  /** The id of the button or row that was tapped. */
  readonly payload?: string | null;
}

const PAYLOAD = /^(ask_[0-9a-f]{32}):(.+)$/s;

/** What a button of a question carries: it names its question, so that one of another is told apart. */
export function choicePayload(ask: string, choice: Choice): string {
  return `${ask}:${choice.id}`;
}

/** The question a tapped button belongs to; null for buttons that are not of our making. */
export function askOfPayload(payload: string): string | null {
  return PAYLOAD.exec(payload)?.[1] ?? null;
}

/** The choice an answer means, or null. */
export function choiceOf(choices: readonly Choice[], { body, payload }: ChoiceAnswer): Choice | null {
  return (payload ? tapped(choices, payload) : null) ?? named(choices, body) ?? numbered(choices, body);
}

/** The text with its choices as lines somebody can answer by number. */
export function withNumbers(text: string, choices: readonly Choice[]): string {
  const lines = choices.map(
    ({ title, description }, index) => `${index + 1}. ${title}${description ? `: ${description}` : ""}`,
  );
  return [...(text === "" ? [] : [text]), ...lines].join("\n");
}

/** True for the same words, whatever their case, accents and punctuation. */
export function sameWords(left: string, right: string): boolean {
  return wordsOf(left) === wordsOf(right);
}

function tapped(choices: readonly Choice[], payload: string): Choice | null {
  const id = PAYLOAD.exec(payload)?.[2] ?? payload;
  return choices.find((choice) => choice.id === id) ?? named(choices, id);
}

function named(choices: readonly Choice[], body: string): Choice | null {
  const words = wordsOf(body);
  if (words === "") return null;
  return (
    choices.find(({ title }) => wordsOf(title) === words) ??
    choices.find(({ id }) => wordsOf(id) === words) ??
    // A whole line sent back: "1. Confirmar".
    choices.find(({ title }, index) => `${index + 1} ${wordsOf(title)}` === words) ??
    null
  );
}

function numbered(choices: readonly Choice[], body: string): Choice | null {
  const number = /^(?:opcion |option |numero |number |la |el )?(\d{1,2})$/.exec(wordsOf(body))?.[1];
  return number === undefined ? null : (choices[Number(number) - 1] ?? null);
}

/** Letters and digits of any script, in small letters without accents, with single spaces between. */
function wordsOf(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
