/** Whatever happens, in whichever order: what must always hold does. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { replaySession } from "../../../../plugins/agent/sessions/replay.ts";
import { recordedTurns, type SessionLine } from "../../../../plugins/agent/sessions/session.ts";
import { faultIn } from "../../../../plugins/agent/tools/check-values.ts";
import type { TurnEvent } from "../../../../plugins/agent/turn/events.ts";
import { newConversation, type TurnState } from "../../../../plugins/agent/turn/state.ts";
import { hotelPolicy } from "../turn/conversation.ts";

const AT_MOST_20 = { type: "object", properties: { personas: { type: "integer", maximum: 20 } } };
const POLICY = {
  ...hotelPolicy(),
  tools: hotelPolicy().tools.map((tool) => ({
    ...tool,
    parameters: AT_MOST_20,
    check: (values: JsonObject) => faultIn(AT_MOST_20, values),
  })),
};
const USAGE = { promptTokens: 5, completionTokens: 5 };

const words = fc.constantFrom(
  "Hola",
  "sí",
  "no",
  "una mesa para dos",
  "con una persona",
  "",
  "sí, pero mañana",
);
const call = fc.record({
  id: fc.constantFrom("a", "b", "c"),
  name: fc.constantFrom("consultar_disponibilidad", "crear_reserva", "end_call", "no_such"),
  arguments: fc.constantFrom("{}", '{"personas":2}', '{"personas":99}', "{"),
});
/** Which answer an event belongs to: the one under way, or one before it. */
const late = fc.constantFrom(0, 0, 0, 1);

type Happening = (state: TurnState) => TurnEvent;
const happening: fc.Arbitrary<Happening> = fc.oneof(
  words.map(
    (text): Happening =>
      () => ({ kind: "heard", text }),
  ),
  fc.constantFrom("1", "0", "#").map(
    (digit): Happening =>
      () => ({ kind: "key", digit }),
  ),
  fc.constant<Happening>(() => ({ kind: "keys_done" })),
  words.map(
    (heardText): Happening =>
      () => ({ kind: "interrupted", heardText }),
  ),
  fc.tuple(words, late).map(
    ([text, by]): Happening =>
      ({ generation }) => ({ kind: "token", generation: generation - by, text: `${text} ` }),
  ),
  fc
    .tuple(
      fc.array(call, { maxLength: 3 }),
      fc.constantFrom("stop", "tool_calls", "length", "content_filter", null),
      late,
    )
    .map(
      ([calls, finish, by]): Happening =>
        ({ generation }) => ({
          kind: "answered",
          generation: generation - by,
          finish,
          calls: byId(calls),
          usage: USAGE,
        }),
    ),
  late.map(
    (by): Happening =>
      ({ generation }) => ({ kind: "model_failed", generation: generation - by, reason: "stalled" }),
  ),
  fc.constantFrom("a", "b", "c", "confirmed_1", "confirmed_2").map(
    (callId): Happening =>
      () => ({ kind: "tool_done", callId, outcome: { text: "{}" } }),
  ),
  fc.constantFrom<Happening>(
    () => ({ kind: "silence" }),
    () => ({ kind: "played" }),
    () => ({ kind: "hung_up" }),
  ),
);

/** Whoever carries a conversation gives every call an id of its own. */
function byId<Call extends { readonly id: string }>(calls: readonly Call[]): Call[] {
  return [...new Map(calls.map((one) => [one.id, one])).values()];
}

test("a thousand conversations", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
      const lines: SessionLine[] = [];
      let state = newConversation("es");
      const advance = recordedTurns(POLICY, state, (line) => lines.push(line));
      for (const happens of happenings) state = advance(state, happens(state)).state;
      expect(replaySession(JSON.parse(JSON.stringify(lines))).faults).toEqual([]);
    }),
    { numRuns: 1_000, seed: 6 },
  );
});
