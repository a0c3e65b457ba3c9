import { expect, test } from "vitest";
import { replaySession } from "../../../../plugins/agent/sessions/replay.ts";
import { linesIn } from "../../../../plugins/agent/sessions/session.ts";
import { type ChatTalk, chat } from "../nodes/chat.ts";
import { DIALOGUES, type Dialogue, MISBEHAVIOURS } from "./dialogues.ts";
import { faultsOfHolding, PARAMS } from "./hold.ts";

const TIMES = 5;

function faultsOfRecord({ data: { sessionLines } }: ChatTalk) {
  return replaySession(linesIn(sessionLines.map((line) => JSON.stringify(line)).join("\n"))).faults;
}

test.each(DIALOGUES)("pass^5: somebody who $persona", async (dialogue: Dialogue) => {
  for (let time = 0; time < TIMES; time++) {
    const talk = await chat(PARAMS);
    expect(await faultsOfHolding(talk, dialogue), talk.said().join("\n")).toEqual([]);
    expect(faultsOfRecord(talk)).toEqual([]);
  }
});

test.each(MISBEHAVIOURS)("a model that $model", async ({ answers, exits, forbidden = [] }) => {
  const talk = await chat(PARAMS);
  talk.emulator.script(
    ...answers.map(({ text, calls }) => ({
      ...(text === undefined ? {} : { text }),
      ...(calls ? { calls: calls.map(({ name, arguments: values }) => ({ name, arguments: values })) } : {}),
    })),
  );
  const dialogue = { persona: "", says: ["Hola, una mesa"], exits, facts: [], forbidden };
  expect(await faultsOfHolding(talk, dialogue), talk.said().join("\n")).toEqual([]);
  expect(talk.said().length).toBeGreaterThan(0);
  expect(faultsOfRecord(talk)).toEqual([]);
});
