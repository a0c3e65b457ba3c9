import {
  IconAlertCircle,
  IconCheck,
  IconClockPause,
  IconCoins,
  IconPencil,
  IconPlayerPlay,
  IconPlus,
  IconRepeat,
  IconUsers,
} from "@tabler/icons-react";
import type { NodeMark } from "../flow/overlay.ts";
import { useLocale, useWords } from "../words/words.ts";
import { markTexts, useMark } from "./use-mark-text.ts";
import { canvasWords } from "./words.ts";

const STATE_ICONS = {
  running: IconPlayerPlay,
  waiting: IconClockPause,
  done: IconCheck,
  failed: IconAlertCircle,
} as const;

/** What a run, a simulation or a day's traffic left on a step. Its label says the same in words. */
export function NodeMarks({ id }: { readonly id: string }) {
  const mark = useMark(id);
  const locale = useLocale();
  const words = useWords(canvasWords);
  if (!mark) return null;
  const { order, time, credits, count, standing } = markTexts(mark, locale);
  const StateIcon = mark.state ? STATE_ICONS[mark.state] : null;
  if (mark.change) return <ChangeMark change={mark.change} />;
  if (!StateIcon && count === null) return null;
  return (
    <div className="marks tabular" data-state={mark.state ?? undefined} aria-hidden="true">
      {StateIcon && (
        <span className="mark-state" title={mark.state ? words.ran[mark.state] : undefined}>
          <StateIcon size={13} stroke={2.2} />
          {order}
        </span>
      )}
      {time && <span>{time}</span>}
      {credits && (
        <span title={words.creditsFull(credits)}>
          <IconCoins size={12} stroke={1.8} />
          {credits}
        </span>
      )}
      {count !== null && (
        <span>
          {mark.state === "waiting" ? <IconUsers size={12} /> : <IconRepeat size={12} />}
          {count}
        </span>
      )}
      {standing && (
        <span className="mark-standing">
          <IconUsers size={12} />
          {standing}
        </span>
      )}
    </div>
  );
}

/** Against another version: a word, because colour alone says nothing. */
function ChangeMark({ change }: { readonly change: NonNullable<NodeMark["change"]> }) {
  const words = useWords(canvasWords);
  const Icon = change === "added" ? IconPlus : IconPencil;
  return (
    <div className="marks" data-change={change} aria-hidden="true">
      <span className="mark-state">
        <Icon size={12} stroke={2.2} />
        {words.change[change]}
      </span>
    </div>
  );
}
