import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useLocale, useWords } from "../../words/words.ts";
import { problemsAt } from "../form/faults.ts";
import { descriptionOf } from "../form/read-schema.ts";
import { startingValue } from "../form/starting-value.ts";
import { panelWords } from "../words.ts";
import { FieldProblems } from "./field-problems.tsx";
import { Fields } from "./fields.tsx";
import { type FieldProps, useForm, useFormProblems } from "./form.tsx";
import { Hint } from "./hint.tsx";

/** Parameters that belong together. One that may be left out is a button until somebody wants it. */
export function GroupField(props: FieldProps & { readonly title: string }) {
  const { name, schema, value, path, title, required } = props;
  const form = useForm();
  const all = useFormProblems();
  const words = useWords(panelWords);
  const locale = useLocale();
  if (value === undefined && !required) {
    if (form.readOnly) return null;
    return (
      <Button
        className="add-group"
        size="compact-sm"
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        onClick={() => form.set(path, startingValue(schema), title)}
      >
        {words.add(title)}
      </Button>
    );
  }
  const problems = problemsAt(all, form.pointer, path, { deep: false });
  const hint = descriptionOf(schema, locale);
  return (
    <fieldset className="field-group">
      <legend className="group-title">{title}</legend>
      {!required && !form.readOnly && (
        <Tooltip label={words.removeEntry(title)}>
          <ActionIcon
            className="group-remove"
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={words.removeEntry(title)}
            onClick={() => form.set(path, undefined, title)}
          >
            <IconX size={14} />
          </ActionIcon>
        </Tooltip>
      )}
      {hint !== null && (
        <p className="field-hint">
          <Hint name={name} schema={schema} text={hint} />
        </p>
      )}
      {problems.length > 0 && <FieldProblems problems={problems} />}
      <Fields schema={schema} value={value} path={path} />
    </fieldset>
  );
}
