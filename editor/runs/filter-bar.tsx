import { Button, Chip, Group, Tooltip } from "@mantine/core";
import { IconFilterOff } from "@tabler/icons-react";
import { FlowSelect } from "../ui/flow-select.tsx";
import { useWords } from "../words/words.ts";
import { PersonFilter } from "./person-filter.tsx";
import { isFiltered, PERIODS, type RunFilter, STATES } from "./run-filter.ts";
import { runsWords } from "./words.ts";

const NO_FILTER: RunFilter = { state: null, deadLetter: false, flow: null, contact: null, period: null };

/** What the list is to show; what is chosen twice is taken back. */
export function FilterBar(props: {
  readonly filter: RunFilter;
  readonly onChange: (filter: RunFilter) => void;
}) {
  const words = useWords(runsWords);
  const { filter, onChange } = props;
  const change = (part: Partial<RunFilter>) => onChange({ ...filter, ...part });
  return (
    <section className="filter-bar" aria-label={words.filters}>
      <Group gap={6} className="filter-chips">
        {STATES.map((state) => (
          <Chip
            key={state}
            size="sm"
            variant="light"
            checked={filter.state === state}
            onChange={(on) => change({ state: on ? state : null, deadLetter: false })}
          >
            {words.states[state]}
          </Chip>
        ))}
        <Tooltip label={words.deadLetterText} openDelay={400}>
          <Chip
            size="sm"
            variant="light"
            color="red"
            checked={filter.deadLetter}
            onChange={(on) => change({ deadLetter: on, state: null })}
          >
            {words.deadLetter}
          </Chip>
        </Tooltip>
        <span className="filter-rule" />
        {PERIODS.map((period) => (
          <Chip
            key={period}
            size="sm"
            variant="light"
            checked={filter.period === period}
            onChange={(on) => change({ period: on ? period : null })}
          >
            {words.periods[period]}
          </Chip>
        ))}
      </Group>
      <Group gap={8} className="filter-fields">
        <div className="filter-flow">
          <FlowSelect
            label={words.flow}
            hideLabel
            placeholder={words.anyFlow}
            value={filter.flow}
            onChange={(flow) => change({ flow })}
          />
        </div>
        <PersonFilter value={filter.contact} onChange={(contact) => change({ contact })} />
        {isFiltered(filter) && (
          <Button
            size="sm"
            variant="subtle"
            color="gray"
            leftSection={<IconFilterOff size={16} />}
            onClick={() => onChange(NO_FILTER)}
          >
            {words.clear}
          </Button>
        )}
      </Group>
    </section>
  );
}
