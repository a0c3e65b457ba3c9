import { describe, expect, test } from "vitest";
import { changedKind, cronOf, cronRuleOf } from "../../../editor/panel/widgets/cron-rule.ts";
import { cronWords } from "../../../editor/panel/widgets/cron-words.ts";

describe("a cron line in words", () => {
  test.each([
    ["0 7 * * mon-fri", "De lunes a viernes, a las 7:00", "Monday to Friday, at 7:00"],
    ["30 8 * * *", "Todos los días, a las 8:30", "Every day, at 8:30"],
    ["0 13 * * sat,sun", "Sábado y domingo, a las 13:00", "Saturday and Sunday, at 13:00"],
    ["0 9 * * 0", "Domingo, a las 9:00", "Sunday, at 9:00"],
    ["0 1 1 * *", "El día 1 de cada mes, a la 1:00", "Day 1 of each month, at 1:00"],
    ["15 18 L * *", "El último día de cada mes, a las 18:15", "The last day of each month, at 18:15"],
    ["*/15 * * * *", "Cada 15 minutos, todo el día", "Every 15 minutes, all day"],
    ["0 * * * *", "Cada hora, en punto", "Every hour, on the hour"],
  ])("%s", (cron, es, en) => {
    const rule = cronRuleOf(cron);
    expect(cronWords(rule, "es")).toBe(es);
    expect(cronWords(rule, "en")).toBe(en);
  });

  test.each(["0 9 1-7 * mon", "*/7 * * * *", "0 9 * jan *", "0 9,18 * * *", "", "a b c d e"])(
    "%s is left as it is",
    (cron) => {
      const rule = cronRuleOf(cron);
      expect(rule.kind).toBe("custom");
      expect(cronOf(rule)).toBe(cron);
    },
  );

  test.each(["0 7 * * mon-fri", "30 8 * * *", "0 13 * * sat,sun", "0 9 15 * *", "*/5 * * * *", "20 * * * *"])(
    "%s comes back as it went in",
    (cron) => expect(cronOf(cronRuleOf(cron))).toBe(cron),
  );

  test("another way of saying when keeps the time", () => {
    const weekly = changedKind(cronRuleOf("45 10 1 * *"), "weekly");
    expect(cronOf(weekly)).toBe("45 10 * * *");
  });
});
