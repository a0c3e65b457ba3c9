import { IconCheck, IconChecks, IconClock, IconExclamationCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useWords } from "../words/words.ts";
import { messageWords } from "./words.ts";
import "./message.css";

const ICONS: Readonly<Record<string, typeof IconCheck>> = {
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconExclamationCircle,
  undelivered: IconExclamationCircle,
};

/** How far a message of ours has come: with the ticks that phones show, and in a word. */
export function MessageTicks(props: {
  readonly status: string;
  /** Why it did not arrive. */
  readonly error?: string | null;
  /** What else is told beside the word. */
  readonly children?: ReactNode;
}) {
  const { status, error } = props;
  const names: Readonly<Record<string, string>> = useWords(messageWords).statuses;
  const Icon = ICONS[status] ?? IconClock;
  return (
    <span className="message-ticks" data-status={status}>
      {names[status] ?? status}
      {error && `: ${error}`}
      {props.children}
      <Icon size={15} aria-hidden="true" />
    </span>
  );
}
