/** A text as people compare texts: small letters without accents. */
export function folded(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** The same, letter for letter, so that a place in the one is a place in the other. */
export function foldedInPlace(text: string): string {
  return Array.from(text.normalize("NFC"), (letter) => {
    const plain = folded(letter);
    return plain.length === letter.length ? plain : letter;
  }).join("");
}
