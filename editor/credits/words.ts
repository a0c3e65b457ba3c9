import { defineWords } from "../words/words.ts";

export const creditsWords = defineWords(
  {
    title: "Credits",
    left: "Credits left",
    meters: {
      sms: "SMS",
      whatsapp: "WhatsApp",
      voice: "Minutes",
      lookup: "Lookups",
      verify: "Codes",
      ai: "AI",
    },
  },
  {
    title: "Créditos",
    left: "Créditos que quedan",
    meters: {
      sms: "SMS",
      whatsapp: "WhatsApp",
      voice: "Minutos",
      lookup: "Consultas",
      verify: "Códigos",
      ai: "IA",
    },
  },
);
