import { ActionIcon, Button, Switch, Tooltip } from "@mantine/core";
import { IconCopy, IconPlus } from "@tabler/icons-react";
import type { HoursInterval, OpeningHours } from "../../../engine/core/hours.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { Foldable } from "../fields/fold.tsx";
import type { WidgetProps } from "../fields/form.tsx";
import { panelWords } from "../words.ts";
import { WEEKDAYS, type Weekday } from "./cron-rule.ts";
import { weekdayName } from "./cron-words.ts";
import { ExceptionList, HolidayList } from "./hours-dates.tsx";
import { Intervals } from "./hours-intervals.tsx";
import {
  copiedToOpenDays,
  hoursOf,
  intervalsOn,
  USUAL_DAY,
  USUAL_HOURS,
  withDay,
  withLaterInterval,
} from "./hours-value.ts";

/** Opening hours: the week, holidays, and times when it is otherwise. */
export function HoursWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  const hours = hoursOf(props.value);
  const set = (next: OpeningHours) => props.set(next);
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name is the label of the field, outside of it
    <div role="group" aria-labelledby={props.labelId} id={props.id} tabIndex={-1} className="hours">
      {props.value === undefined && !props.readOnly && (
        <Button size="compact-sm" variant="light" onClick={() => set(USUAL_HOURS)}>
          {words.usualHours}
        </Button>
      )}
      {WEEKDAYS.map((day, index) => (
        <DayRow key={day} day={day} index={index} hours={hours} readOnly={props.readOnly} onChange={set} />
      ))}
      <Foldable title={words.holidays} note={countNote(hours.holidays)}>
        <HolidayList hours={hours} readOnly={props.readOnly} onChange={set} />
      </Foldable>
      <Foldable title={words.exceptions} note={countNote(hours.exceptions)}>
        <ExceptionList hours={hours} readOnly={props.readOnly} onChange={set} />
      </Foldable>
    </div>
  );
}

function countNote(list: readonly unknown[] | undefined): string | null {
  return list && list.length > 0 ? String(list.length) : null;
}

function DayRow(props: {
  readonly day: Weekday;
  readonly index: number;
  readonly hours: OpeningHours;
  readonly readOnly: boolean;
  onChange(hours: OpeningHours): void;
}) {
  const { day, hours, readOnly } = props;
  const words = useWords(panelWords);
  const name = weekdayName(props.index, "long", useLocale());
  const intervals = intervalsOn(hours, day);
  const isOpen = intervals.length > 0;
  const set = (next: readonly HoursInterval[]) => props.onChange(withDay(hours, day, next));
  return (
    <div className="day">
      <Switch
        size="xs"
        label={name}
        checked={isOpen}
        disabled={readOnly}
        onChange={() => set(isOpen ? [] : USUAL_DAY)}
      />
      <div className="day-hours">
        {!isOpen && <span className="day-closed">{words.closed}</span>}
        <Intervals name={name} intervals={intervals} readOnly={readOnly} onChange={set} />
      </div>
      {isOpen && !readOnly && (
        <div className="day-tools">
          <Tooltip label={words.addInterval}>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={`${name}: ${words.addInterval}`}
              onClick={() => set(withLaterInterval(intervals))}
            >
              <IconPlus size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={words.copyToAll}>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={`${name}: ${words.copyToAll}`}
              onClick={() => props.onChange(copiedToOpenDays(hours, day))}
            >
              <IconCopy size={14} />
            </ActionIcon>
          </Tooltip>
        </div>
      )}
    </div>
  );
}
