import "./week-hours.css";
import { ActionIcon, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useWords } from "../words/words.ts";
import { DAYS, type Day, type Hours, type Interval, withDay } from "./week.ts";
import { storesWords } from "./words.ts";

const NEW_INTERVAL: Interval = { from: "09:00", to: "18:00" };

/** Opening hours of a week, to change. */
export function WeekHours(props: { readonly hours: Hours; readonly onChange: (hours: Hours) => void }) {
  const words = useWords(storesWords);
  const { hours, onChange } = props;
  return (
    <fieldset className="week">
      <legend>{words.hours}</legend>
      {DAYS.map((day) => (
        <DayHours
          key={day}
          day={day}
          intervals={hours.weekly[day] ?? []}
          onChange={(intervals) => onChange(withDay(hours, day, intervals))}
        />
      ))}
    </fieldset>
  );
}

function DayHours(props: {
  readonly day: Day;
  readonly intervals: readonly Interval[];
  readonly onChange: (intervals: readonly Interval[]) => void;
}) {
  const words = useWords(storesWords);
  const { day, intervals, onChange } = props;
  const name = words.days[day];
  const put = (index: number, part: Partial<Interval>) =>
    onChange(intervals.map((each, at) => (at === index ? { ...each, ...part } : each)));
  return (
    <div className="week-day">
      <Text size="sm" w={90}>
        {name}
      </Text>
      <div className="week-times">
        {intervals.length === 0 && (
          <Text size="sm" c="dimmed">
            {words.closed}
          </Text>
        )}
        {intervals.map(({ from, to }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: intervals of a day are told apart by their place alone
          <span key={index} className="week-interval">
            <TimeInput
              label={words.from(name)}
              value={from}
              onChange={(time) => put(index, { from: time })}
            />
            <span aria-hidden="true">–</span>
            <TimeInput label={words.to(name)} value={to} onChange={(time) => put(index, { to: time })} />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={words.removeHours(name)}
              onClick={() => onChange(intervals.filter((_each, at) => at !== index))}
            >
              <IconX size={16} />
            </ActionIcon>
          </span>
        ))}
      </div>
      <ActionIcon
        variant="subtle"
        size={36}
        aria-label={words.addHours(name)}
        onClick={() => onChange([...intervals, NEW_INTERVAL])}
      >
        <IconPlus size={16} />
      </ActionIcon>
    </div>
  );
}

/** Written rather than picked, for the browser's own time field knows no 24:00. */
function TimeInput(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (time: string) => void;
}) {
  return (
    <input
      className="week-time tabular"
      aria-label={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      inputMode="numeric"
      pattern="([01][0-9]|2[0-3]):[0-5][0-9]|24:00"
      maxLength={5}
      required
    />
  );
}
