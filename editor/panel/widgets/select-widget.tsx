import { SegmentedControl, Select } from "@mantine/core";
import { fieldOf } from "../../../engine/core/plain-data.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { choiceLabel } from "../choice-words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { choicesOf } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";

/** Longer words than these do not fit side by side in a narrow panel. */
const FITS = 34;

/** One of a few values: side by side where they fit, else a list. */
export function SelectWidget(props: WidgetProps) {
  const { schema, path } = props;
  const locale = useLocale();
  const words = useWords(panelWords);
  const choices = choicesOf(schema) ?? [];
  const name = nameIn(path);
  const data = choices.map((choice) => ({ value: String(choice), label: choiceLabel(name, choice, locale) }));
  const usual = fieldOf(schema, "default");
  const value = props.value ?? usual;
  const set = (next: string | null) => {
    const chosen = choices.find((choice) => String(choice) === next);
    if (chosen !== undefined || !props.required) props.set(chosen);
  };
  const letters = data.reduce((sum, { label }) => sum + label.length, 0);
  const isKnown = choices.some((choice) => choice === value);
  if (choices.length > 1 && choices.length <= 3 && letters <= FITS && isKnown) {
    return (
      <SegmentedControl
        id={props.id}
        aria-labelledby={props.labelId}
        fullWidth
        data={data}
        value={String(value)}
        readOnly={props.readOnly}
        onChange={set}
      />
    );
  }
  return (
    <Select
      id={props.id}
      data={data}
      value={value === undefined ? null : String(value)}
      placeholder={words.choose}
      error={props.invalid}
      readOnly={props.readOnly}
      searchable={choices.length > 8}
      allowDeselect={false}
      clearable={props.value !== undefined && usual === undefined && !props.required}
      clearButtonProps={{ "aria-label": words.clear }}
      nothingFoundMessage={words.nothingFound}
      comboboxProps={{ withinPortal: true }}
      onChange={set}
    />
  );
}

/** Of an entry of a list it is the list's. */
function nameIn(path: WidgetProps["path"]): string {
  return String(path.findLast((part) => typeof part === "string") ?? "");
}
