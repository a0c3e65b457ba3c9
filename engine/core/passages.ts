/** Documents cut into passages that a search can find and a model can be told. */

export interface Question {
  readonly question: string;
  readonly answer: string;
}

const LONGEST = 900;

/** A question with its answer is one passage; text is cut between paragraphs, then between sentences. */
export function passagesOf(text: string, questions: readonly Question[] = []): readonly string[] {
  const asked = questions.map(({ question, answer }) => `${question.trim()}\n${answer.trim()}`);
  const paragraphs = text.split(/\n\s*\n/).flatMap((paragraph) => shortPieces(paragraph.trim()));
  return [...asked, ...joined(paragraphs, "\n\n")].filter((passage) => passage !== "");
}

function shortPieces(paragraph: string): readonly string[] {
  if (paragraph.length <= LONGEST) return [paragraph];
  const sentences = paragraph.match(/[^.!?\n]+[.!?\n]*\s*/g) ?? [paragraph];
  return joined(
    sentences.flatMap((sentence) => hardPieces(sentence.trim())),
    " ",
  );
}

/** Text without a single full stop is text, too. */
function hardPieces(sentence: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < sentence.length; from += LONGEST)
    pieces.push(sentence.slice(from, from + LONGEST));
  return pieces;
}

function joined(pieces: readonly string[], by: string): readonly string[] {
  const passages: string[] = [];
  for (const piece of pieces) {
    const last = passages.at(-1);
    if (last !== undefined && last.length + by.length + piece.length <= LONGEST)
      passages[passages.length - 1] = `${last}${by}${piece}`;
    else passages.push(piece);
  }
  return passages;
}

/** As words are compared: without accents, so that whoever writes none finds the same. */
export function searchable(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
