/** Characters of the GSM 7-bit alphabet (3GPP TS 23.038), and those of its extension, which take two places. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("^{}\\[~]|€\f");

/** How many parts an SMS of this text is sent in, and paid for. */
export function smsSegments(text: string): number {
  const letters = Array.from(text);
  const isGsm = letters.every((letter) => BASIC.has(letter) || EXTENDED.has(letter));
  const places = isGsm
    ? letters.reduce((sum, letter) => sum + (EXTENDED.has(letter) ? 2 : 1), 0)
    : text.length;
  const [alone, part] = isGsm ? [160, 153] : [70, 67];
  return places <= alone ? 1 : Math.ceil(places / part);
}
