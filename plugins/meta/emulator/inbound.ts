import type { Accounts } from "./accounts.ts";
import type { Activity } from "./activity.ts";
import { envelopeOf, type OurNumber } from "./envelope.ts";
import { conversationKey, newWamid } from "./graph-api.ts";
import { type InboundDraft, inboundChange, senderOf } from "./inbound-webhook.ts";
import type { Ledger } from "./ledger.ts";
import type { WebhookSender } from "./webhook-sender.ts";

export interface InboundParts {
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly sender: WebhookSender;
  readonly activity: Activity;
  readonly now: () => Date;
}

/** `status` is the engine's last HTTP answer; 0 when it never answered. */
export interface BatchReceipt {
  readonly refs: readonly string[];
  readonly status: number;
}

type Written = InboundDraft & { readonly ref: string };

/** Lets people write: all drafts in one webhook, one change for each of our numbers, signed by the app of the first. */
export function createInbound(
  parts: InboundParts,
): (drafts: readonly InboundDraft[]) => Promise<BatchReceipt> {
  const { accounts, sender, activity, now } = parts;
  return (drafts) =>
    activity.during(async () => {
      const written = drafts.map((draft) => ({ ...draft, ref: draft.ref ?? newWamid() }));
      const changes = byNumber(parts, written).map(([number, group]) => inboundChange(number, group, now()));
      for (const draft of written)
        if (WRITES.some((kind) => draft[kind] !== undefined)) openWindow(parts, draft);
      const { appSecret, wabaId } = accounts.byNumber(written[0]?.phoneNumberId ?? "");
      return {
        refs: written.map(({ ref }) => ref),
        status: await sender.post(appSecret, envelopeOf(wabaId, changes)),
      };
    });
}

// What opens the window: neither a reaction nor a note of the system does.
const WRITES = ["text", "button", "interactive", "media", "location", "contacts", "order"] as const;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Writing opens the window, under the phone as well as under the user id. */
function openWindow({ ledger, now }: InboundParts, draft: InboundDraft): void {
  const { phone, userId } = senderOf(draft);
  const at = now().getTime();
  for (const person of phone === null ? [userId] : [userId, `+${phone}`]) {
    const conversation = conversationKey(draft.phoneNumberId, person);
    ledger.wrote(conversation, at);
    if (draft.referral) ledger.entered(conversation, at + DAY_MS);
  }
}

function byNumber(
  { accounts }: InboundParts,
  drafts: readonly Written[],
): readonly (readonly [OurNumber, readonly Written[]])[] {
  for (const { phoneNumberId, displayPhoneNumber } of drafts)
    accounts.learnNumber(phoneNumberId, displayPhoneNumber);
  const groups = Map.groupBy(drafts, ({ phoneNumberId, standby }) => `${phoneNumberId} ${standby ?? false}`);
  return [...groups.values()].map((group) => {
    const phoneNumberId = group[0]?.phoneNumberId ?? "";
    const { wabaId } = accounts.byNumber(phoneNumberId);
    return [{ phoneNumberId, displayed: accounts.displayed(phoneNumberId), wabaId }, group] as const;
  });
}
