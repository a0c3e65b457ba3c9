import { Select, TextInput } from "@mantine/core";
import { CONDITION_OPERATORS, type Condition } from "../../../engine/core/conditions.ts";
import { inLocale } from "../../model/words.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { OPERATOR_GROUPS, OPERATOR_WORDS } from "../condition-words.ts";
import { usesData } from "../fields/data-switch.tsx";
import { ProblemsOf } from "../fields/problems-of.tsx";
import type { Path } from "../form/read-schema.ts";
import { TemplateEditor } from "../template/template-editor.tsx";
import { panelWords } from "../words.ts";
import { rightSideOf, withOperator } from "./conditions-value.ts";
import { textOf } from "./text-widget.tsx";

/** What is tested, how, and against what. */
export function ConditionRow(props: {
  readonly id: string;
  readonly path: Path;
  readonly title: string;
  readonly condition: Condition;
  readonly readOnly: boolean;
  onChange(condition: Condition): void;
}) {
  const { id, condition, readOnly, title } = props;
  const words = useWords(panelWords);
  const locale = useLocale();
  return (
    <div className="condition">
      <span className="visually-hidden" id={`${id}-left-label`}>
        {title}: {words.left}
      </span>
      <TemplateEditor
        id={`${id}-left`}
        labelId={`${id}-left-label`}
        title={`${title}: ${words.left}`}
        value={textOf(condition.left)}
        lines="one"
        invalid={false}
        readOnly={readOnly}
        placeholder={words.left}
        onChange={(left) => props.onChange({ ...condition, left })}
      />
      <Select
        size="xs"
        aria-label={`${title}: ${words.operator}`}
        data={OPERATOR_GROUPS.map(({ title: group, operators }) => ({
          group: inLocale(group, locale),
          items: operators.map((operator) => ({
            value: operator,
            label: inLocale(OPERATOR_WORDS[operator], locale),
          })),
        }))}
        value={condition.operator}
        readOnly={readOnly}
        allowDeselect={false}
        maxDropdownHeight={320}
        comboboxProps={{ withinPortal: true }}
        onChange={(next) => {
          const operator = CONDITION_OPERATORS.find((each) => each === next);
          if (operator) props.onChange(withOperator(condition, operator));
        }}
      />
      <RightSide {...props} />
      <ProblemsOf paths={[props.path]} deep />
    </div>
  );
}

function RightSide(props: Parameters<typeof ConditionRow>[0]) {
  const { id, condition, readOnly, title } = props;
  const words = useWords(panelWords);
  const side = rightSideOf(condition.operator);
  if (side === "none") return null;
  const value = textOf(condition.right);
  const set = (right: string) => props.onChange({ ...condition, right });
  if ((side === "date" || side === "time") && !usesData(value)) {
    return (
      <TextInput
        size="xs"
        type={side}
        aria-label={`${title}: ${words.right}`}
        value={value}
        readOnly={readOnly}
        onChange={(event) => set(event.currentTarget.value)}
      />
    );
  }
  return (
    <>
      <span className="visually-hidden" id={`${id}-right-label`}>
        {title}: {words.right}
      </span>
      <TemplateEditor
        id={`${id}-right`}
        labelId={`${id}-right-label`}
        title={`${title}: ${words.right}`}
        value={value}
        lines="one"
        invalid={false}
        readOnly={readOnly}
        placeholder={side === "list" ? words.rightList : words.right}
        onChange={set}
      />
    </>
  );
}
