import { ActionIcon, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type HoursInterval, minuteOf } from "../../../engine/core/hours.ts";
import { useWords } from "../../words/words.ts";
import { panelWords } from "../words.ts";

/** The stretches of one day, each from a time to a time. */
export function Intervals(props: {
  readonly name: string;
  readonly intervals: readonly HoursInterval[];
  readonly readOnly: boolean;
  onChange(intervals: readonly HoursInterval[]): void;
}) {
  const { intervals, readOnly, name } = props;
  const words = useWords(panelWords);
  const change = (index: number, part: Partial<HoursInterval>) => {
    const before = intervals[index];
    if (before) props.onChange(intervals.with(index, { ...before, ...part }));
  };
  return intervals.map((interval, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: stretches of a day have no identity but their place
    <div key={index} className="interval">
      <Clock
        label={`${name} ${words.from}`}
        value={interval.from}
        readOnly={readOnly}
        onChange={(from) => change(index, { from })}
      />
      <span aria-hidden="true">–</span>
      <Clock
        label={`${name} ${words.to}`}
        value={interval.to === "24:00" ? "00:00" : interval.to}
        readOnly={readOnly}
        onChange={(to) => change(index, { to })}
      />
      {minuteOf(interval.to) <= minuteOf(interval.from) && (
        <span className="day-closed">{words.nextDay}</span>
      )}
      {intervals.length > 1 && !readOnly && (
        <ActionIcon
          size="xs"
          variant="subtle"
          color="gray"
          aria-label={words.removeEntry(`${interval.from}–${interval.to}`)}
          onClick={() => props.onChange(intervals.toSpliced(index, 1))}
        >
          <IconX size={12} />
        </ActionIcon>
      )}
    </div>
  ));
}

function Clock(props: {
  readonly label: string;
  readonly value: string;
  readonly readOnly: boolean;
  onChange(time: string): void;
}) {
  return (
    <TextInput
      type="time"
      size="xs"
      className="clock"
      aria-label={props.label}
      value={props.value}
      readOnly={props.readOnly}
      onChange={(event) => event.currentTarget.value !== "" && props.onChange(event.currentTarget.value)}
    />
  );
}
