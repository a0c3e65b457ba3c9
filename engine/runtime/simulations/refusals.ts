import { AppError } from "../../errors.ts";
import type { Text } from "../../plugin-api.ts";

/** Why something cannot be done in a simulation now. */
const REASONS = {
  message: {
    en: "there is no such message that could be read",
    es: "no hay ningún mensaje así que se pueda leer",
  },
  digits: { en: "no call is listening for keys", es: "ninguna llamada está esperando teclas" },
  say: { en: "no call is listening for words", es: "ninguna llamada está esperando que se hable" },
  record: { en: "no call is recording", es: "ninguna llamada está grabando" },
  answer: { en: "no phone is ringing", es: "no suena ningún teléfono" },
  attend: {
    en: "no call waits in a queue or a conference",
    es: "ninguna llamada espera en una cola o conferencia",
  },
  hangup: { en: "nobody is on the line", es: "no hay nadie en la línea" },
  noLine: { en: "there is no number for calls", es: "no hay ningún número para llamadas" },
  noSuchLine: { en: "there is no such number for calls", es: "no hay ningún número así para llamadas" },
  sms: { en: "there is no number for SMS", es: "no hay ningún número para SMS" },
  whatsapp: { en: "there is no number for WhatsApp", es: "no hay ningún número para WhatsApp" },
} satisfies Readonly<Record<string, Text>>;

export function cannotBeDone(kind: string, reason: keyof typeof REASONS): AppError {
  const { en, es } = REASONS[reason];
  const sentence = { en: `This cannot be done now: ${en}.`, es: `Ahora no se puede hacer: ${es}.` };
  return new AppError("INPUT_INVALID", `"${kind}" cannot be done now: ${en} in this simulation.`, {
    kind,
    sentence,
  });
}
