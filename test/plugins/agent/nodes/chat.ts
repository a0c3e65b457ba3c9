import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { ContextData } from "../../../../engine/plugin-testing/node-context.ts";
import { type ChatTalk, chatWith, personWho } from "./chat-with.ts";
import { withModel } from "./model-data.ts";

export type { ChatTalk } from "./chat-with.ts";

/** A person who writes to the node, in a test: what it needs is gone afterwards. */
export async function chat(params: JsonObject, given: Partial<ContextData> = {}): Promise<ChatTalk> {
  const { emulator, data } = await withModel(personWho(given));
  return chatWith(emulator, data, params);
}
