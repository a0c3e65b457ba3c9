import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { panelWords } from "../words.ts";
import { textOf } from "./text-widget.tsx";
import { ZonePicker } from "./zone-picker.tsx";

export function TimezoneWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  return (
    <ZonePicker
      id={props.id}
      value={textOf(props.value)}
      placeholder={words.timezonePlaceholder}
      invalid={props.invalid}
      readOnly={props.readOnly}
      onChange={props.set}
    />
  );
}
