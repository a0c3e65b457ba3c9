import { describe, expect, test } from "vitest";
import type { TurnEvent } from "../../../../plugins/agent/turn/events.ts";
import { readFrame } from "../../../../plugins/agent/voice/frames.ts";
import {
  advanceRelay,
  newRelay,
  type RelayAction,
  type RelayInput,
  type RelayState,
  type Timer,
} from "../../../../plugins/agent/voice/relay.ts";
import { hotelPolicy } from "../turn/conversation.ts";

const POLICY = {
  ...hotelPolicy(),
  language: "es-MX",
  languages: ["en-US"],
  greeting: "Hotel Sol, buenas tardes.",
  silenceMs: 7_000,
  filler: null,
};
const NO_USAGE = { promptTokens: 0, completionTokens: 0 };

/** A call under way: what it was told, which timers run. */
class Call {
  state: RelayState;
  readonly timers = new Map<Timer, number>();
  readonly actions: RelayAction[] = [];

  constructor() {
    const { state, actions } = newRelay(POLICY);
    this.state = state;
    this.#take(actions);
  }

  frame(frame: object | string): readonly RelayAction[] {
    const data = typeof frame === "string" ? frame : JSON.stringify(frame);
    return this.#on({ kind: "frame", frame: readFrame(data) });
  }

  setUp(callSid = "CA1") {
    return this.frame({
      type: "setup",
      sessionId: "VX1",
      callSid,
      from: "+573001112233",
      to: "+576015550108",
    });
  }

  says(voicePrompt: string, lang = "es-MX") {
    return this.frame({ type: "prompt", voicePrompt, lang, last: true });
  }

  event(event: TurnEvent) {
    return this.#on({ kind: "turn", event });
  }

  answers(text: string) {
    const { generation } = this.state.talk;
    this.event({ kind: "token", generation, text });
    return this.event({ kind: "answered", generation, finish: "stop", calls: [], usage: NO_USAGE });
  }

  calls(name: string) {
    const { generation } = this.state.talk;
    const calls = [{ id: "c1", name, arguments: "{}" }];
    return this.event({ kind: "answered", generation, finish: "tool_calls", calls, usage: NO_USAGE });
  }

  fires(timer: Timer) {
    expect(this.timers.has(timer), `${timer} runs`).toBe(true);
    this.timers.delete(timer);
    return this.#on({ kind: "timer", timer });
  }

  sent() {
    return this.actions.flatMap((action) => (action.kind === "send" ? [action.frame] : []));
  }

  spoken(): string {
    return this.sent()
      .map((frame) => (frame.type === "text" ? frame.token : ""))
      .join("|");
  }

  #on(input: RelayInput): readonly RelayAction[] {
    const { state, actions } = advanceRelay(POLICY, this.state, input);
    this.state = state;
    this.#take(actions);
    return actions;
  }

  #take(actions: readonly RelayAction[]): void {
    this.actions.push(...actions);
    for (const action of actions) {
      if (action.kind === "arm") this.timers.set(action.timer, action.ms);
      if (action.kind === "disarm") this.timers.delete(action.timer);
    }
  }
}

function begun(): Call {
  const call = new Call();
  call.setUp();
  return call;
}

test("words go out as they come, and are closed", () => {
  const call = begun();
  expect(call.says("¿Hay habitaciones?")).toContainEqual({ kind: "ask", generation: 1 });
  call.answers("Sí, dobles.");
  expect(call.sent()).toEqual([
    { type: "text", token: "Sí, dobles.", last: false },
    { type: "text", token: "", last: true },
  ]);
});

test("the greeting is part of what was heard, and can be cut like any answer", () => {
  const call = begun();
  call.frame({ type: "interrupt", utteranceUntilInterrupt: "Hotel Sol", durationUntilInterruptMs: "480" });
  expect(call.state.talk.history).toEqual([{ role: "agent", text: "Hotel Sol,", cut: true }]);
});

test("an interruption stops the answer and closes it; its late words are not sent", () => {
  const call = begun();
  call.says("¿Qué hay?");
  call.event({ kind: "token", generation: 1, text: "Tenemos dobles y suites" });
  const actions = call.frame({
    type: "interrupt",
    utteranceUntilInterrupt: "Tenemos dobles",
    durationUntilInterruptMs: 900,
  });
  expect(actions.slice(0, 2)).toEqual([
    { kind: "stop", generation: 1 },
    { kind: "send", frame: { type: "text", token: "", last: true } },
  ]);
  expect(call.event({ kind: "token", generation: 1, text: " con terraza" })).toEqual([]);
});

