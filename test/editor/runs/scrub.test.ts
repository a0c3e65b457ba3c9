import { describe, expect, test } from "vitest";
import { scenarioOfRun } from "../../../editor/runs/scenario-of-run.ts";
import { scrubbed } from "../../../editor/runs/scrub.ts";
import { line, message, run, waitingRun } from "./some-run.ts";

const KEEP = { keep: new Set<string>(), names: [] };

describe("scrubbing", () => {
  test("a number is the same persona wherever it stands, however it is written; keys stay", () => {
    const data = {
      telefono: "+573105550101",
      wa: "573105550101",
      text: "Llame al 310 555 0101 o al +34 600 11 12 22, no al +34600111222.",
      list: [{ "+34600111222": "+34600111222" }],
    };
    expect(scrubbed(data, KEEP)).toEqual({
      telefono: "+573001234567",
      wa: "573001234567",
      text: "Llame al 3001234567 o al +573001234568, no al +573001234568.",
      list: [{ "+34600111222": "+573001234568" }],
    });
  });

  test("what are no numbers of people are left alone", () => {
    const data = { order: "P-310", price: "$120.000", id: "0437e487b71547178d", at: "2026-11-28T10:00:00Z" };
    expect(scrubbed({ ...data, phone: "+573105550101" }, KEEP)).toMatchObject(data);
    expect(scrubbed(["+576015550100"], { ...KEEP, keep: new Set(["+576015550100"]) })).toEqual([
      "+576015550100",
    ]);
  });

  test("names as whole words, and addresses of mail", () => {
    const names = { ...KEEP, names: ["Ana", "Ana María"] };
    expect(scrubbed("Ana María, mañana viene Ana (ana@mail.example). Banana.", names)).toBe(
      "Persona 1, mañana viene Persona 2 (persona1@example.com). Banana.",
    );
  });

  test("everything else keeps its kind", () => {
    const data = { n: 3, yes: true, nothing: null, deep: [[1]] };
    expect(scrubbed(data, KEEP)).toEqual(data);
  });
});

describe("a run as a test", () => {
  test("begins as it began, says what was done, and what came of it, with nobody's data", () => {
    const record = waitingRun({
      contact: "+573001112233",
      input: { input: { nombre: "Luis", telefono: "+573001112233", factura: "F-881" } },
      credits: { whatsapp: 1 },
      messages: [
        message("msg_1", 1, { body: "Hola Luis, pague F-881", effectId: "eff_1" }),
        message("msg_2", 11.5, { direction: "inbound", body: "Ya pagué" }),
      ],
    });
    expect(scenarioOfRun(record)).toEqual({
      flow: "reminder",
      scenarios: [
        {
          name: "reminder: waiting",
          when: {
            request: { nombre: "Persona 1", telefono: "+573001234567", factura: "F-881" },
            contact: { phone: "+573001234567" },
          },
          later: [
            { reply: { from: "+573001234567", to: "+576015550100", body: "Ya pagué", channel: "whatsapp" } },
          ],
          // biome-ignore lint/suspicious/noThenProperty: given, when, then are the words of scenarios
          then: {
            run: { status: "waiting" },
            path: ["tell", "ask"],
            messages: [
              { channel: "whatsapp", status: "delivered", bodyContains: "Hola Persona 1, pague F-881" },
            ],
            credits: { whatsapp: -1 },
          },
        },
      ],
    });
  });

  test("of a call has the keys that were pressed, the words that were said, and the number that was called", () => {
    const steps = [
      line("menu", 1, { type: "twilio.gather", port: "1", output: { digits: "1" } }),
      line("name", 2, { type: "twilio.gather", port: "speech", output: { speech: "Ventas" } }),
      line("more", 3, { type: "twilio.gather", port: "timeout", output: {} }),
      line("last", 4, { type: "twilio.gather", port: "hung_up", output: {} }),
    ];
    const input = { call: { from: "+573105550101", to: "+576015550100" } };
    expect(scenarioOfRun(run({ steps, input, trigger: "twilio.incoming-call" }))).toMatchObject({
      scenarios: [
        {
          when: {
            call: {
              from: "+573001234567",
              to: "+576015550100",
              inputs: ["1", { speech: "Ventas" }, "silence", "hangup"],
            },
          },
        },
      ],
    });
  });
});
