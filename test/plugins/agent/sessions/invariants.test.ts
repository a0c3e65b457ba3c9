/** Each invariant is broken once, by a step no engine of ours would take. */
import { expect, test } from "vitest";
import { Invariants, type TurnStep } from "../../../../plugins/agent/sessions/invariants.ts";
import { newConversation, type TurnState } from "../../../../plugins/agent/turn/state.ts";
import { hotelPolicy } from "../turn/conversation.ts";

const THINKING: TurnState = { ...newConversation("es"), phase: "thinking", generation: 1 };
const USAGE = { promptTokens: 0, completionTokens: 0 };
const look = { id: "c1", name: "consultar_disponibilidad", arguments: "{}" };
const book = { id: "c2", name: "crear_reserva", arguments: '{"personas":2}' };
const run = (call: typeof look) => ({ kind: "run", call, arguments: {} }) as const;
const answered = (calls: (typeof look)[], finish: string | null = "tool_calls", generation = 1) =>
  ({ kind: "answered", generation, finish, calls, usage: USAGE }) as const;
const PROPOSED: TurnState = {
  ...newConversation("es"),
  proposal: { name: "crear_reserva", arguments: { personas: 2 } },
};

function faults(step: Partial<TurnStep> & Pick<TurnStep, "event">): readonly string[] {
  const { before = THINKING, after = before, actions = [], event } = step;
  return new Invariants(hotelPolicy(), before).faultsOf({ before, after, actions, event });
}

test("1: two answers at once", () => {
  const event = { kind: "heard", text: "Hola" } as const;
  expect(faults({ event, actions: [{ kind: "ask", generation: 2 }] })).toEqual([
    "1: answer 2 was asked for while 1 was under way",
  ]);
  const stopped = [{ kind: "stop", generation: 1 } as const, { kind: "ask", generation: 2 } as const];
  expect(faults({ event, actions: stopped })).toEqual([]);
});

test("2: a tool of an answer that was late, cut short, or not one at all", () => {
  expect(faults({ event: answered([look], "tool_calls", 0), actions: [run(look)] })[0]).toMatch(
    /^2: .*no answer/,
  );
  expect(faults({ event: answered([look], null), actions: [run(look)] })[0]).toMatch(/^2: .*cut short/);
  expect(faults({ event: answered([look], "length"), actions: [run(look)] })[0]).toMatch(/^2: .*cut short/);
  expect(faults({ event: { kind: "silence" }, actions: [run(look)] })[0]).toMatch(/^2: /);
  expect(faults({ event: answered([look]), actions: [run(look)] })).toEqual([]);
});

test("3: what writes, without a yes to its very values", () => {
  expect(faults({ event: answered([book]), actions: [run(book)] })[0]).toMatch(/^3: /);
  const before = PROPOSED;
  expect(faults({ before, event: { kind: "heard", text: "no" }, actions: [run(book)] })[0]).toMatch(/^3: /);
  const other = { ...book, arguments: '{"personas":9}' };
  expect(faults({ before, event: { kind: "heard", text: "sí" }, actions: [run(other)] })[0]).toMatch(/^3: /);
  expect(faults({ before, event: { kind: "heard", text: "sí" }, actions: [run(book)] })).toEqual([]);
});

test("4: words in the history nobody heard", () => {
  const event = { kind: "interrupted", heardText: "Buenas tardes" } as const;
  const before = { ...THINKING, said: "Buenas tardes, dígame" };
  const heard = (text: string) => ({ ...before, history: [{ role: "agent", text, cut: true } as const] });
  expect(faults({ before, after: heard("Buenas tardes"), event })).toEqual([]);
  expect(faults({ before, after: heard("Reservado."), event })[0]).toMatch(/^4: "Reservado\."/);
  const whole = { ...THINKING, history: [{ role: "agent", text: "Hecho." } as const] };
  expect(faults({ after: whole, event: answered([], "stop") })[0]).toMatch(/^4: "Hecho\."/);
});

test("5: the model asked without the result of a call", () => {
  const after: TurnState = { ...THINKING, history: [{ role: "calls", text: "", calls: [look] }] };
  const event = { kind: "tool_done", callId: "c9", outcome: { text: "" } } as const;
  const before = { ...THINKING, phase: "acting" } as const;
  expect(faults({ before, after, event, actions: [{ kind: "ask", generation: 2 }] })).toEqual([
    "5: asked without results of c1",
  ]);
});

test("6: something after the end", () => {
  const before = { ...THINKING, phase: "over" } as const;
  const actions = [{ kind: "say", text: "¿Hola?", last: true } as const];
  expect(faults({ before, event: { kind: "heard", text: "Hola" }, actions })).toEqual([
    "6: heard after the end had consequences",
  ]);
});
