import { NumberInput, Select } from "@mantine/core";
import { FLOW_DEFAULTS } from "../../engine/core/flow.ts";
import { useWords } from "../words/words.ts";
import { panelWords } from "./words.ts";

const UNITS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
type Unit = keyof typeof UNITS;
const UNIT_NAMES = ["minutes", "hours", "days"] as const satisfies readonly Unit[];

/** Milliseconds as people say them: in the largest unit that leaves no rest. */
export function FlowDuration(props: {
  readonly ms: number | undefined;
  readonly readOnly: boolean;
  onChange(ms: number | undefined): void;
}) {
  const words = useWords(panelWords);
  const { ms, readOnly } = props;
  const unit = unitOf(ms ?? FLOW_DEFAULTS.maxDurationMs);
  return (
    <div className="side-by-side">
      <NumberInput
        label={words.maxDuration}
        min={1}
        value={ms === undefined ? "" : ms / UNITS[unit]}
        placeholder={String(FLOW_DEFAULTS.maxDurationMs / UNITS[unit])}
        readOnly={readOnly}
        onChange={(next) =>
          props.onChange(next === "" ? undefined : Math.max(1000, Math.round(Number(next) * UNITS[unit])))
        }
      />
      <Select
        label={words.unit}
        data={UNIT_NAMES.map((name) => ({ value: name, label: words.unit_[name] }))}
        value={unit}
        readOnly={readOnly}
        allowDeselect={false}
        onChange={(next) => {
          const chosen = UNIT_NAMES.find((name) => name === next);
          const amount = (ms ?? FLOW_DEFAULTS.maxDurationMs) / UNITS[unit];
          if (chosen) props.onChange(amount * UNITS[chosen]);
        }}
      />
    </div>
  );
}

function unitOf(ms: number): Unit {
  return UNIT_NAMES.findLast((name) => ms % UNITS[name] === 0) ?? "minutes";
}
