import { isDeepStrictEqual } from "node:util";
import type { ChatTalk } from "../nodes/chat-with.ts";
import type { Dialogue } from "./dialogues.ts";

/** What the agent of all dialogues is. */
export const PARAMS = {
  instructions: "Atiendes un restaurante.",
  tools: [
    "consultar_disponibilidad",
    "crear_reserva",
    "consultar_pedido",
    "registrar_pedido",
    "consultar_horarios",
    "consultar_saldo",
  ],
  exits: [{ port: "reservado", when: "quedó reservado" }],
};

/** Holds a dialogue to its end. In words, what was not as it must be. */
export async function faultsOfHolding(talk: ChatTalk, dialogue: Dialogue): Promise<readonly string[]> {
  let port = "waiting";
  for (const words of dialogue.says) {
    const result = await talk.tell(words, words === "STOP" ? { optOut: "STOP" } : {});
    if (result.kind !== "next") continue;
    port = result.port;
    break;
  }
  const said = talk.said().join("\n");
  const told = (dialogue.forbidden ?? []).filter((pattern) => pattern.test(said));
  return [
    ...(dialogue.exits.includes(port) ? [] : [`left by ${port}`]),
    ...(hasFacts(talk.wrote(), dialogue.facts) ? [] : [`wrote ${JSON.stringify(talk.wrote())}`]),
    ...told.map((pattern) => `said ${pattern}`),
  ];
}

function hasFacts(wrote: ReturnType<ChatTalk["wrote"]>, facts: Dialogue["facts"]): boolean {
  return (
    wrote.length === facts.length &&
    facts.every(({ kind, details }, index) => {
      const one = wrote[index];
      return (
        one?.kind === kind &&
        Object.entries(details).every(([name, value]) => isDeepStrictEqual(one.details?.[name], value))
      );
    })
  );
}
