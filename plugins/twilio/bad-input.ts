import { AppError, type ErrorDetails, type Text } from "../../engine/plugin-api.ts";

/** Whose mistake it is, and the language they read. A `NodeContext` is one. */
export interface Author {
  readonly locale: string;
  readonly nodeId?: string;
}

/** What an author has to put right, in the flow's language; both languages are among the details. */
export function badInput(author: Author, words: Text, details: ErrorDetails = {}): AppError {
  return new AppError("PARAMS_INVALID", sentence(author, words), {
    ...details,
    words: { en: words.en, es: words.es },
  });
}

/** Words for an author, after the name of the node they are about. */
export function sentence({ locale, nodeId }: Author, words: Text): string {
  const isSpanish = /^es\b/i.test(locale);
  const text = isSpanish ? words.es : words.en;
  if (nodeId === undefined) return text;
  return `${isSpanish ? "Nodo" : "Node"} ${nodeId}: ${text}`;
}
