/**
 * What a person means where code, not a model, must decide: a yes that unlocks a side effect, and the wish to speak with
 * a person. Words are compared without accents, case and punctuation.
 */

const YES =
  /^(si|claro|correcto|exacto|perfecto|de acuerdo|vale|ok|okay|okey|dale|confirmo|lo confirmo|confirmado|adelante|por favor|asi es|eso es|yes|yeah|yep|sure|correct|confirm|confirmed|go ahead|please do)( (si|claro|correcto|exacto|perfecto|de acuerdo|vale|ok|gracias|por favor|confirmo|lo confirmo|confirmado|adelante|senor|senora|senorita|esta bien|yes|please|thanks|thank you|go ahead))*$/;

const PERSON =
  /\b(hablar|hable|pasar?me|paseme|comuni(que|ca)me|ponga?me|contactar|conectar|transfier[ae]me|quiero|necesito|prefiero)\b.{0,30}\b(persona|humano|agente|asesor[a]?|operador[a]?|representante|alguien real|ser humano|encargado|gerente)\b|\b(speak|talk|transfer|connect|put me)\b.{0,30}\b(human|person|agent|representative|operator|somebody|someone|manager)\b|^(persona|humano|agente|asesor|operador|operadora|representante|human|agent|operator|representative)$/;

export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s]/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Nothing but a yes. "Sí, pero mañana" is none: what follows may change what was read back. */
export function isYes(text: string): boolean {
  return YES.test(plain(text));
}

export function asksForPerson(text: string): boolean {
  return PERSON.test(plain(text));
}