describe("[1] a connection", () => {
  test("that comes back goes on with the conversation", () => {
    const call = begun();
    call.says("Hola");
    call.answers("Buenas.");
    const before = call.state.talk;
    call.setUp();
    expect(call.state.talk).toEqual(before);
  });

  test("does not take a second call", () => {
    const call = begun();
    call.setUp("CA2");
    expect(call.state.callSid).toBe("CA1");
  });

  test("that never says which call it is is given up", () => {
    const call = new Call();
    expect(call.says("Hola")).toEqual([]);
    expect(call.fires("setup")).toContainEqual({
      kind: "done",
      exit: expect.objectContaining({ reason: "no_setup" }),
    });
  });

  test("that is lost ends the call as hung up, and says nothing more", () => {
    const call = begun();
    const { state, actions } = advanceRelay(POLICY, call.state, { kind: "hung_up" });
    expect(state.over).toBe(true);
    expect(actions.some((action) => action.kind === "send")).toBe(false);
  });
});

describe("frames", () => {
  test.each(["{", "[]", "null", '"x"', "{}", '{"type":5}', '{"type":"setup"}', "x".repeat(70_000)])(
    "%.20s is none, and changes nothing",
    (data) => {
      const call = begun();
      const { talk } = call.state;
      call.frame(data);
      expect(call.state.talk).toBe(talk);
    },
  );

  test("of kinds nobody knows are noted", () => {
    expect(begun().frame({ type: "configUpdated" })).toEqual([
      { kind: "log", words: "unknown frame configUpdated" },
    ]);
  });

  test("that are none, again and again, end the call", () => {
    const call = begun();
    for (let time = 0; time < 10; time++) call.frame("{");
    expect(call.state.over).toBe(true);
    expect(call.sent().at(-1)).toMatchObject({ type: "end" });
  });

  test("[4] after the end change nothing", () => {
    const call = begun();
    call.says("Páseme con una persona");
    call.fires("goodbye");
    const { length } = call.actions;
    call.says("¿Hola?");
    call.frame({ type: "dtmf", digit: "1" });
    call.event({ kind: "token", generation: 9, text: "x" });
    expect(call.actions).toHaveLength(length);
  });
});

describe("[2] the end", () => {
  test("comes after the last words were heard", () => {
    const call = begun();
    call.says("Quiero hablar con una persona");
    expect(call.sent().some(({ type }) => type === "end")).toBe(false);
    call.frame({ type: "info", name: "agentSpeaking", value: "off", ts: 1 });
    expect(call.sent().at(-1)).toEqual({
      type: "end",
      handoffData: '{"port":"handoff","reason":"asked_for_person"}',
    });
  });

  test("or after as long as they take, where nobody tells", () => {
    const call = begun();
    call.says("operadora");
    expect(call.timers.get("goodbye")).toBeGreaterThan(4_000);
    expect(call.fires("goodbye").at(-1)).toMatchObject({ kind: "done", exit: { port: "handoff" } });
    expect(call.timers.size).toBe(0);
  });
});

describe("[3] a tool that takes its time", () => {
  test("is covered by a few words, and then again", () => {
    const call = begun();
    call.says("¿Hay sitio?");
    call.calls("consultar_disponibilidad");
    call.fires("filler");
    call.fires("filler");
    expect(call.spoken()).toBe("Un momento, por favor.|Un momento, por favor.");
    call.event({ kind: "tool_done", callId: "c1", outcome: { text: "{}" } });
    expect([call.timers.has("filler"), call.timers.has("tool")]).toEqual([false, false]);
  });

  test("and never comes back is given up: the model says so", () => {
    const call = begun();
    call.says("¿Hay sitio?");
    call.calls("consultar_disponibilidad");
    expect(call.fires("tool")).toContainEqual({ kind: "ask", generation: 2 });
    expect(call.event({ kind: "tool_done", callId: "c1", outcome: { text: "{}" } })).toEqual([]);
  });
});

