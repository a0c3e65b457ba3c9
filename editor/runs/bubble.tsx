import { fieldOf } from "../../engine/core/plain-data.ts";
import { MessageTicks } from "../message/message-ticks.tsx";
import { ChannelBadge } from "../ui/channel-badge.tsx";
import { readable } from "../ui/phone-number.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { timeOfDay } from "./day-and-time.ts";
import type { RunMessage } from "./run-record.ts";
import { runsWords } from "./words.ts";

/** A message as a chat shows it: ours on the right with its ticks, theirs on the left. */
export function Bubble({ message }: { readonly message: RunMessage }) {
  const words = useWords(runsWords);
  const locale = useLocale();
  const { direction, channel, contact, body, createdAt, status, error, simulated } = message;
  const why = fieldOf(error, "message") ?? fieldOf(error, "code");
  return (
    <article className="run-bubble" data-direction={direction}>
      <header>
        {(channel === "sms" || channel === "whatsapp") && <ChannelBadge channel={channel} />}
        {contact !== null && <span className="tabular">{readable(contact).national}</span>}
      </header>
      <p>{body}</p>
      <footer>
        <span className="tabular">{timeOfDay(createdAt, locale)}</span>
        {direction === "outbound" && (
          <MessageTicks status={status} error={typeof why === "string" ? why : null}>
            {simulated && ` · ${words.simulated}`}
          </MessageTicks>
        )}
      </footer>
    </article>
  );
}
