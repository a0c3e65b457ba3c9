import { ActionIcon, Button, Slider, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconPlayerTrackNext } from "@tabler/icons-react";
import { useEffect, useEffectEvent } from "react";
import { useWords } from "../words/words.ts";
import { useRun } from "./run-context.ts";
import { runsWords } from "./words.ts";

/** Goes through the run step by step, by hand or with the arrow keys; the canvas shows it as it was then. */
export function ReplayBar() {
  const words = useWords(runsWords);
  const { visits, upTo, showUpTo } = useRun();
  const count = visits.length;
  const at = upTo ?? count;
  const go = (order: number) => showUpTo(Math.min(count, Math.max(1, order)));
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (step === 0 || count === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!(event.target instanceof Element) || event.target.closest(OWN_ARROWS)) return;
    event.preventDefault();
    go(upTo === null && step < 0 ? count - 1 : at + step);
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", hear, { capture: true });
    return () => window.removeEventListener("keydown", hear, { capture: true });
  }, []);
  if (count === 0) return null;
  return (
    <div className="replay" role="toolbar" aria-label={words.replay}>
      <Step label={words.previous} disabled={at <= 1} onClick={() => go(at - 1)}>
        <IconChevronLeft size={20} />
      </Step>
      <Slider
        className="replay-slider"
        size="sm"
        min={1}
        max={Math.max(2, count)}
        disabled={count < 2}
        value={at}
        label={null}
        onChange={go}
        thumbLabel={words.replay}
        thumbProps={{ "aria-valuetext": words.place(at, count) }}
      />
      <Step label={words.next} disabled={at >= count} onClick={() => go(at + 1)}>
        <IconChevronRight size={20} />
      </Step>
      <span className="replay-place tabular">{words.place(at, count)}</span>
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        leftSection={<IconPlayerTrackNext size={16} />}
        disabled={upTo === null}
        onClick={() => showUpTo(null)}
      >
        {words.toEnd}
      </Button>
    </div>
  );
}

/** Where arrows mean something else. */
const OWN_ARROWS =
  "input, textarea, select, [contenteditable], [role=slider], [role=radiogroup], [role=menu], [data-card]";

function Step(props: {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Tooltip label={props.label} openDelay={400}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={props.label}
        disabled={props.disabled}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
