import { Group, NumberInput, Select } from "@mantine/core";
import { fieldOf, isRecord } from "../../../engine/core/plain-data.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { choiceLabel } from "../choice-words.ts";
import { DataSwitch, usesData } from "../fields/data-switch.tsx";
import type { WidgetProps } from "../fields/form.tsx";
import { choicesOf, propertyOf } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";
import { TemplateWidget } from "./template-widget.tsx";

/** `{ amount: 2, unit: "hours" }`. */
export function DurationWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const units = choicesOf(propertyOf(props.schema, "unit") ?? {}) ?? [];
  const amount = fieldOf(props.value, "amount");
  const unit = String(
    fieldOf(props.value, "unit") ?? units.find((each) => each === "hours") ?? units[0] ?? "",
  );
  const set = (next: unknown, of = unit) => {
    const gone = next === undefined && !props.required;
    props.set(
      gone ? undefined : { ...(isRecord(props.value) ? props.value : {}), amount: next ?? 0, unit: of },
    );
  };
  return (
    <Group gap={8} wrap="nowrap" align="flex-start">
      {usesData(amount) ? (
        <div style={{ flex: 1, minWidth: 0 }}>
          <TemplateWidget {...props} path={[...props.path, "amount"]} value={amount} set={set} />
        </div>
      ) : (
        <NumberInput
          id={props.id}
          w={110}
          min={0}
          value={typeof amount === "number" ? amount : ""}
          error={props.invalid}
          readOnly={props.readOnly}
          onChange={(next) => set(next === "" ? undefined : Number(next))}
        />
      )}
      <Select
        aria-label={`${props.title}: ${words.unit}`}
        w={130}
        data={units.map((each) => ({ value: String(each), label: choiceLabel("unit", each, locale) }))}
        value={unit}
        readOnly={props.readOnly}
        allowDeselect={false}
        onChange={(next) => set(amount, next ?? unit)}
      />
      {!props.readOnly && (
        <DataSwitch
          id={props.id}
          used={usesData(amount)}
          title={props.title}
          onChange={(next) => set(next)}
        />
      )}
    </Group>
  );
}
