import type { SimulatedFault, VirtualPhone, WrittenMessage } from "../../../engine/plugin-api.ts";
import type { BatchReceipt } from "./inbound.ts";
import type { InboundDraft } from "./inbound-webhook.ts";
import type { Ledger } from "./ledger.ts";
import { tapDraft } from "./tap.ts";

/** What the phones of an emulator do. */
interface PhoneParts {
  readonly ledger: Ledger;
  receive(drafts: readonly InboundDraft[]): Promise<BatchReceipt>;
  markRead(ref: string): void;
  trouble(faults: ReadonlySet<SimulatedFault>): void;
  /** What was written, as the chat shows it. */
  wrote(message: WrittenMessage, ref: string): void;
  newRef(): string;
}

/** WhatsApp on the phones of all people outside, in the hands of one person. Meta carries no calls here. */
export function virtualPhone({
  ledger,
  receive,
  markRead,
  trouble,
  wrote,
  newRef,
}: PhoneParts): VirtualPhone {
  return {
    act: () => false,
    write(message) {
      const ref = newRef();
      wrote(message, ref);
      void receive([{ ...draftOf(ledger, message), ref }]);
    },
    read(id) {
      const entry = ledger.entries().find(({ ref, kind }) => ref === id && kind === "message");
      if (entry?.status === "delivered") markRead(id);
      return entry !== undefined;
    },
    trouble,
    // Its windows are opened by messages and kept by the engine, which knows what time it is there.
    skip: () => undefined,
  };
}

function draftOf(ledger: Ledger, message: WrittenMessage): InboundDraft {
  const { from, to, toId, body, button, replyTo, mediaUrl } = message;
  const on = button === undefined ? undefined : (replyTo ?? lastWith(ledger, from, button));
  if (button !== undefined && on !== undefined)
    return tapDraft(ledger.message(on), { ref: on, choice: button, words: body });
  return {
    from,
    phoneNumberId: toId ?? "",
    displayPhoneNumber: to,
    ...(mediaUrl === undefined
      ? { text: body }
      : { media: { type: "image", mimeType: "image/jpeg", ...(body === "" ? {} : { caption: body }) } }),
    ...(replyTo === undefined ? {} : { repliesTo: replyTo }),
  };
}

function lastWith(ledger: Ledger, person: string, button: string): string | undefined {
  return ledger
    .entries()
    .findLast(
      ({ kind, to, details }) =>
        kind === "message" && to === person && JSON.stringify(details).includes(button),
    )?.ref;
}
