/** Whether a number keeps its country's own check: what does not is some other number. Digits and letters alone, no marks. */

export function isLuhn(digits: string): boolean {
  const sum = [...digits]
    .toReversed()
    .map(Number)
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : doubled(digit)), 0);
  return sum % 10 === 0;
}

function doubled(digit: number): number {
  return digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
}

const DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

/** Spain: DNI and NIE. */
export function isSpanishId(text: string): boolean {
  const digits = text.slice(0, -1).replace(/^[XYZ]/, (letter) => String("XYZ".indexOf(letter)));
  return DNI_LETTERS[Number(digits) % 23] === text.at(-1);
}

/** Chile: RUT. */
export function isRut(text: string): boolean {
  const rest = 11 - (weighted(text.slice(0, -1), [2, 3, 4, 5, 6, 7]) % 11);
  return text.at(-1) === (rest === 11 ? "0" : rest === 10 ? "K" : String(rest));
}

/** Argentina: CUIT and CUIL. */
export function isCuit(text: string): boolean {
  const rest = 11 - (weighted(text.slice(0, -1), [2, 3, 4, 5, 6, 7]) % 11);
  return Number(text.at(-1)) === (rest === 11 ? 0 : rest);
}

/** Colombia: NIT with its digit. */
export function isNit(text: string): boolean {
  const rest = weighted(text.slice(0, -1), [3, 7, 13, 17, 19, 23, 29, 37, 41]) % 11;
  return Number(text.at(-1)) === (rest > 1 ? 11 - rest : rest);
}

/** Peru: RUC. */
export function isRuc(text: string): boolean {
  const rest = 11 - (weighted(text.slice(0, -1), [2, 3, 4, 5, 6, 7]) % 11);
  return Number(text.at(-1)) === rest % 10;
}

/** Brazil: CPF. */
export function isCpf(text: string): boolean {
  const digit = (count: number) =>
    ((weighted(
      text.slice(0, count),
      Array.from({ length: count }, (_, index) => index + 2),
    ) *
      10) %
      11) %
    10;
  return new Set(text).size > 1 && digit(9) === Number(text[9]) && digit(10) === Number(text[10]);
}

/** From the last digit to the first, weights over and over. */
function weighted(digits: string, weights: readonly number[]): number {
  return [...digits]
    .toReversed()
    .reduce((sum, digit, index) => sum + Number(digit) * (weights[index % weights.length] ?? 0), 0);
}
