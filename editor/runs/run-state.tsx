import {
  IconBan,
  IconCircleCheck,
  IconClockPause,
  IconExclamationCircle,
  IconHourglass,
  IconLoader2,
  IconPlayerPause,
} from "@tabler/icons-react";
import type { RunStatus } from "./run-record.ts";

const ICONS = {
  waiting: IconClockPause,
  running: IconLoader2,
  queued: IconHourglass,
  succeeded: IconCircleCheck,
  failed: IconExclamationCircle,
  cancelled: IconBan,
} as const;

/** The state of a run as an icon; the words are beside it. */
export function RunStateIcon(props: {
  readonly status: RunStatus;
  readonly paused?: boolean;
  readonly size?: number;
}) {
  const Icon = props.paused ? IconPlayerPause : ICONS[props.status];
  return (
    <span className="run-state" data-state={props.paused ? "paused" : props.status}>
      <Icon size={props.size ?? 20} aria-hidden="true" />
    </span>
  );
}
