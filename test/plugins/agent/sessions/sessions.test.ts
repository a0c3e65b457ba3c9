/** Recorded conversations: what holds in each, and that a broken one is found out. */
import { describe, expect, test } from "vitest";
import { replaySession } from "../../../../plugins/agent/sessions/replay.ts";
import {
  linesIn,
  type RecordablePolicy,
  recordedTurns,
  type SessionLine,
} from "../../../../plugins/agent/sessions/session.ts";
import type { TurnEvent } from "../../../../plugins/agent/turn/events.ts";
import { newConversation } from "../../../../plugins/agent/turn/state.ts";
import { chat } from "../nodes/chat.ts";
import { hotelPolicy } from "../turn/conversation.ts";

const USAGE = { promptTokens: 1, completionTokens: 1 };
const POLICY: RecordablePolicy = {
  ...hotelPolicy(),
  tools: hotelPolicy().tools.map((tool) => ({ ...tool, parameters: { type: "object" } })),
};

type Said = (generation: number) => TurnEvent;

/** A conversation of these events, each told the answer that is under way. */
function recorded(...events: readonly (TurnEvent | Said)[]): SessionLine[] {
  const lines: SessionLine[] = [];
  let state = newConversation("es");
  const advance = recordedTurns(POLICY, state, (line) => lines.push(line));
  for (const event of events)
    state = advance(state, typeof event === "function" ? event(state.generation) : event).state;
  return JSON.parse(JSON.stringify(lines));
}

const hears = (text: string): TurnEvent => ({ kind: "heard", text });
const token =
  (text: string): Said =>
  (generation) => ({ kind: "token", generation, text });
const answers =
  (finish: string | null = "stop", ...calls: { id: string; name: string; arguments: string }[]): Said =>
  (generation) => ({ kind: "answered", generation, finish, calls, usage: USAGE });
const BOOKING = { id: "c1", name: "crear_reserva", arguments: '{"personas":2}' };
const LOOK = { id: "c2", name: "consultar_disponibilidad", arguments: "{}" };

describe("everything holds", () => {
  test.each([
    ["a question and its answer", [hears("Hola"), token("Buenas "), token("tardes."), answers()]],
    [
      "somebody who talks over everything",
      [
        hears("Hola"),
        token("Buenas tardes, ¿en qué"),
        hears("una mesa"),
        token("Claro, "),
        { kind: "interrupted", heardText: "claro" },
        hears("para dos"),
        hears("no, para tres"),
        token("Muy bien."),
        answers(),
      ],
    ],
    [
      "a booking after a yes, with a look before it",
      [
        hears("Una habitación"),
        answers("tool_calls", LOOK),
        { kind: "tool_done", callId: "c2", outcome: { text: "{}" } },
        answers("tool_calls", BOOKING),
        hears("sí"),
        { kind: "tool_done", callId: "confirmed_2", outcome: { text: "{}" } },
        token("Hecho."),
        answers(),
      ],
    ],
    [
      "answers that come too late, are cut or nothing at all",
      [
        hears("Hola"),
        { kind: "answered", generation: 0, finish: "tool_calls", calls: [BOOKING], usage: USAGE },
        token("Esto se co"),
        answers(null, LOOK),
        hears("¿Cómo?"),
        answers(),
        { kind: "hung_up" },
        hears("¿Hay alguien?"),
      ],
    ],
  ] as const)("in %s", (_, events) => {
    const lines = recorded(...events);
    expect(replaySession(lines).faults).toEqual([]);
  });

  test("in a chat of the real node, over all of its visits", async () => {
    const talk = await chat({
      instructions: "",
      tools: ["consultar_disponibilidad", "crear_reserva"],
      exits: [{ port: "reservado", when: "quedó reservado" }],
    });
    for (const words of ["Mesa para dos mañana a las 20:00", "Soy Ana Ruiz", "sí", "gracias"])
      await talk.tell(words);
    const text = talk.data.sessionLines.map((line) => JSON.stringify(line)).join("\n");
    expect(replaySession(linesIn(text))).toMatchObject({ turns: 4, tools: 3, interruptions: 0, faults: [] });
  });
});

describe("a fault is found", () => {
  const line = (lines: SessionLine[], index: number) =>
    lines[index] as Extract<SessionLine, { kind: "turn" }>;

  test("where something else is done than was done", () => {
    const lines = recorded(hears("Hola"), token("Buenas."), answers());
    lines[2] = { ...line(lines, 2), actions: [{ kind: "say", text: "Adiós.", last: false }] };
    expect(replaySession(lines).faults).toEqual([
      { line: 3, words: 'token led to say "Buenas.", on record is say "Adiós."' },
    ]);
  });

  test("where a turn has no beginning", () => {
    expect(replaySession(recorded(hears("Hola")).slice(1)).faults[0]?.words).toBe("a turn before any start");
  });

  test.each(["{", '{"kind":"turn"}', '{"kind":"other"}', "[]"])("where a line is %s", (text) => {
    expect(() => linesIn(`\n${text}`)).toThrow(/Line 2 is no line of a session; expected/);
  });
});
