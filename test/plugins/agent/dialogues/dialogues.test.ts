import { expect, test } from "vitest";
import { chat } from "../nodes/chat.ts";
import { DIALOGUES, type Dialogue } from "./dialogues.ts";

const TIMES = 5;
const PARAMS = {
  instructions: "Atiendes un restaurante.",
  tools: [
    "consultar_disponibilidad",
    "crear_reserva",
    "consultar_pedido",
    "registrar_pedido",
    "consultar_horarios",
  ],
  exits: [{ port: "reservado", when: "quedó reservado" }],
};

/** How it ended, what was said, what was written. */
async function hold({ says }: Dialogue) {
  const talk = await chat(PARAMS);
  let port = "waiting";
  for (const words of says) {
    const result = await talk.tell(words);
    if (result.kind === "next") port = result.port;
  }
  return { port, said: talk.said(), wrote: talk.wrote() };
}

test.each(DIALOGUES)("pass^5: somebody who $persona", async (dialogue) => {
  for (let time = 0; time < TIMES; time++) {
    const { port, said, wrote } = await hold(dialogue);
    expect(dialogue.exits, said.join("\n")).toContain(port);
    expect(wrote, said.join("\n")).toMatchObject([...dialogue.facts]);
    for (const pattern of dialogue.forbidden ?? []) expect(said.join("\n")).not.toMatch(pattern);
  }
});
