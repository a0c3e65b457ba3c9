import { defineTrigger, Type } from "../../../engine/plugin-api.ts";

export default defineTrigger({
  type: "core.schedule",
  version: 1,
  title: { en: "At set times", es: "A horas fijas" },
  help: {
    en: "Starts the flow by the clock, as a cron line says. Where clocks change, a time that is left out fires once just after the gap, and a time that comes twice fires once.",
    es: "Inicia el flujo según el reloj, como dice una línea cron. Cuando cambia el horario, una hora que no existe se cumple justo después del salto, y una que se repite se cumple una sola vez.",
  },
  family: "logic",
  icon: "calendar-time",
  params: Type.Object(
    {
      cron: Type.String({
        minLength: 9,
        maxLength: 200,
        title: "When",
        description:
          "Five fields: minute, hour, day of the month, month, day of the week; 30 8 * * mon-fri is half past eight on working days.",
        "x-widget": "cron",
        "x-es": {
          title: "Cuándo",
          description:
            "Cinco campos: minuto, hora, día del mes, mes, día de la semana; 30 8 * * mon-fri es a las ocho y media de lunes a viernes.",
        },
      }),
      timezone: Type.Optional(
        Type.String({
          title: "Time zone",
          description: "IANA name such as Europe/Madrid; empty: the flow's.",
          "x-widget": "timezone",
          "x-es": {
            title: "Zona horaria",
            description: "Nombre IANA como Europe/Madrid; vacío: la del flujo.",
          },
        }),
      ),
      startsAt: Type.Optional(
        Type.String({
          title: "From",
          description: "Nothing fires before, such as 2026-12-01T00:00.",
          "x-widget": "datetime",
          "x-es": { title: "Desde", description: "Antes no se cumple, por ejemplo 2026-12-01T00:00." },
        }),
      ),
      endsAt: Type.Optional(
        Type.String({
          title: "To",
          description: "Nothing fires after.",
          "x-widget": "datetime",
          "x-es": { title: "Hasta", description: "Después no se cumple más." },
        }),
      ),
      catchUpMinutes: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1440,
          default: 60,
          title: "How late it may be, in minutes",
          description:
            "When nothing was running at the time, the latest missed moment still fires, once, if it is not older than this.",
          "x-es": {
            title: "Retraso permitido, en minutos",
            description:
              "Si a esa hora no había nada en marcha, el último momento perdido se cumple una vez, siempre que no sea más antiguo.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  gives: Type.Object({
    scheduledAt: Type.String({
      title: "Scheduled for",
      description: "The moment it was due, ISO 8601 in UTC.",
      "x-es": { title: "Programado para", description: "El momento previsto, ISO 8601 en UTC." },
    }),
    localTime: Type.String({
      title: "Local time",
      description: "The same by the clock of its zone, such as 2026-11-21T08:30.",
      "x-es": {
        title: "Hora local",
        description: "Lo mismo en su zona horaria, por ejemplo 2026-11-21T08:30.",
      },
    }),
    timezone: Type.String({ title: "Time zone", "x-es": { title: "Zona horaria" } }),
    previousAt: Type.Union([Type.String(), Type.Null()], {
      title: "Previous time",
      description: "When it fired before; empty the first time.",
      "x-es": { title: "Vez anterior", description: "Cuándo se cumplió antes; vacío la primera vez." },
    }),
  }),
  answers: "ack",
  example: {
    title: { en: "Low stock, every working day", es: "Poco stock, cada día laborable" },
    params: { cron: "30 8 * * mon-fri", timezone: "America/Bogota" },
  },
});
