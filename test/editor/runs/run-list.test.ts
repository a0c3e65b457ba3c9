import { describe, expect, test } from "vitest";
import { spanWords } from "../../../editor/model/span-words.ts";
import { awaitedSignal } from "../../../editor/runs/awaited-signal.ts";
import { creditsInWords, metersInWords } from "../../../editor/runs/credits-words.ts";
import { withFreshFirst } from "../../../editor/runs/fresh-page.ts";
import { addressOf, filterFrom, isFiltered, queryOf } from "../../../editor/runs/run-filter.ts";
import { stateInWords } from "../../../editor/runs/state-in-words.ts";
import { whereInWords } from "../../../editor/runs/where-in-words.ts";
import { runsWords } from "../../../editor/runs/words.ts";
import { at, run } from "./some-run.ts";

const { es, en } = runsWords;

describe("the filter", () => {
  test("is read from the address, and written there as it was", () => {
    const address = "state=failed&flow=reminder&contact=%2B573001112233&period=7d";
    const filter = filterFrom(new URLSearchParams(address));
    expect(filter).toEqual({
      state: "failed",
      deadLetter: false,
      flow: "reminder",
      contact: "+573001112233",
      period: "7d",
    });
    expect(addressOf(filter).toString()).toBe(address);
    expect(filterFrom(addressOf({ ...filter, state: null, deadLetter: true })).deadLetter).toBe(true);
  });

  test("what the address says that is nothing filters nothing", () => {
    const filter = filterFrom(new URLSearchParams("state=lost&period=century&flow="));
    expect(isFiltered(filter)).toBe(false);
    expect(queryOf(filter, new Date())).toEqual({ limit: 50 });
  });

  test("a period begins with a day, so that the same question stays the same", () => {
    const filter = filterFrom(new URLSearchParams("period=7d"));
    const morning = queryOf(filter, new Date(2026, 10, 28, 9));
    expect(morning).toEqual({ limit: 50, from: new Date(2026, 10, 22).toISOString() });
    expect(queryOf(filter, new Date(2026, 10, 28, 23, 59))).toEqual(morning);
    expect(queryOf(filterFrom(new URLSearchParams("state=dead")), new Date())).toEqual({
      limit: 50,
      deadLetter: true,
    });
  });
});

describe("a first page that is read anew", () => {
  const page = (ids: string, nextCursor: string | null) => ({
    items: [...ids].map((id) => ({ id })),
    nextCursor,
  });
  const ids = (pages: readonly { readonly items: readonly { readonly id: string }[] }[]) =>
    pages.map(({ items }) => items.map(({ id }) => id).join(""));

  test("brings what is new and drops what no longer fits, and leaves older pages as they are", () => {
    const pages = withFreshFirst([page("fed", "d"), page("cba", null)], page("hgf", "f"));
    expect(ids(pages)).toEqual(["hgfed", "cba"]);
    expect(ids(withFreshFirst([page("fed", "d"), page("cba", null)], page("fdc", "c")))).toEqual([
      "fdc",
      "ba",
    ]);
  });

  test("stands alone where more came than it holds, or where it is all there is", () => {
    expect(ids(withFreshFirst([page("cb", "b"), page("a", null)], page("zy", "y")))).toEqual(["zy"]);
    expect(ids(withFreshFirst([page("cb", "b"), page("a", null)], page("c", null)))).toEqual(["c"]);
  });
});

describe("in words", () => {
  const standing = { step: "«Menú»", type: "twilio.gather", needsLine: true };

  test("where a run is", () => {
    const where = (part: object, type: string | null = null) =>
      whereInWords({ ...run(), ...part }, { ...standing, type, needsLine: type === "twilio.gather" }, es.at);
    expect(where({}, "messaging.send-and-wait")).toBe("espera respuesta en «Menú»");
    expect(where({}, "twilio.gather")).toBe("al teléfono en «Menú»");
    expect(where({ pausedAt: at(1) }, "core.wait")).toBe("en pausa antes de «Menú»");
    expect(where({ status: "running" })).toBe("pasa por «Menú»");
    expect(where({ status: "failed", endedAt: at(1) })).toBe("falló en «Menú»");
    expect(where({ status: "queued" })).toBe("pronto será su turno");
    expect(whereInWords(run(), { ...standing, step: null }, en.at)).toBe("is under way");
  });

  test("how it stands", () => {
    const outcome = { name: "sin_respuesta", output: {} };
    expect(stateInWords(run({ status: "succeeded", outcome }), es)).toBe("Terminó: sin respuesta");
    expect(stateInWords(run({ status: "failed", outcome }), es)).toBe("Falló");
    expect(stateInWords(run({ pausedAt: at(1) }), en)).toBe("Paused");
  });

  test("how long it took", () => {
    expect(spanWords(84.6, "es")).toBe("85 ms");
    expect(spanWords(125_400, "es")).toBe("2 min 5 s");
    expect(spanWords(93_600_000, "es")).toBe("1 d 2 h");
    expect(spanWords(3_600_000, "en")).toBe("1 hr");
  });

  test("what it cost; nothing says nothing", () => {
    expect(creditsInWords({ sms: 1, voice: 1 }, es)).toBe("2 créditos");
    expect(creditsInWords({}, es)).toBe("");
    expect(metersInWords({ whatsapp: 1, voice: 2, sms: 0 }, es)).toBe("1 WhatsApp · 2 minutos");
  });
});

test("the signal that is waited for is known by its name", () => {
  expect(awaitedSignal(run({ waits: [{ key: "signal:run_1:pagado:ya", wakeAt: null }] }))).toBe("pagado:ya");
  expect(awaitedSignal(run({ waits: [{ key: "run:run_1", wakeAt: null }] }))).toBeNull();
});
