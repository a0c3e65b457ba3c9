import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useWords } from "../../words/words.ts";
import { FieldProblems } from "../fields/field-problems.tsx";
import { useForm, useFormProblems, useNeighbours, type WidgetProps } from "../fields/form.tsx";
import { problemsAt } from "../form/faults.ts";
import { freeValuesOf, itemsOf, propertiesOf, propertyOf, textKeyword } from "../form/read-schema.ts";
import { widgetOf } from "../form/widget-of.ts";
import { panelWords } from "../words.ts";
import { useOption } from "./option-source.ts";
import { freshPairName, type Pair, type PairsForm, pairsFormOf, pairsOf, pairsValue } from "./pairs-value.ts";
import { textOf } from "./text-widget.tsx";

/** Names and their values. Beside a template, the names are those it needs. */
export function PairsWidget(props: WidgetProps) {
  const { schema, readOnly, title } = props;
  const words = useWords(panelWords);
  const { value } = props;
  const pairs = pairsOf(value);
  const form = pairsFormOf(schema, value);
  const wanted = useWantedNames(props);
  const missing = wanted.filter((name) => !pairs.some((pair) => pair.name === name));
  const set = (next: readonly Pair[]) => {
    const kept = pairsValue(next, form, value);
    const needed = props.required;
    props.set(kept ?? (needed ? (form === "list" ? [] : {}) : undefined));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name is the label of the field, outside of it
    <div role="group" aria-labelledby={props.labelId} id={props.id} tabIndex={-1} className="pairs">
      {pairs.map((pair, index) => (
        <PairRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a name changes while it is typed; its place does not
          key={index}
          {...props}
          pairs={pairs}
          index={index}
          isWanted={wanted.includes(pair.name)}
          form={form}
          setPairs={set}
        />
      ))}
      {missing.map((name) => (
        <PairRow
          key={name}
          {...props}
          pairs={[...pairs, { name, value: undefined }]}
          index={pairs.length}
          isWanted
          form={form}
          setPairs={set}
        />
      ))}
      {!readOnly && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          aria-label={words.add(title)}
          onClick={() => set([...pairs, { name: freshPairName(pairs, "dato"), value: "" }])}
        >
          {words.addEntry}
        </Button>
      )}
    </div>
  );
}

interface RowProps extends WidgetProps {
  readonly pairs: readonly Pair[];
  readonly index: number;
  /** Its name is given. */
  readonly isWanted: boolean;
  readonly form: PairsForm;
  setPairs(pairs: readonly Pair[]): void;
}

function PairRow(props: RowProps) {
  const { pairs, index, readOnly, schema, isWanted } = props;
  const words = useWords(panelWords);
  const { widgets, pointer } = useForm();
  const all = useFormProblems();
  const [name, setName] = useState<string | null>(null);
  const pair = pairs[index] ?? { name: "", value: undefined };
  const id = `${props.id}-${isWanted ? pair.name : index}`;
  const valueSchema = valueSchemaOf(schema);
  const kind = widgetOf(valueSchema);
  const Widget = widgets[kind === "group" || kind === "value" ? "template" : kind];
  const change = (next: Pair) => props.setPairs(pairs.with(index, next));
  const path = [...props.path, ...(props.form === "list" ? [index, "value"] : [pair.name])];
  const entry = props.form === "list" ? path.slice(0, -1) : path;
  const problems = problemsAt(all, pointer, entry, { deep: true });
  const isTwice = name !== null && name !== pair.name && pairs.some((each) => each.name === name);
  return (
    <div className="pair">
      <div className="pair-top">
        {isWanted ? (
          <span className="pair-name" id={`${id}-label`}>
            {pair.name}
          </span>
        ) : (
          <TextInput
            aria-label={`${props.title} ${index + 1}: ${words.pairName}`}
            size="xs"
            className="pair-name-input"
            value={name ?? pair.name}
            error={isTwice}
            readOnly={readOnly}
            onChange={(event) => {
              const next = event.currentTarget.value;
              setName(next);
              // In an object a second one of the same name would swallow the first.
              if (next !== "" && !pairs.some((each, place) => place !== index && each.name === next))
                change({ ...pair, name: next });
            }}
            onBlur={() => setName(null)}
          />
        )}
        {!isWanted && !readOnly && (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={words.removeEntry(pair.name)}
            onClick={() => props.setPairs(pairs.toSpliced(index, 1))}
          >
            <IconX size={14} />
          </ActionIcon>
        )}
      </div>
      {isTwice && <p className="field-fault">{words.pairTwice}</p>}
      {!isWanted && (
        <span className="visually-hidden" id={`${id}-label`}>
          {pair.name}: {words.pairValue}
        </span>
      )}
      <Widget
        {...props}
        id={id}
        labelId={`${id}-label`}
        path={path}
        invalid={problems.some(({ severity }) => severity === "error")}
        schema={valueSchema}
        required
        value={pair.value}
        title={pair.name}
        set={(value) => change({ ...pair, value: value ?? "" })}
      />
      {problems.length > 0 && <FieldProblems problems={problems} />}
    </div>
  );
}

function valueSchemaOf(schema: object): object {
  const items = itemsOf(schema);
  return (items ? propertyOf(items, "value") : freeValuesOf(schema)) ?? {};
}

/** The variables of the template chosen beside these pairs. */
function useWantedNames({ path }: WidgetProps): readonly string[] {
  const parent = useNeighbours(path);
  const picker = propertiesOf(parent.schema).find(
    ([, part]) => textKeyword(part, "x-options") === "templates",
  );
  const key = picker ? textOf(Reflect.get(Object(parent.value), picker[0])) : "";
  const { option } = useOption("templates", key.includes("{{") ? "" : key);
  return option?.variables ?? [];
}
