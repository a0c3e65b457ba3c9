/**
 * What a whole message asks for: no more messages, messages again, or help.
 *
 *   O1 only a message that is nothing but the word counts; case, accents and punctuation around or between do not
 *   O2 a tenant's own words stand before those of the house
 *   O3 on WhatsApp, where people answer questions, words that may well be an answer ("cancel", "fin") do not count
 */
export type Wish = "STOP" | "START" | "HELP";

export const PURPOSES = ["service", "notice", "marketing"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Words a tenant takes for a wish, such as "BAJA PROMO" for its marketing alone. */
export interface OwnWords {
  readonly words: readonly string[];
  readonly does: "stop" | "start";
  readonly purposes: readonly Purpose[];
}

export interface ReadWish {
  readonly wish: Wish;
  readonly purposes: readonly Purpose[];
}

/** What `body` asks for; null: it is an ordinary message. */
export function wishOf(
  body: string,
  channel: "sms" | "whatsapp",
  own: readonly OwnWords[] = [],
): ReadWish | null {
  const said = plainWords(body);
  if (said === "" || said.length > MAX_LENGTH) return null;
  const mine = own.find(({ words }) => words.some((word) => plainWords(word) === said));
  if (mine) return { wish: mine.does === "stop" ? "STOP" : "START", purposes: mine.purposes };
  const wish = WISHES.get(said);
  if (wish === undefined || (channel === "whatsapp" && ANSWERS.has(said))) return null;
  return { wish, purposes: PURPOSES };
}

/** [O1] Capitals without accents, one space between words, nothing around them. */
export function plainWords(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toUpperCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, " ")
    .trim();
}

// The longest of them has 24; a longer message need not be looked up.
const MAX_LENGTH = 64;

/** English first: what Twilio blocks by itself. */
const STOP_WORDS = [
  "STOP, STOPALL, STOP ALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE, OPTOUT, OPT OUT, REMOVE ME",
  // Spanish, Catalan, Galician
  "BAJA, DAR DE BAJA, DARME DE BAJA, DAME DE BAJA, DARSE DE BAJA, ALTO, CANCELAR, PARAR, NO MOLESTAR, NO MAS MENSAJES",
  "BAIXA, DONAR DE BAIXA, DONEU ME DE BAIXA, ATURAR, CANCEL LAR, DAR DE BAIXA",
  // Portuguese
  "SAIR, REMOVER, DESCADASTRAR, CANCELAR INSCRICAO, PARAR MENSAGENS",
  // French
  "ARRET, ARRETER, ARRETEZ, DESABONNER, DESINSCRIRE, DESINSCRIPTION, STOP SMS",
  // Italian
  "ANNULLA, CANCELLA, DISISCRIVI, DISISCRIVIMI, BASTA, FERMA",
  // German
  "STOPP, ABMELDEN, ABBESTELLEN, BEENDEN, AUSTRAGEN",
].flatMap(listed);

const START_WORDS = [
  "START, UNSTOP, SUBSCRIBE, OPTIN, OPT IN, RESUME",
  "ALTA, DAR DE ALTA, DARME DE ALTA, SUSCRIBIR, SUSCRIBIRME, REANUDAR",
  "DONAR D ALTA, SUBSCRIURE, REPRENDRE",
  "VOLTAR, ASSINAR, INSCREVER, RETOMAR",
  "REPRENDRE, ABONNER, INSCRIRE",
  "ISCRIVI, ISCRIVIMI, RIPRENDI",
  "ANMELDEN, ABONNIEREN, FORTSETZEN",
].flatMap(listed);

const HELP_WORDS = ["HELP, INFO, AYUDA, AJUDA, AIDE, AIUTO, HILFE"].flatMap(listed);

const WISHES: ReadonlyMap<string, Wish> = new Map([
  ...STOP_WORDS.map((word) => [word, "STOP"] as const),
  ...START_WORDS.map((word) => [word, "START"] as const),
  ...HELP_WORDS.map((word) => [word, "HELP"] as const),
]);

/** [O3] */
const ANSWERS: ReadonlySet<string> = new Set(
  listed(
    "CANCEL, END, QUIT, REVOKE, CANCELAR, PARAR, ATURAR, CANCEL LAR, REMOVER, CANCELLA, ANNULLA, FERMA, BASTA, BEENDEN, RESUME, REANUDAR, RETOMAR, REPRENDRE, RIPRENDI, FORTSETZEN, VOLTAR, SAIR, INFO",
  ),
);

function listed(line: string): string[] {
  return line.split(", ");
}
