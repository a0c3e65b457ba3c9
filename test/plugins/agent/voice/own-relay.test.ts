import { describe, expect, test } from "vitest";
import {
  advanceOwnRelay,
  newOwnRelay,
  type OwnRelayInput,
  type OwnRelayState,
} from "../../../../plugins/agent/voice/pipeline/own-relay.ts";
import { cutPhrases, speakable } from "../../../../plugins/agent/voice/pipeline/phrases.ts";

const SECOND = Buffer.alloc(8_000);

function played(state: OwnRelayState, ...inputs: readonly OwnRelayInput[]) {
  return inputs.reduce<ReturnType<typeof advanceOwnRelay>>(
    (step, input) => advanceOwnRelay(step.state, input),
    {
      state,
      actions: [],
    },
  );
}

const says = (token: string, last = true): OwnRelayInput => ({
  kind: "agent",
  frame: { type: "text", token, last },
});
const sounds = (text: string | null): OwnRelayInput => ({
  kind: "spoken",
  event: { kind: "audio", context: "answer-1", audio: SECOND, text },
});
const hears = (text: string): OwnRelayInput => ({
  kind: "heard",
  event: { kind: "turn", text, language: null },
});
const plays = (ms: number): OwnRelayInput => ({
  kind: "phone",
  frame: { type: "mark", name: `g0:${ms}:answer-1` },
});

describe("a relay of our own", () => {
  test.each(["Ajá.", "mhm", "Sí.", "Claro"])("over its own speech %s interrupts nothing", (text) => {
    const speaking = played(newOwnRelay(""), says("Tenemos habitaciones."), sounds("Tenemos habitaciones."));
    expect(advanceOwnRelay(speaking.state, hears(text)).actions).toEqual([]);
  });

  test("where it is silent the same word is what the caller says", () => {
    const { actions } = advanceOwnRelay(newOwnRelay(""), hears("Sí."));
    expect(actions).toEqual([
      { kind: "agent", frame: { type: "prompt", text: "Sí.", language: null, last: true } },
    ]);
  });

  test("what was interrupted was heard as far as the marks say, in whole words", () => {
    const speaking = played(
      newOwnRelay(""),
      says("Hay sitio para dos."),
      sounds("Hay sitio para dos."),
      plays(600),
    );
    const { actions } = advanceOwnRelay(speaking.state, hears("Espere un momento"));
    expect(actions).toContainEqual({ kind: "phone", frame: { type: "clear" } });
    expect(actions).toContainEqual({ kind: "hush", context: "answer-1" });
    expect(actions).toContainEqual({
      kind: "agent",
      frame: { type: "interrupt", heardText: "Hay sitio", playedMs: 600 },
    });
    expect(actions.at(-1)).toMatchObject({ frame: { type: "prompt", text: "Espere un momento" } });
  });

  test("a mark of what was cleared says nothing about what came after", () => {
    const cut = played(newOwnRelay(""), says("Hola."), sounds("Hola."), hears("Espere un momento"));
    const late = advanceOwnRelay(cut.state, plays(1_000));
    expect(late).toEqual({ state: cut.state, actions: [] });
  });

  test("late sound of an interrupted answer is not played", () => {
    const cut = played(newOwnRelay(""), says("Hola."), sounds("Hola."), hears("Espere un momento"));
    expect(advanceOwnRelay(cut.state, sounds("tarde")).actions).toEqual([]);
  });

  test("it is silent again when the voice is done and the last mark came back", () => {
    const done: OwnRelayInput = { kind: "spoken", event: { kind: "done", context: "answer-1" } };
    const spoken = played(newOwnRelay(""), says("Hola."), sounds("Hola."), done);
    expect(spoken.actions).toEqual([]);
    const { actions } = advanceOwnRelay(spoken.state, plays(1_000));
    expect(actions).toEqual([{ kind: "agent", frame: { type: "speaking", who: "agent", on: false } }]);
  });

  test("another language is another ear and another voice", () => {
    const { actions } = advanceOwnRelay(newOwnRelay(""), {
      kind: "agent",
      frame: { type: "language", ttsLanguage: "en-US", transcriptionLanguage: "en-US" },
    });
    expect(actions).toEqual([{ kind: "language", hearing: "en-US", speaking: "en-US" }]);
  });

  test("whoever hears next hears what nobody understood", () => {
    const media: OwnRelayInput = { kind: "phone", frame: { type: "media", payload: "AAAA" } };
    const { state } = played(newOwnRelay(""), media, media);
    expect(advanceOwnRelay(state, { kind: "new_hearing" }).actions).toHaveLength(2);
    const understood = advanceOwnRelay(state, hears("Hola"));
    expect(advanceOwnRelay(understood.state, { kind: "new_hearing" }).actions).toEqual([]);
  });
});

describe("phrases", () => {
  test.each([
    ["Hola. Soy Ana.", true, ["Hola. "], "Soy Ana."],
    [
      "El Sr. Pérez llega a las 3.30 p. m. y se va. ",
      false,
      ["El Sr. Pérez llega a las 3.30 p. m. y se va. "],
      "",
    ],
    ["Con mucho gusto le ayudo, dígame", true, ["Con mucho gusto le ayudo, "], "dígame"],
    ["Con mucho gusto le ayudo, dígame", false, [], "Con mucho gusto le ayudo, dígame"],
    ["Sí, claro", true, [], "Sí, claro"],
    ["¿Cuándo? ¿Mañana? ", false, ["¿Cuándo? ", "¿Mañana? "], ""],
  ])("%s", (text, isFirst, phrases, rest) => {
    expect(cutPhrases(text, isFirst)).toEqual({ phrases, rest });
  });

  test("marks, addresses and pictures are not spoken", () => {
    expect(speakable("**Listo** 🎉, vea [la web](https://x.es) o https://x.es/y")).toBe(
      "Listo , vea la web o ",
    );
  });
});
