import { ActionIcon, Checkbox } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { fieldOf } from "../../../engine/core/plain-data.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { choiceLabel } from "../choice-words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { choicesOf, isScalar, itemsOf, type Scalar } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";

/** Some of a few values, in the order they count: WhatsApp first, then SMS. */
export function SeveralWidget(props: WidgetProps) {
  const { schema, readOnly } = props;
  const words = useWords(panelWords);
  const locale = useLocale();
  const name = String(props.path.at(-1));
  const choices = choicesOf(itemsOf(schema) ?? {}) ?? [];
  const chosen = chosenOf(props.value ?? fieldOf(schema, "default"));
  const set = (next: readonly Scalar[]) => {
    const none = next.length === 0 && !props.required;
    props.set(none ? undefined : next);
  };
  const rest = choices.filter((choice) => !chosen.includes(choice));
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name is the label of the field, outside of it
    <div role="group" aria-labelledby={props.labelId} className="several" id={props.id} tabIndex={-1}>
      {[...chosen, ...rest].map((choice) => {
        const index = chosen.indexOf(choice);
        const label = choiceLabel(name, choice, locale);
        return (
          <div key={String(choice)} className="several-row">
            <Checkbox
              label={label}
              checked={index >= 0}
              disabled={readOnly}
              onChange={() => set(index >= 0 ? chosen.toSpliced(index, 1) : [...chosen, choice])}
            />
            {chosen.length > 1 && index >= 0 && <span className="several-place">{index + 1}</span>}
            {index > 0 && !readOnly && (
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={words.moveUp(label)}
                onClick={() => set(chosen.toSpliced(index, 1).toSpliced(index - 1, 0, choice))}
              >
                <IconArrowUp size={14} />
              </ActionIcon>
            )}
          </div>
        );
      })}
    </div>
  );
}

function chosenOf(value: unknown): readonly Scalar[] {
  return Array.isArray(value) ? value.filter(isScalar) : [];
}
