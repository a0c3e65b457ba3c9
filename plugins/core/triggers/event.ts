import { defineTrigger, type Json, Type } from "../../../engine/plugin-api.ts";

export default defineTrigger({
  type: "data.event",
  version: 1,
  title: { en: "Something happens in the ERP", es: "Algo ocurre en el ERP" },
  help: {
    en: "Starts the flow when the ERP reports an event of a module, such as a confirmed reservation. Every published flow that listens to the event starts a run of its own.",
    es: "Inicia el flujo cuando el ERP informa de un evento de un módulo, como una reserva confirmada. Cada flujo publicado que lo escucha inicia una ejecución propia.",
  },
  family: "data",
  icon: "bolt",
  params: Type.Object(
    {
      module: Type.String({
        pattern: "^[a-z][a-z0-9_-]{0,39}$",
        title: "Module",
        description: "As the ERP calls it: pms, pos, crm …",
        "x-es": { title: "Módulo", description: "Como lo llama el ERP: pms, pos, crm…" },
      }),
      event: Type.Optional(
        Type.String({
          pattern: "^[a-z][a-z0-9_.-]{0,79}$",
          title: "Event",
          description: "Such as reservation.confirmed. Empty: every event of the module.",
          "x-es": {
            title: "Evento",
            description: "Por ejemplo reservation.confirmed. Vacío: todos los eventos del módulo.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  gives: Type.Object({
    module: Type.String({ title: "Module", "x-es": { title: "Módulo" } }),
    event: Type.String({ title: "Event", "x-es": { title: "Evento" } }),
    payload: Type.Record(Type.String(), Type.Unsafe<Json>({}), {
      title: "Payload",
      description: "What the ERP tells about it.",
      "x-es": { title: "Datos", description: "Lo que el ERP cuenta del evento." },
    }),
  }),
  answers: "ack",
  example: {
    title: { en: "A reservation is confirmed", es: "Se confirma una reserva" },
    params: { module: "pms", event: "reservation.confirmed" },
  },
});
