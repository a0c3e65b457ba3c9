import { ActionIcon, Button, Switch, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { HoursInterval, OpeningHours } from "../../../engine/core/hours.ts";
import { useWords } from "../../words/words.ts";
import { panelWords } from "../words.ts";
import { Intervals } from "./hours-intervals.tsx";
import { USUAL_DAY, withExceptions, withHolidays } from "./hours-value.ts";

interface DatesProps {
  readonly hours: OpeningHours;
  readonly readOnly: boolean;
  onChange(hours: OpeningHours): void;
}

export function HolidayList({ hours, readOnly, onChange }: DatesProps) {
  const words = useWords(panelWords);
  const holidays = hours.holidays ?? [];
  const set = (next: typeof holidays) => onChange(withHolidays(hours, next));
  return (
    <>
      {holidays.map((holiday, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a date changes while it is typed
        <div key={index} className="form-card">
          <div className="date-row">
            <DateInput
              label={words.holidayDate}
              value={holiday.date}
              readOnly={readOnly}
              onChange={(date) => set(holidays.with(index, { ...holiday, date }))}
            />
            <TextInput
              size="xs"
              className="date-name"
              aria-label={words.holidayName}
              placeholder={words.holidayName}
              value={holiday.name ?? ""}
              readOnly={readOnly}
              onChange={(event) => set(holidays.with(index, named(holiday, event.currentTarget.value)))}
            />
            <Remove
              name={holiday.date}
              readOnly={readOnly}
              onClick={() => set(holidays.toSpliced(index, 1))}
            />
          </div>
          <DayHours
            name={holiday.name ?? holiday.date}
            hours={holiday.hours ?? []}
            readOnly={readOnly}
            onChange={(next) => {
              const { hours: _old, ...rest } = holiday;
              set(holidays.with(index, next.length === 0 ? rest : { ...rest, hours: [...next] }));
            }}
          />
        </div>
      ))}
      {!readOnly && <Add label={words.addHoliday} onClick={() => set([...holidays, { date: today() }])} />}
    </>
  );
}

export function ExceptionList({ hours, readOnly, onChange }: DatesProps) {
  const words = useWords(panelWords);
  const exceptions = hours.exceptions ?? [];
  const set = (next: typeof exceptions) => onChange(withExceptions(hours, next));
  return (
    <>
      {exceptions.map((exception, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a date changes while it is typed
        <div key={index} className="form-card">
          <div className="date-row">
            <DateInput
              label={words.from}
              value={exception.from}
              readOnly={readOnly}
              onChange={(from) => set(exceptions.with(index, { ...exception, from }))}
            />
            <DateInput
              label={words.to}
              value={exception.to ?? exception.from}
              readOnly={readOnly}
              onChange={(to) => set(exceptions.with(index, { ...exception, to }))}
            />
            <Remove
              name={exception.from}
              readOnly={readOnly}
              onClick={() => set(exceptions.toSpliced(index, 1))}
            />
          </div>
          <DayHours
            name={exception.name ?? exception.from}
            hours={exception.hours}
            readOnly={readOnly}
            onChange={(next) => set(exceptions.with(index, { ...exception, hours: [...next] }))}
          />
        </div>
      ))}
      {!readOnly && (
        <Add
          label={words.addException}
          onClick={() => set([...exceptions, { from: today(), to: today(), hours: [...USUAL_DAY] }])}
        />
      )}
    </>
  );
}

/** Open or not on these days, and when. */
function DayHours(props: {
  readonly name: string;
  readonly hours: readonly HoursInterval[];
  readonly readOnly: boolean;
  onChange(hours: readonly HoursInterval[]): void;
}) {
  const words = useWords(panelWords);
  const isOpen = props.hours.length > 0;
  return (
    <div className="day">
      <Switch
        size="xs"
        label={isOpen ? words.open : words.closed}
        checked={isOpen}
        disabled={props.readOnly}
        onChange={() => props.onChange(isOpen ? [] : USUAL_DAY)}
      />
      <div className="day-hours">
        <Intervals
          name={props.name}
          intervals={props.hours}
          readOnly={props.readOnly}
          onChange={props.onChange}
        />
      </div>
    </div>
  );
}

function DateInput(props: {
  readonly label: string;
  readonly value: string;
  readonly readOnly: boolean;
  onChange(date: string): void;
}) {
  return (
    <TextInput
      type="date"
      size="xs"
      aria-label={props.label}
      value={props.value}
      readOnly={props.readOnly}
      onChange={(event) => event.currentTarget.value !== "" && props.onChange(event.currentTarget.value)}
    />
  );
}

function Remove(props: { readonly name: string; readonly readOnly: boolean; onClick(): void }) {
  const words = useWords(panelWords);
  if (props.readOnly) return null;
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={words.removeEntry(props.name)}
      onClick={props.onClick}
    >
      <IconX size={14} />
    </ActionIcon>
  );
}

function Add(props: { readonly label: string; onClick(): void }) {
  return (
    <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={props.onClick}>
      {props.label}
    </Button>
  );
}

type Holiday = NonNullable<OpeningHours["holidays"]>[number];

function named(holiday: Holiday, name: string): Holiday {
  const { name: _old, ...rest } = holiday;
  return name === "" ? rest : { ...rest, name };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
