import { DateTime } from "luxon";
import { type Static, Type } from "../../engine/plugin-api.ts";

interface Words {
  readonly title: string;
  readonly description: string;
}

/** How long, as an author says it. */
export function durationSchema(en: Words, es: Words) {
  return Type.Object(
    {
      amount: Type.Number({ minimum: 0, title: "Amount", "x-es": { title: "Cantidad" } }),
      unit: Type.Enum(["seconds", "minutes", "hours", "days", "weeks"], {
        title: "Unit",
        description: "Days and weeks keep the time of day when the clocks change.",
        "x-es": {
          title: "Unidad",
          description: "Los días y las semanas conservan la hora cuando cambia el horario.",
        },
      }),
    },
    { additionalProperties: false, ...en, "x-es": es },
  );
}

export type Duration = Static<ReturnType<typeof durationSchema>>;

/** The moment so long after `now`, by the clock of `timezone`. */
export function momentAfter(now: Date, timezone: string, { amount, unit }: Duration): Date {
  return DateTime.fromJSDate(now, { zone: timezone })
    .plus({ [unit]: amount })
    .toJSDate();
}
