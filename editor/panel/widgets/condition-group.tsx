import { ActionIcon, Button, Group, SegmentedControl } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { Condition, ConditionGroup } from "../../../engine/core/conditions.ts";
import { useWords } from "../../words/words.ts";
import { ProblemsOf } from "../fields/problems-of.tsx";
import type { Path } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";
import { ConditionRow } from "./condition-row.tsx";
import { EMPTY_CONDITION, EMPTY_GROUP, isGroup, MAX_DEPTH } from "./conditions-value.ts";

/** Some conditions of which all or any must hold. */
export function ConditionGroupEditor(props: {
  readonly id: string;
  readonly path: Path;
  readonly group: ConditionGroup;
  readonly depth: number;
  readonly readOnly: boolean;
  onChange(group: ConditionGroup): void;
}) {
  const { id, path, group, depth, readOnly } = props;
  const words = useWords(panelWords);
  const { conditions, match } = group;
  const set = (next: ConditionGroup["conditions"]) => props.onChange({ ...group, conditions: next });
  const replace = (index: number, entry: Condition | ConditionGroup) => set(conditions.with(index, entry));
  return (
    <div className="conditions" data-depth={depth}>
      {conditions.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={words.match}
          data={[
            { value: "all", label: words.matchAll },
            { value: "any", label: words.matchAny },
          ]}
          value={match}
          readOnly={readOnly}
          onChange={(next) => props.onChange({ ...group, match: next === "any" ? "any" : "all" })}
        />
      )}
      {conditions.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
        <div key={index} className="condition-place">
          {index > 0 && <span className="condition-joint">{match === "any" ? words.or : words.and}</span>}
          <div className="condition-entry">
            <div className="condition-body">
              {isGroup(entry) ? (
                <ConditionGroupEditor
                  id={`${id}-${index}`}
                  path={[...path, "conditions", index]}
                  group={entry}
                  depth={depth + 1}
                  readOnly={readOnly}
                  onChange={(next) => replace(index, next)}
                />
              ) : (
                <ConditionRow
                  id={`${id}-${index}`}
                  path={[...path, "conditions", index]}
                  title={words.condition(index + 1)}
                  condition={entry}
                  readOnly={readOnly}
                  onChange={(next) => replace(index, next)}
                />
              )}
            </div>
            {!readOnly && conditions.length > 1 && (
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={words.removeEntry(isGroup(entry) ? words.group : words.condition(index + 1))}
                onClick={() => set(conditions.toSpliced(index, 1))}
              >
                <IconX size={14} />
              </ActionIcon>
            )}
          </div>
        </div>
      ))}
      <ProblemsOf paths={[path, [...path, "match"], [...path, "conditions"]]} deep={false} />
      {!readOnly && (
        <Group gap={4}>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} />}
            onClick={() => set([...conditions, EMPTY_CONDITION])}
          >
            {words.addCondition}
          </Button>
          {depth < MAX_DEPTH && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={<IconPlus size={13} />}
              onClick={() => set([...conditions, EMPTY_GROUP])}
            >
              {words.addGroup}
            </Button>
          )}
        </Group>
      )}
    </div>
  );
}
