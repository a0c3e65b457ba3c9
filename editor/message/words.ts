import { defineWords } from "../words/words.ts";

export const messageWords = defineWords(
  {
    nothingYet: "Write something to see it here.",
    seeOptions: "See options",
    media: {
      image: "Picture",
      video: "Video",
      document: "Document",
      audio: "Audio",
      location: "Location",
    },
    statuses: {
      queued: "on its way",
      sending: "on its way",
      accepted: "on its way",
      sent: "sent",
      delivered: "delivered",
      read: "read",
      failed: "not delivered",
      undelivered: "not delivered",
      received: "received",
    },
  },
  {
    nothingYet: "Escriba algo para verlo aquí.",
    seeOptions: "Ver opciones",
    media: {
      image: "Imagen",
      video: "Vídeo",
      document: "Documento",
      audio: "Audio",
      location: "Ubicación",
    },
    statuses: {
      queued: "en camino",
      sending: "en camino",
      accepted: "en camino",
      sent: "enviado",
      delivered: "entregado",
      read: "leído",
      failed: "no entregado",
      undelivered: "no entregado",
      received: "recibido",
    },
  },
);
