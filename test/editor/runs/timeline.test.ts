import { describe, expect, test } from "vitest";
import { runOverlay } from "../../../editor/runs/run-overlay.ts";
import { heardAt, saidAt } from "../../../editor/runs/spoken.ts";
import { actsFrom, creditsOfVisit, timelineOf, visitsOf } from "../../../editor/runs/timeline.ts";
import { at, line, REMINDER, run, waitingRun } from "./some-run.ts";

describe("visits", () => {
  test("the lines of one step are one visit, with what it worked, waited, sent and cost", () => {
    const [tell, ask] = visitsOf(waitingRun());
    expect(tell).toMatchObject({ nodeId: "tell", order: 1, state: "done", port: "sent", workMs: 20 });
    expect(tell?.waitMs).toBe(9990);
    expect(tell?.messages.map(({ id }) => id)).toEqual(["msg_1"]);
    expect(tell?.effects.map(({ id }) => id)).toEqual(["eff_2"]);
    expect(tell && creditsOfVisit(tell)).toEqual({ whatsapp: 1 });
    expect(ask).toMatchObject({ nodeId: "ask", order: 2, state: "waiting", until: null, waitMs: null });
  });

  test("a step comes by twice as two visits; one where the run was cancelled was stopped", () => {
    const steps = [
      line("ask", 1),
      line("ask", 2, { stepKey: "run_1:ask:2" }),
      line("end", 3, { kind: "slept" }),
    ];
    const visits = visitsOf(run({ steps, status: "cancelled", endedAt: at(4), node: "end" }));
    expect(visits.map(({ nodeId, order, state }) => [nodeId, order, state])).toEqual([
      ["ask", 1, "done"],
      ["ask", 2, "done"],
      ["end", 3, "stopped"],
    ]);
  });

  test("a step that failed says why, also where the flow went on", () => {
    const error = { code: "PARAMS_INVALID", message: "no moment", retryable: false };
    const [visit] = visitsOf(run({ steps: [line("wrong", 1, { port: "error", error })] }));
    expect(visit).toMatchObject({ state: "failed", port: "error", failure: error });
  });
});

describe("the timeline", () => {
  test("is what happened in its order: what somebody wrote stands between the steps", () => {
    const record = waitingRun();
    const entries = timelineOf(record, visitsOf(record));
    expect(entries.map((entry) => entry.kind)).toEqual(["start", "visit", "message", "visit", "now"]);
    expect(entries[2]).toMatchObject({ message: { id: "msg_2" } });
  });

  test("of a run that is over it ends with its end; without steps there is still a beginning", () => {
    const record = run({ endedAt: at(9), status: "succeeded", outcome: { name: "completed", output: {} } });
    expect(timelineOf(record, []).map(({ kind, at }) => [kind, at])).toEqual([
      ["start", at(0)],
      ["end", at(9)],
    ]);
  });

  test("trying again from a step repeats what went out from there on; looking up repeats nothing", () => {
    const visits = visitsOf(waitingRun());
    expect([actsFrom(visits, "tell"), actsFrom(visits, "ask"), actsFrom(visits, "start")]).toEqual([1, 0, 1]);
  });
});

describe("on the canvas", () => {
  const record = waitingRun();
  const visits = visitsOf(record);

  test("steps have their place, time and credits, connections are lit, and where it stands waits", () => {
    const { nodes, edges } = runOverlay(REMINDER, record, visits, null);
    expect(nodes.get("start")?.state).toBe("done");
    expect(nodes.get("tell")).toMatchObject({ state: "done", order: [1], ms: 10_010, credits: 1 });
    expect(nodes.get("ask")).toMatchObject({ state: "waiting", order: [2] });
    expect([...edges]).toEqual([
      ["start-next", 1],
      ["tell-sent", 1],
    ]);
  });

  test("at an earlier step it is as it was then", () => {
    const { nodes, edges } = runOverlay(REMINDER, record, visits, 1);
    expect([...nodes.keys()]).toEqual(["start", "tell"]);
    expect([...edges.keys()]).toEqual(["start-next"]);
  });

  test("a step without a line yet is under way", () => {
    const under = run({ status: "running", node: "tell" });
    expect(runOverlay(REMINDER, under, [], null).nodes.get("tell")?.state).toBe("running");
  });
});

describe("what was said", () => {
  const record = waitingRun({ vars: { name: "Ana" } });
  const visits = visitsOf(record);
  const ask = REMINDER.nodes.find(({ id }) => id === "ask");

  test("is the step's prompt, filled in with what the run knew by then", () => {
    const [tell, visit] = visits;
    expect(visit && saidAt(visit, ask, record, visits)).toBe("Hola Ana, ¿viene mañana?");
    expect(tell && saidAt(tell, ask, record, visits)).toBeNull();
  });

  test("and heard: keys, words, or nothing", () => {
    const heard = (output: Record<string, unknown>) => heardAt({ type: "twilio.gather", output });
    expect(heard({ digits: "1" })).toEqual({ kind: "pressed", text: "1" });
    expect(heard({ speech: "ventas" })).toEqual({ kind: "said", text: "ventas" });
    expect(heard({})).toBeNull();
  });
});
