import type { ChildView, JsonObject, NodeResult } from "../../../../engine/plugin-api.ts";
import { type ContextData, runNode } from "../../../../engine/plugin-testing/node-context.ts";
import type { ModelEmulator } from "../../../../plugins/agent/emulator/emulator.ts";
import reply from "../../../../plugins/agent/nodes/reply.ts";
import { undiciFetch } from "../../meta/support/undici-fetch.ts";

export type ChatTalk = ReturnType<typeof chatWith>;

const PERSON = "+573001112233";
const START = new Date("2026-11-28T15:00:00Z");

/** What the node finds when that person wrote. */
export function personWho(given: Partial<ContextData> = {}): Partial<ContextData> {
  return {
    conversation: { channel: "whatsapp", number: "+576015550106", contact: PERSON },
    lastInbound: { [`whatsapp:${PERSON}`]: START.toISOString() },
    ...given,
  };
}

/** A person who writes to the node, message by message, with a clock of their own. */
export function chatWith(emulator: ModelEmulator, data: ContextData, params: JsonObject) {
  let now = START;
  let count = 0;
  const enter = async (more: object = {}): Promise<NodeResult> => {
    const result = await runNode(reply, params, {
      data,
      now,
      timezone: "America/Bogota",
      fetch: undiciFetch(),
      ...more,
    });
    if ((result.kind === "again" || result.kind === "children") && result.memory) data.memory = result.memory;
    return result;
  };
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1_000);
    return enter();
  };
  const message = (body: string, more: JsonObject = {}): JsonObject => {
    count += 1;
    return {
      sid: `SM${count}`,
      body,
      from: PERSON,
      to: "+576015550106",
      channel: "whatsapp",
      optOut: null,
      ...more,
    };
  };
  return {
    emulator,
    data,
    pass,
    begin: (body: string, more: JsonObject = {}) => enter({ trigger: { message: message(body, more) } }),
    write: (body: string, more: JsonObject = {}) =>
      enter({ heard: { name: "answer", output: message(body, more) } }),
    /** Writes, and waits until it was answered. */
    async tell(body: string, more: JsonObject = {}) {
      const first = data.memory === null;
      const result = first
        ? await enter({ trigger: { message: message(body, more) } })
        : await enter({ heard: { name: "answer", output: message(body, more) } });
      return result.kind === "again" ? pass(3) : result;
    },
    end(child: Partial<ChildView> & { readonly branch: string }) {
      data.ended.push({
        runId: "run_child",
        status: "succeeded",
        outcome: "completed",
        output: {},
        error: null,
        steps: {},
        ...child,
      });
      return enter();
    },
    said: () => data.sent.map(({ message: { text } }) => text ?? ""),
    wrote: () => emulator.ledger().filter(({ kind }) => kind !== "completion"),
  };
}
