import { describe, expect, test } from "vitest";
import type { SimulationAction, SimulationEvent } from "../../../engine/core/simulation.ts";
import { TalkSchema } from "../../../engine/core/talk.ts";
import { scenarioOf } from "../../../engine/runtime/simulations/scenario.ts";
import { spokenTo, talkOf } from "../../../engine/runtime/simulations/talk.ts";
import { createValidator } from "../../../engine/validator.ts";
import { chain } from "../../http/small-flows.ts";

const at = "2026-11-28T10:00:00.000Z";
const heard = (seq: number, utterance: string, text: string): SimulationEvent => ({
  kind: "caption",
  seq,
  at,
  callId: "CA1",
  speaker: "flow",
  language: null,
  voice: null,
  text,
  utterance,
});
const quiet = (seq: number, open = true): SimulationEvent => ({
  kind: "listening",
  seq,
  at,
  callId: "CA1",
  wants: ["speech", "digits"],
  finishOnKey: null,
  ...(open ? { open } : {}),
});
const did = (seq: number, action: SimulationAction) => ({ seq, action, number: null });

const EVENTS: readonly SimulationEvent[] = [
  {
    kind: "call",
    seq: 1,
    at,
    callId: "CA1",
    direction: "inbound",
    state: "ringing",
    from: "+573001112233",
    to: "+576011112222",
  },
  quiet(2, false),
  heard(3, "u0", "Buenas tardes, ¿en qué "),
  heard(4, "u0", "Buenas tardes, ¿en qué le puedo ayudar?"),
  quiet(5),
  heard(6, "u1", "Tengo una habitación doble "),
  heard(7, "u1", "Tengo una habitación"),
  quiet(8),
  heard(9, "u2", "Con balcón, claro."),
  quiet(10),
];
const ACTIONS = [
  did(0, { kind: "call", from: "+573001112233" }),
  did(2, { kind: "digits", digits: "1" }),
  did(5, { kind: "say", text: "Una habitación" }),
  did(6, { kind: "say", text: "¡Con balcón!" }),
  did(8, { kind: "digits", digits: "2" }),
  did(10, { kind: "hangup" }),
];

describe("a talk with an agent in a simulation", () => {
  test("becomes steps that wait for what was heard", () => {
    const talk = talkOf(EVENTS, ACTIONS, "CA1");
    expect(talk).toEqual([
      { hears: "qué le puedo ayudar?" },
      { says: "Una habitación" },
      { interrupts: "¡Con balcón!", after: "Tengo una habitación doble" },
      { presses: "2" },
      { hears: "Con balcón, claro." },
      { hangsUp: true },
    ]);
    expect(createValidator().violations(TalkSchema, talk)).toEqual([]);
  });

  test("each utterance counts once, as far as it was heard", () => {
    expect(spokenTo(EVENTS, "CA1")).toEqual([
      "Buenas tardes, ¿en qué le puedo ayudar?",
      "Tengo una habitación",
      "Con balcón, claro.",
    ]);
  });

  test("stands in its scenario beside the answers to questions before it", () => {
    const played = {
      document: chain("agente", ["entra", "twilio.incoming-call"]),
      actions: ACTIONS,
      events: EVENTS,
      spent: {},
    };
    expect(scenarioOf(played)?.scenarios[0]?.when).toMatchObject({
      call: { inputs: ["1"], talk: talkOf(EVENTS, ACTIONS, "CA1") },
    });
  });

  test("no agent, no talk", () => {
    expect(talkOf(EVENTS.slice(0, 2), ACTIONS, "CA1")).toEqual([]);
  });
});
