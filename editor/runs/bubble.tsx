import { IconCheck, IconChecks, IconClock, IconExclamationCircle } from "@tabler/icons-react";
import { fieldOf } from "../../engine/core/plain-data.ts";
import { ChannelBadge } from "../ui/channel-badge.tsx";
import { readable } from "../ui/phone-number.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { timeOfDay } from "./day-and-time.ts";
import type { RunMessage } from "./run-record.ts";
import { runsWords } from "./words.ts";

/** A message as a chat shows it: ours on the right with its ticks, theirs on the left. */
export function Bubble({ message }: { readonly message: RunMessage }) {
  const locale = useLocale();
  const { direction, channel, contact, body, createdAt } = message;
  return (
    <article className="run-bubble" data-direction={direction}>
      <header>
        {(channel === "sms" || channel === "whatsapp") && <ChannelBadge channel={channel} />}
        {contact !== null && <span className="tabular">{readable(contact).national}</span>}
      </header>
      <p>{body}</p>
      <footer>
        <span className="tabular">{timeOfDay(createdAt, locale)}</span>
        {direction === "outbound" && <Ticks message={message} />}
      </footer>
    </article>
  );
}

const TICKS: Readonly<Record<string, typeof IconCheck>> = {
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconExclamationCircle,
  undelivered: IconExclamationCircle,
};

function Ticks({ message }: { readonly message: RunMessage }) {
  const words = useWords(runsWords);
  const { status, error, simulated } = message;
  const Icon = TICKS[status] ?? IconClock;
  const names: Readonly<Record<string, string>> = words.statuses;
  const why = fieldOf(error, "message") ?? fieldOf(error, "code");
  return (
    <span className="run-ticks" data-status={status}>
      {names[status] ?? status}
      {typeof why === "string" && `: ${why}`}
      {simulated && ` · ${words.simulated}`}
      <Icon size={15} aria-hidden="true" />
    </span>
  );
}
