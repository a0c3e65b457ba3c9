import type { Widgets } from "./fields/form.tsx";
import { CasesWidget } from "./widgets/cases-widget.tsx";
import { ChoicesWidget } from "./widgets/choices-widget.tsx";
import { ConditionsWidget } from "./widgets/conditions-widget.tsx";
import { CronWidget } from "./widgets/cron-widget.tsx";
import { DatetimeWidget } from "./widgets/datetime-widget.tsx";
import { DurationWidget } from "./widgets/duration-widget.tsx";
import { HoursWidget } from "./widgets/hours-widget.tsx";
import { KeysWidget } from "./widgets/keys-widget.tsx";
import { CodeWidget, JsonWidget } from "./widgets/lazy-code.tsx";
import { ListWidget } from "./widgets/list-widget.tsx";
import { NumberWidget } from "./widgets/number-widget.tsx";
import { PairsWidget } from "./widgets/pairs-widget.tsx";
import { PhoneWidget } from "./widgets/phone-widget.tsx";
import { RemoteSelectWidget } from "./widgets/remote-select-widget.tsx";
import { SecretWidget } from "./widgets/secret-widget.tsx";
import { SelectWidget } from "./widgets/select-widget.tsx";
import { SeveralWidget } from "./widgets/several-widget.tsx";
import { TemplatePickerWidget } from "./widgets/template-picker-widget.tsx";
import { LongTemplateWidget, TemplateWidget } from "./widgets/template-widget.tsx";
import { LongTextWidget, TextWidget } from "./widgets/text-widget.tsx";
import { TimezoneWidget } from "./widgets/timezone-widget.tsx";
import { ToggleWidget } from "./widgets/toggle-widget.tsx";
import { ValueWidget } from "./widgets/value-widget.tsx";

/** What draws each kind of parameter. */
export const WIDGETS: Widgets = {
  text: TextWidget,
  "long-text": LongTextWidget,
  template: TemplateWidget,
  "long-template": LongTemplateWidget,
  number: NumberWidget,
  toggle: ToggleWidget,
  select: SelectWidget,
  several: SeveralWidget,
  keys: KeysWidget,
  "remote-select": RemoteSelectWidget,
  "template-picker": TemplatePickerWidget,
  list: ListWidget,
  pairs: PairsWidget,
  conditions: ConditionsWidget,
  cases: CasesWidget,
  choices: ChoicesWidget,
  cron: CronWidget,
  hours: HoursWidget,
  phone: PhoneWidget,
  duration: DurationWidget,
  datetime: DatetimeWidget,
  timezone: TimezoneWidget,
  json: JsonWidget,
  value: ValueWidget,
  code: CodeWidget,
  secret: SecretWidget,
};
