import type { DocumentContent } from "../store/knowledge.ts";

/** What the demo's agents know. */
export const DEMO_DOCUMENTS: readonly DocumentContent[] = [
  {
    title: "Preguntas frecuentes",
    collection: "general",
    kind: "faq",
    language: "es",
    source_url: null,
    body: "",
    questions: [
      {
        question: "¿Tienen pan sin gluten?",
        answer: "Sí, pan y bizcochos sin gluten los martes y viernes, por encargo.",
      },
      {
        question: "¿Hacen envíos a domicilio?",
        answer: "Llevamos pedidos a domicilio en un radio de cinco kilómetros.",
      },
      { question: "¿Se puede ir con mascotas?", answer: "Las mascotas son bienvenidas en la terraza." },
      { question: "¿Cómo se paga?", answer: "En efectivo, con tarjeta o por transferencia." },
    ],
  },
  {
    title: "Reservas y encargos",
    collection: "general",
    kind: "text",
    language: "es",
    source_url: "https://laespiga.example/reservas",
    body: [
      "Las mesas se guardan quince minutos. Una reserva se cancela sin costo hasta dos horas antes.",
      "Las tortas de cumpleaños se encargan con dos días de anticipación y se dejan pagadas por la mitad.",
    ].join("\n\n"),
    questions: [],
  },
];
