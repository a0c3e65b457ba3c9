/** Why a vendor would not do it, in the words of this house; `vendorCode` keeps the vendor's own. */
export const REFUSALS = [
  "not_on_channel",
  "outside_window",
  "opted_out",
  "no_consent",
  "bad_recipient",
  "bad_sender",
  "bad_content",
  "not_permitted",
  "other",
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** The same for people. */
export const REFUSAL_WORDS: Readonly<Record<Refusal, { readonly en: string; readonly es: string }>> = {
  not_on_channel: { en: "The number is not on this channel.", es: "El número no está en este canal." },
  outside_window: {
    en: "They have not written in the last 24 hours: WhatsApp takes only a template.",
    es: "No ha escrito en las últimas 24 horas: WhatsApp solo acepta una plantilla.",
  },
  opted_out: { en: "This person asked not to be written to.", es: "Esta persona pidió que no le escriban." },
  no_consent: {
    en: "This person has not agreed to such messages.",
    es: "Esta persona no ha aceptado mensajes de este tipo.",
  },
  bad_recipient: {
    en: "The recipient's number cannot receive it.",
    es: "El número de destino no puede recibirlo.",
  },
  bad_sender: { en: "Your number may not send this.", es: "Su número no puede enviar esto." },
  bad_content: {
    en: "The provider does not take this text or file.",
    es: "El proveedor no acepta este texto o archivo.",
  },
  not_permitted: { en: "The provider does not permit it.", es: "El proveedor no lo permite." },
  other: { en: "The provider did not deliver it.", es: "El proveedor no lo entregó." },
};
