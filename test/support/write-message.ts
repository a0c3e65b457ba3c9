import type { JsonObject } from "../../engine/plugin-api.ts";
import type { TestEngine } from "./build-engine.ts";
import { inspect } from "./database.ts";
import type { When } from "./scenario.ts";

type Message = Extract<When, { message: unknown }>["message"];

/** Somebody writes to one of our numbers, whichever vendor has it. Gives the vendor's id of the message. */
export async function writeTo(engine: TestEngine, message: Message): Promise<string> {
  const phoneNumberId = await idAtMeta(engine, message.to);
  if (phoneNumberId !== null) return writeToMeta(engine, message, phoneNumberId);
  const { from, to, body, channel } = message;
  const { sid } = await engine.twilio.receiveMessage({ from, to, body, ...(channel ? { channel } : {}) });
  return sid;
}

/** How the emulated Meta names one of our numbers; null for a number of another vendor. */
async function idAtMeta({ connection }: TestEngine, e164: string): Promise<string | null> {
  const sql = "select provider_id as id from numbers where provider = 'meta' and e164 = $1";
  const [row] = await inspect<{ id: string }>(connection, sql, [e164]);
  return row?.id ?? null;
}

async function writeToMeta({ meta }: TestEngine, message: Message, phoneNumberId: string): Promise<string> {
  const { from, to, body, userId, choice, location, order } = message;
  const { ref } = await meta.receiveMessage({
    phoneNumberId,
    displayPhoneNumber: to,
    ...(from === "" ? {} : { from }),
    ...(userId === undefined ? {} : { userId }),
    ...(choice ? { interactive: { type: "list_reply", list_reply: choice } } : {}),
    ...(location ? { location } : {}),
    // A scenario is JSON.
    ...(order ? { order: order as JsonObject } : {}),
    ...(body === "" ? {} : { text: body }),
  });
  return ref;
}
