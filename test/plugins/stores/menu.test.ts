import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../engine/plugin-api.ts";
import { type ContextOverrides, contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import menu from "../../../plugins/stores/nodes/menu.ts";
import { storeView } from "./store-view.ts";

const centro = storeView("sto_1", { name: "Centro", city: "Bogotá", hours: { weekly: {} } });
const norte = storeView("sto_2", { name: "Norte", groupId: "grp_2" });
const ACTION = "https://flow.test/hooks/twilio/voice/step/run_1%3Anode_1%3A1";

function ask(params: JsonObject = {}, overrides: ContextOverrides = {}) {
  return runNode(menu, params, {
    data: contextData({ stores: [centro, norte] }),
    locale: "es",
    ...overrides,
  });
}

/** What is said the first time round. */
async function said(params: JsonObject, overrides: ContextOverrides = {}): Promise<string[]> {
  const result = await ask(params, overrides);
  const [first] = "reply" in result ? (result.reply ?? []) : [];
  const children: Json = Reflect.get(Object(first), "children");
  return Array.isArray(children) ? children.map((child) => String(Reflect.get(Object(child), "text"))) : [];
}

describe("stores.menu", () => {
  test("reads the stores and waits for a key, twice", async () => {
    const result = await ask({ intro: "Hola." }, { trigger: { call: { sid: "CA1" } } });
    const say = (text: string) => ({ verb: "Say", attrs: { language: "es-MX" }, text });
    const children = [say("Hola."), say("Para Centro, marque 1."), say("Para Norte, marque 2.")];
    const attrs = { input: "dtmf", numDigits: 1, timeout: 6, action: ACTION };
    expect(result).toMatchObject({
      kind: "wait",
      wait: {
        keys: ["step:run_1:node_1:1", "call:CA1"],
        timeoutPort: "timeout",
        events: {
          "digits:1": "chosen",
          "digits:2": "chosen",
          digits: "timeout",
          timeout: "timeout",
          hangup: "hung_up",
        },
      },
      reply: [
        { verb: "Gather", attrs, children },
        { verb: "Gather", attrs: { ...attrs, actionOnEmptyResult: true }, children },
      ],
    });
  });

  test("a key gives the store and makes it the run's", async () => {
    expect(await ask()).toMatchObject({
      wait: {
        eventData: {
          "digits:1": {
            output: { index: 0, store: { id: "sto_1", name: "Centro" } },
            set: { store: { id: "sto_1", hours: centro.hours } },
          },
          "digits:2": { output: { index: 1, store: { id: "sto_2" } }, set: { store: { id: "sto_2" } } },
        },
      },
    });
  });

  test("the candidates given stand before the group, in their order; unknown ones are left out", async () => {
    const candidates = [{ id: "sto_2" }, { id: "sto_9" }, { id: "sto_1" }];
    expect(await said({ candidates, group: "grp_2" })).toEqual([
      "Para Norte, marque 1.",
      "Para Centro, marque 2.",
    ]);
    expect(await said({ group: "grp_2" })).toEqual(["Para Norte, marque 1."]);
  });

  describe("pages on the call", () => {
    const stores = Array.from({ length: 20 }, (_, index) =>
      storeView(`sto_${index}`, { name: `Tienda ${index}` }),
    );
    const data = () => contextData({ stores });
    const again = (page: number) => ({ page, misses: 0, heard: { event: "digits:9", output: {} } });

    test("nine stores are one page", async () => {
      const texts = await said({}, { data: contextData({ stores: stores.slice(0, 9) }) });
      expect(texts).toHaveLength(9);
      expect(texts.at(-1)).toBe("Para Tienda 8, marque 9.");
    });

    test("with more, the ninth key leads to the next page, which says no intro again", async () => {
      const first = await said({ intro: "Hola." }, { data: data() });
      expect([first[0], first[8], first.at(-1)]).toEqual([
        "Hola.",
        "Para Tienda 7, marque 8.",
        "Para oír más, marque 9.",
      ]);
      expect(await ask({}, { data: data() })).toMatchObject({
        wait: { back: { events: ["digits:9"], memo: { page: 0, misses: 0 } } },
      });
      const second = await said({ intro: "Hola." }, { data: data(), memo: again(0) });
      expect([second[0], second.at(-1)]).toEqual(["Para Tienda 8, marque 1.", "Para oír más, marque 9."]);
    });

    test("the last page has the rest, a key gives its place in the whole list, and then it begins anew", async () => {
      const third = await said({}, { data: data(), memo: again(1) });
      expect(third.slice(0, -1)).toEqual(
        [16, 17, 18, 19].map((n, i) => `Para Tienda ${n}, marque ${i + 1}.`),
      );
      expect(await ask({}, { data: data(), memo: again(1) })).toMatchObject({
        wait: { eventData: { "digits:1": { output: { index: 16, store: { id: "sto_16" } } } } },
      });
      expect((await said({}, { data: data(), memo: again(2) }))[0]).toBe("Para Tienda 0, marque 1.");
    });
  });

  describe("in the chat", () => {
    const stores = Array.from({ length: 12 }, (_, index) =>
      storeView(`sto_${index}`, { name: `Sede ${index}` }),
    );
    const trigger = {
      message: { channel: "whatsapp", from: "+573001112233", to: "+576015550100" },
      number: { id: "num_1" },
    };
    const chat = (params: JsonObject = {}, more: ContextOverrides = {}) => {
      const data = contextData({ stores });
      return { data, asked: ask(params, { data, trigger, ...more }) };
    };
    const heard = (event: string, more = {}) => ({ memo: { page: 0, misses: 0, ...more, heard: { event } } });

    test("rows are written, and numbers, names and taps choose", async () => {
      const { data, asked } = chat();
      expect(await asked).toMatchObject({
        kind: "wait",
        wait: {
          keys: ["reply:whatsapp:+576015550100:+573001112233"],
          events: { "reply:1": "chosen", "reply:sede 0": "chosen", "choice:sto_0": "chosen" },
          eventData: { "reply:2": { output: { index: 1 }, set: { store: { id: "sto_1" } } } },
          back: { events: ["reply", "choice"], memo: { page: 0, misses: 0 } },
        },
      });
      const text = data.sent[0]?.message.text ?? "";
      expect(text.split("\n")).toHaveLength(1 + 9 + 1);
      expect(text).toMatch(/^Escriba el número de su tienda:\n1\. Sede 0[\s\S]+\n0\. Ver más$/);
    });

    test.each(["reply:0", "reply:más", "choice:more"])("%s leads to the next ten", async (event) => {
      const { data, asked } = chat({}, heard(event));
      expect(await asked).toMatchObject({ wait: { events: { "reply:sede 9": "chosen" } } });
      expect(data.sent[0]?.message.text).toContain("1. Sede 9");
    });

    test("what is not understood is asked again, then it is over", async () => {
      const { data, asked } = chat({ repeats: 1 }, heard("reply:hola"));
      expect(await asked).toMatchObject({ wait: { back: { memo: { misses: 1 } } } });
      expect(data.sent[0]?.message.text).toMatch(/^No he entendido/);
      expect(await chat({ repeats: 1 }, heard("reply:hola", { misses: 1 })).asked).toMatchObject({
        kind: "next",
        port: "timeout",
      });
    });

    test("a list that does not go out is an error", async () => {
      const data = contextData({
        stores,
        outcomes: { menu: { state: "refused", reason: "opted_out", vendorCode: "", message: "stopped" } },
      });
      await expect(ask({}, { data, trigger })).rejects.toMatchObject({ code: "VENDOR_REFUSED" });
    });
  });

  test("the author's own words, with what is not known left empty and other brackets left alone", async () => {
    const option = "[digit]: [name] ([city]) [address][other]";
    expect(await said({ option })).toEqual(["1: Centro (Bogotá) [other]", "2: Norte () [other]"]);
  });

  test.each([
    ["es", "ES", "es-ES", "Para Centro, marque 1."],
    ["es-CO", "CO", "es-MX", "Para Centro, marque 1."],
    ["es", "US", "es-US", "Para Centro, marque 1."],
    ["en", "CO", "en-US", "For Centro, press 1."],
    ["en-GB", "CO", "en-GB", "For Centro, press 1."],
    ["fr-FR", "CO", "fr-FR", "For Centro, press 1."],
  ])("locale %s in %s speaks %s", async (locale, country, language, text) => {
    const tenant = { id: "ten_1", name: "Sol", country, timezone: "UTC", locale };
    const result = await ask({}, { locale, tenant });
    expect(result).toMatchObject({ reply: [{ children: [{ attrs: { language }, text }, {}] }, {}] });
  });

  test("the author may choose voice, language, time and repeats", async () => {
    const result = await ask({
      voice: "Polly.Mia-Neural",
      language: "es-MX",
      timeoutSeconds: 10,
      repeats: 0,
    });
    const attrs = { language: "es-MX", voice: "Polly.Mia-Neural" };
    expect(result).toMatchObject({
      reply: [{ attrs: { timeout: 10, actionOnEmptyResult: true }, children: [{ attrs }, { attrs }] }],
    });
  });

  test("waits longer than the list takes to read, every time round", async () => {
    const now = new Date("2026-11-21T15:00:00Z");
    const intro = "a".repeat(600);
    const result = await ask({ intro, repeats: 1, timeoutSeconds: 10 }, { now });
    const until = result.kind === "wait" ? Date.parse(result.wait.until) : 0;
    expect(until - now.getTime()).toBeGreaterThan(2 * (50 + 10) * 1000);
  });

  test("fails where there is no store to offer", async () => {
    await expect(ask({}, { data: contextData() })).rejects.toMatchObject({ code: "STORE_MISSING" });
  });
});
