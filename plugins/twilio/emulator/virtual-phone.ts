import type { LedgerEntry, VirtualPhone, WrittenMessage } from "../../../engine/plugin-api.ts";
import { receiveMessage } from "./inbound-messages.ts";
import { openMessage } from "./open-message.ts";
import { ring } from "./phone.ts";
import { tappedPart } from "./shown-message.ts";
import type { World } from "./world.ts";

/** The phones of all people outside, in the hands of one person. */
export function virtualPhone(world: World): VirtualPhone {
  return {
    call: ({ from, to, place }) => ring(world, { from, to, geo: place }).sid,
    act: (action) => world.person?.act(action) ?? false,
    write: (message) => world.work.start(() => write(world, message)),
    read(id) {
      const entry = world.ledger.find(id);
      if (entry?.channel !== "whatsapp" || entry.status !== "delivered") return entry !== undefined;
      world.work.start(() => openMessage(world, id));
      return true;
    },
    trouble(faults) {
      world.trouble = faults;
    },
    skip(ms) {
      world.verify.passedMs += ms;
    },
  };
}

async function write(world: World, message: WrittenMessage): Promise<void> {
  const { from, to, channel, body, button, mediaUrl } = message;
  const on = button === undefined ? undefined : buttonOn(world, message, button);
  const tap = on && tappedPart(world, on, button ?? "");
  const repliesTo = message.replyTo ?? on?.ref;
  await receiveMessage(world, {
    from,
    to,
    channel,
    body: tap ? tap.title : body,
    ...(button === undefined ? {} : tap?.isRow ? { listId: button } : { buttonPayload: button }),
    ...(repliesTo === undefined ? {} : { repliesTo }),
    ...(mediaUrl === undefined ? {} : { mediaUrls: [mediaUrl] }),
  });
}

/** The message that the button stands on. */
function buttonOn(world: World, { from, replyTo }: WrittenMessage, button: string): LedgerEntry | undefined {
  if (replyTo !== undefined) return world.ledger.find(replyTo);
  return world.ledger
    .entries()
    .findLast(
      ({ kind, to, ...entry }) =>
        kind === "message" && to === from && tappedPart(world, { kind, to, ...entry }, button),
    );
}
