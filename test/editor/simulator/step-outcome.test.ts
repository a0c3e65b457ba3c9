import { describe, expect, test } from "vitest";
import { afterEvent, NOTHING_HAPPENED, type StepView } from "../../../editor/simulator/simulation-view.ts";
import { outcomeOf } from "../../../editor/simulator/step-outcome.ts";
import { portName } from "../../../editor/simulator/step-port.ts";
import type { SimulationEvent } from "../../../engine/core/simulation.ts";
import { CATALOGUE } from "../model/real-flows.ts";

const place = { at: "2026-11-28T10:00:00.000Z" };
const sent: StepView = {
  ...place,
  kind: "step",
  seq: 1,
  runId: "run_1",
  stepKey: "run_1:enviar:1",
  nodeId: "enviar",
  type: "messaging.send",
  port: "sent",
  ms: 4,
  params: {},
  output: { messageId: "eff_1" },
  error: null,
  setbacks: [],
  credits: { sms: 3 },
};
const setback = {
  channel: "sms",
  code: "30003",
  text: { en: "The phone is off.", es: "El teléfono está apagado." },
} as const;

function lost(messageId: string): SimulationEvent {
  const { runId, stepKey } = sent;
  return { ...place, kind: "undelivered", seq: 2, runId, stepKey, messageId, setback, credits: {} };
}

describe("a step in the simulator", () => {
  test("whose message is lost later has failed, says why, and costs nothing", () => {
    const view = [sent, lost("eff_1")].reduce(afterEvent, NOTHING_HAPPENED);
    expect(outcomeOf(sent, view.undelivered)).toEqual({
      failed: true,
      lost: true,
      setbacks: [setback],
      credits: 0,
    });
  });

  test("that fell back to another channel has not failed", () => {
    const view = [sent, lost("eff_other")].reduce(afterEvent, NOTHING_HAPPENED);
    expect(outcomeOf(sent, view.undelivered)).toMatchObject({ failed: false, lost: false });
  });

  test("says in Spanish by what it went on, also where no port is drawn", () => {
    const words = (type: string, port: string | null) => portName({ type, port }, undefined, CATALOGUE, "es");
    expect(words("core.end", "ended")).toBe("Fin");
    expect(words("core.join", "left")).toBe("Sigue");
    expect(words("messaging.send", "undeliverable")).toBe("No se pudo entregar");
    expect(words("core.end", null)).toBe("");
  });

  test("waits for no keys any more once it is done", () => {
    const asked: SimulationEvent = {
      ...place,
      kind: "listening",
      seq: 1,
      callId: "CA1",
      wants: ["digits"],
      finishOnKey: null,
    };
    const listening = afterEvent(NOTHING_HAPPENED, asked);
    expect(listening.listening?.wants).toEqual(["digits"]);
    expect(afterEvent(listening, { ...sent, seq: 2 }).listening).toBe(null);
  });
});
