/** What decides the price of a text. */
interface Size {
  readonly encoding: "GSM-7" | "UCS-2";
  readonly segments: number;
  readonly costly: readonly string[];
}

/** Says what makes a text cost more than one part, and what to do; null where nothing does. */
export function sizeWarning({ encoding, segments, costly }: Size, locale: string): string | null {
  const spanish = /^(es|ca|gl|eu)\b/i.test(locale);
  const letters = costly.slice(0, 10).join(" ");
  if (encoding === "UCS-2") {
    return spanish
      ? `Se cobran ${segments} segmentos: ${letters} no caben en el alfabeto de los SMS, así que cada segmento lleva 70 caracteres en lugar de 160. Cámbielos, o use la codificación inteligente.`
      : `Charged as ${segments} segments: ${letters} are not in the SMS alphabet, so a segment holds 70 characters instead of 160. Replace them, or use smart encoding.`;
  }
  if (segments === 1) return null;
  return spanish
    ? `Se cobran ${segments} segmentos: el texto pasa de 160 caracteres. Acórtelo si puede.`
    : `Charged as ${segments} segments: the text is longer than 160 characters. Shorten it if you can.`;
}
