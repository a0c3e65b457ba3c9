import { Chip, Group, NumberInput, Select, TextInput, UnstyledButton } from "@mantine/core";
import { useLocale, useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { descriptionOf } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";
import {
  type CronKind,
  type CronRule,
  changedKind,
  cronOf,
  cronRuleOf,
  MINUTE_STEPS,
  WEEKDAYS,
  type Weekday,
} from "./cron-rule.ts";
import { cronWords, weekdayName } from "./cron-words.ts";
import { textOf } from "./text-widget.tsx";

const KINDS: readonly CronKind[] = ["weekly", "monthly", "hourly", "minutes", "custom"];

/** When something happens again and again, in the ways people say it. */
export function CronWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const cron = textOf(props.value);
  const rule = cronRuleOf(cron === "" ? "0 9 * * *" : cron);
  const set = (next: CronRule) => props.set(cronOf(next));
  const said = cronWords(rule, locale);
  return (
    <div className="cron">
      <Select
        id={props.id}
        data={KINDS.map((kind) => ({ value: kind, label: words.often_[kind] }))}
        value={rule.kind}
        error={props.invalid}
        readOnly={props.readOnly}
        allowDeselect={false}
        onChange={(next) => {
          const kind = KINDS.find((each) => each === next);
          if (kind) set(changedKind(rule, kind));
        }}
      />
      {rule.kind === "custom" && <p className="field-hint">{descriptionOf(props.schema, locale)}</p>}
      <RuleParts rule={rule} readOnly={props.readOnly} onChange={set} />
      {said !== null && (
        <p className="cron-said">
          {said} <code>{cronOf(rule)}</code>
        </p>
      )}
    </div>
  );
}

interface PartsProps<Rule extends CronRule = CronRule> {
  readonly rule: Rule;
  readonly readOnly: boolean;
  onChange(rule: CronRule): void;
}

function RuleParts({ rule, ...rest }: PartsProps) {
  switch (rule.kind) {
    case "minutes":
      return <MinutesParts rule={rule} {...rest} />;
    case "hourly":
      return <HourlyParts rule={rule} {...rest} />;
    case "weekly":
      return <WeeklyParts rule={rule} {...rest} />;
    case "monthly":
      return <MonthlyParts rule={rule} {...rest} />;
    case "custom":
      return <CustomParts rule={rule} {...rest} />;
  }
}

type Of<Kind extends CronKind> = PartsProps<Extract<CronRule, { kind: Kind }>>;

function MinutesParts({ rule, readOnly, onChange }: Of<"minutes">) {
  const words = useWords(panelWords);
  return (
    <Chip.Group value={String(rule.every)} onChange={(next) => onChange({ ...rule, every: Number(next) })}>
      <Group gap={6}>
        {MINUTE_STEPS.map((step) => (
          <Chip key={step} size="xs" value={String(step)} disabled={readOnly}>
            {words.everyMinutes(step)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function HourlyParts({ rule, readOnly, onChange }: Of<"hourly">) {
  const words = useWords(panelWords);
  return (
    <NumberInput
      label={words.atMinute}
      maw={120}
      min={0}
      max={59}
      value={rule.minute}
      readOnly={readOnly}
      onChange={(next) => onChange({ ...rule, minute: Number(next) })}
    />
  );
}

function WeeklyParts({ rule, readOnly, onChange }: Of<"weekly">) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const toggle = (toggled: Weekday) => {
    const days = WEEKDAYS.filter((day) => rule.days.includes(day) !== (day === toggled));
    // A week without days never comes.
    if (days.length > 0) onChange({ ...rule, days });
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: seven buttons side by side are no fieldset */}
      <div className="weekdays" role="group" aria-label={words.onDays}>
        {WEEKDAYS.map((day, index) => (
          <UnstyledButton
            key={day}
            className="phone-key"
            aria-pressed={rule.days.includes(day)}
            aria-label={weekdayName(index, "long", locale)}
            disabled={readOnly}
            onClick={() => toggle(day)}
          >
            {weekdayName(index, "short", locale)}
          </UnstyledButton>
        ))}
      </div>
      <TimeInput time={rule.time} readOnly={readOnly} onChange={(time) => onChange({ ...rule, time })} />
    </>
  );
}

function MonthlyParts({ rule, readOnly, onChange }: Of<"monthly">) {
  const words = useWords(panelWords);
  const days = Array.from({ length: 31 }, (_, index) => String(index + 1));
  return (
    <Group gap={8} align="flex-end">
      <Select
        label={words.onDay}
        w={130}
        data={[...days, { value: "last", label: words.lastDay }]}
        value={String(rule.day)}
        readOnly={readOnly}
        allowDeselect={false}
        onChange={(next) => onChange({ ...rule, day: next === "last" ? "last" : Number(next) })}
      />
      <TimeInput time={rule.time} readOnly={readOnly} onChange={(time) => onChange({ ...rule, time })} />
    </Group>
  );
}

function CustomParts({ rule, readOnly, onChange }: Of<"custom">) {
  const words = useWords(panelWords);
  return (
    <TextInput
      aria-label={words.often_.custom}
      className="mono"
      value={rule.cron}
      readOnly={readOnly}
      spellCheck={false}
      onChange={(event) => onChange({ ...rule, cron: event.currentTarget.value })}
    />
  );
}

function TimeInput(props: {
  readonly time: string;
  readonly readOnly: boolean;
  onChange(time: string): void;
}) {
  const words = useWords(panelWords);
  return (
    <TextInput
      label={words.atTime}
      type="time"
      w={120}
      value={props.time}
      readOnly={props.readOnly}
      // While it is being deleted there is no time, which is no time to keep.
      onChange={(event) => event.currentTarget.value !== "" && props.onChange(event.currentTarget.value)}
    />
  );
}
