import { describe, expect, test } from "vitest";
import { afterEvent, freshWords, NOTHING_HAPPENED } from "../../../editor/simulator/simulation-view.ts";
import type { SimulationEvent } from "../../../engine/core/simulation.ts";

type Caption = Extract<SimulationEvent, { kind: "caption" }>;
const caption = (seq: number, text: string, rest: Partial<Caption> = {}): Caption => ({
  kind: "caption",
  seq,
  at: "2026-11-28T10:00:00.000Z",
  callId: "CA1",
  speaker: "flow",
  language: "es-CO",
  voice: null,
  text,
  ...rest,
});

const captionsOf = (...events: readonly SimulationEvent[]) =>
  events.reduce(afterEvent, NOTHING_HAPPENED).captions;

describe("captions on the simulator's phone", () => {
  test("what comes bit by bit grows in its place, also after the caller has spoken", () => {
    const captions = captionsOf(
      caption(1, "Hola."),
      caption(2, "Tengo ", { utterance: "u1" }),
      caption(3, "Tengo una mesa", { utterance: "u1" }),
      caption(4, "¡Espere!", { speaker: "person" }),
      caption(5, "Tengo una", { utterance: "u1" }),
      caption(6, "Dígame", { utterance: "u2" }),
    );
    expect(captions.map(({ seq, text }) => [seq, text])).toEqual([
      [1, "Hola."],
      [2, "Tengo una"],
      [4, "¡Espere!"],
      [6, "Dígame"],
    ]);
  });

  test("only what is new is spoken; nothing of what was cut, or said by the caller", () => {
    const before = captionsOf(caption(1, "Tengo ", { utterance: "u1" }));
    const after = captionsOf(
      caption(1, "Tengo ", { utterance: "u1" }),
      caption(2, "Tengo una mesa", { utterance: "u1" }),
      caption(3, "Oiga", { speaker: "person" }),
      caption(4, "Sí", { utterance: "u2" }),
    );
    expect(freshWords(before, after)).toEqual([
      { text: "una mesa", language: "es-CO" },
      { text: "Sí", language: "es-CO" },
    ]);
    expect(freshWords(after, captionsOf(caption(1, "Tengo una", { utterance: "u1" })))).toEqual([]);
  });
});
