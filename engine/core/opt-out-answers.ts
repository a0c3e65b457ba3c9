import type { Purpose, Wish } from "./opt-out-words.ts";
import { PURPOSES } from "./opt-out-words.ts";

type Words = Readonly<Record<"stop" | "stopSome" | "start", string>>;

/** What a person hears once who asked for no more, or for more again. `NAME` is the business. */
const ANSWERS: Readonly<Record<string, Words>> = {
  es: {
    stop: "NAME: no recibirá más mensajes nuestros. Para volver a recibirlos, escriba ALTA.",
    stopSome: "NAME: no recibirá más mensajes de este tipo.",
    start: "NAME: volverá a recibir nuestros mensajes. Para dejar de recibirlos, escriba BAJA.",
  },
  en: {
    stop: "NAME: you will get no more messages from us. Write START to get them again.",
    stopSome: "NAME: you will get no more messages of this kind.",
    start: "NAME: you will get our messages again. Write STOP to end them.",
  },
  ca: {
    stop: "NAME: no rebrà més missatges nostres. Per tornar-los a rebre, escrigui ALTA.",
    stopSome: "NAME: no rebrà més missatges d'aquest tipus.",
    start: "NAME: tornarà a rebre els nostres missatges. Per deixar de rebre'ls, escrigui BAIXA.",
  },
  pt: {
    stop: "NAME: não receberá mais mensagens nossas. Para voltar a recebê-las, escreva START.",
    stopSome: "NAME: não receberá mais mensagens deste tipo.",
    start: "NAME: voltará a receber as nossas mensagens. Para deixar de receber, escreva STOP.",
  },
  fr: {
    stop: "NAME : vous ne recevrez plus nos messages. Pour les recevoir à nouveau, écrivez START.",
    stopSome: "NAME : vous ne recevrez plus ce type de messages.",
    start: "NAME : vous recevrez à nouveau nos messages. Pour arrêter, écrivez STOP.",
  },
  it: {
    stop: "NAME: non riceverà più i nostri messaggi. Per riceverli di nuovo, scriva START.",
    stopSome: "NAME: non riceverà più messaggi di questo tipo.",
    start: "NAME: riceverà di nuovo i nostri messaggi. Per non riceverli più, scriva STOP.",
  },
  de: {
    stop: "NAME: Sie erhalten keine Nachrichten mehr von uns. Mit START erhalten Sie sie wieder.",
    stopSome: "NAME: Sie erhalten keine Nachrichten dieser Art mehr.",
    start: "NAME: Sie erhalten wieder Nachrichten von uns. Mit STOP endet das.",
  },
};

/** The answer to a wish; null where there is none. `own` are the tenant's words. */
export function optOutAnswer(
  { wish, purposes }: { readonly wish: Wish; readonly purposes: readonly Purpose[] },
  business: { readonly name: string; readonly locale: string },
  own: { readonly stop?: string; readonly start?: string; readonly help?: string },
): string | null {
  if (wish === "HELP") return own.help ?? null;
  const theirs = wish === "STOP" ? own.stop : own.start;
  if (theirs !== undefined) return theirs;
  const words = ANSWERS[business.locale.split("-", 1)[0] ?? ""] ?? ANSWERS.en;
  const all = purposes.length === PURPOSES.length;
  const key = wish === "START" ? "start" : all ? "stop" : "stopSome";
  return words?.[key].replace("NAME", business.name) ?? null;
}