describe("keys and silence", () => {
  test("keys are one answer once none follows", () => {
    const call = begun();
    for (const digit of ["4", "2"]) call.frame({ type: "dtmf", digit });
    call.fires("keys");
    expect(call.state.talk.history.at(-1)).toEqual({ role: "person", text: "42" });
  });

  test("the key 0 reaches a person", () => {
    const call = begun();
    call.frame({ type: "dtmf", digit: "0" });
    expect(call.state.talk.exit).toMatchObject({ port: "handoff" });
  });

  test("silence is counted from when the agent is silent, and stops at the first sound", () => {
    const call = begun();
    call.says("Hola");
    call.answers("Buenas.");
    call.frame({ type: "info", name: "agentSpeaking", value: "off", ts: 1 });
    expect(call.timers.get("silence")).toBe(7_000);
    call.frame({ type: "prompt", voicePrompt: "Eh", lang: "es-MX", last: false });
    expect(call.timers.has("silence")).toBe(false);
  });

  test("nobody is left in silence: asked twice, then the call ends", () => {
    const call = begun();
    for (let time = 0; time < 3; time++) call.fires("silence");
    call.fires("goodbye");
    expect(call.spoken()).toContain("¿Sigue ahí?");
    expect(call.actions.at(-1)).toMatchObject({ kind: "done", exit: { port: "no_input" } });
  });
});

test("a caller who speaks another language of the house is answered in it; any other changes nothing", () => {
  const call = begun();
  call.says("Do you have rooms?", "en-GB");
  expect(call.sent()[0]).toEqual({ type: "language", ttsLanguage: "en-US", transcriptionLanguage: "en-US" });
  expect(call.state.talk.language).toBe("en-US");
  call.says("Avez-vous des chambres?", "fr");
  expect(call.state.talk.language).toBe("en-US");
});

describe("[5] a connection that came back", () => {
  test("tells again what was heard: it is not heard twice, and what is new is", () => {
    const call = begun();
    call.says("Quiero una habitación");
    call.answers("¿Para cuándo?");
    const { turns } = call.state.talk.spent;
    call.setUp();
    call.says("Quiero una habitación");
    expect(call.state.talk.spent.turns).toBe(turns);
    expect(call.says("Para mañana")).toContainEqual({ kind: "ask", generation: 2 });
  });

  test("for a moment only: the same words are said again later, and heard", () => {
    const call = begun();
    call.says("Sí");
    call.answers("¿Para cuándo?");
    call.setUp();
    call.fires("replay");
    expect(call.says("Sí")).toContainEqual({ kind: "ask", generation: 2 });
  });

  test("while the answer is still made says that somebody is there", () => {
    const call = begun();
    call.says("Quiero una habitación");
    const said = call.setUp().filter(({ kind }) => kind === "send");
    expect(said).toEqual([
      { kind: "send", frame: { type: "text", token: "Un momento, por favor.", last: true } },
    ]);
  });

  test("after the goodbye still ends", () => {
    const call = begun();
    call.says("Quiero hablar con una persona");
    call.setUp();
    expect(call.fires("goodbye")).toContainEqual(expect.objectContaining({ kind: "done" }));
  });
});

describe("time", () => {
  test("an answer that takes too long is given up, and something is said", () => {
    const call = begun();
    call.says("Hola");
    const actions = call.fires("answer");
    expect(actions).toContainEqual({ kind: "stop", generation: 1 });
    expect(call.spoken()).toContain("Disculpe");
    expect(call.event({ kind: "token", generation: 1, text: "Tarde" })).toEqual([]);
  });

  test("each word is a sign that it comes; with its end nothing is waited for", () => {
    const call = begun();
    call.says("Hola");
    call.timers.delete("answer");
    call.event({ kind: "token", generation: 1, text: "Buenas" });
    expect(call.timers.has("answer")).toBe(true);
    call.answers(" tardes");
    expect(call.timers.has("answer")).toBe(false);
  });

  test("a call that lasts too long is told so, and leaves by budget_reached once that was heard", () => {
    const call = begun();
    call.timers.set("call", 1);
    call.fires("call");
    expect(call.spoken()).toContain("máximo");
    expect(call.fires("goodbye")).toContainEqual({
      kind: "done",
      exit: { port: "budget_reached", reason: "time", data: {} },
    });
  });

  test("a run that is over ends the call", () => {
    const call = begun();
    const { actions } = advanceRelay(POLICY, call.state, { kind: "abandoned" });
    expect(actions).toContainEqual(
      expect.objectContaining({ kind: "send", frame: expect.objectContaining({ type: "end" }) }),
    );
  });
});
