import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { Flow } from "../../engine/core/flow.ts";
import { useFlow } from "../flow/flow-store.ts";
import { setVariables } from "../model/edits.ts";
import { freshId } from "../model/node-ids.ts";
import { useWords } from "../words/words.ts";
import { Foldable } from "./fields/fold.tsx";
import { bothWords } from "./undo-label.ts";
import { textOfValue, valueOfText } from "./variable-value.ts";
import { panelWords } from "./words.ts";

type Variable = NonNullable<Flow["variables"]>[number];

/** Values that all nodes of a flow share. */
export function FlowVariables({ flow, readOnly }: { readonly flow: Flow; readonly readOnly: boolean }) {
  const words = useWords(panelWords);
  const change = useFlow((state) => state.change);
  const variables = flow.variables ?? [];
  const set = (next: readonly Variable[], part: string) =>
    change(bothWords("undoVariables"), (before) => setVariables(before, [...next]), {
      mergeKey: `flow/variables/${part}`,
    });
  const add = () => {
    const key = freshId(words.variableNew, new Set(variables.map((each) => each.key)));
    set([...variables, { key }], `add/${key}`);
  };
  return (
    <Foldable
      title={words.variables}
      note={variables.length === 0 ? null : String(variables.length)}
      forced={variables.length > 0}
    >
      <p className="field-hint">{words.variablesText}</p>
      {variables.map((variable, index) => (
        <VariableCard
          // biome-ignore lint/suspicious/noArrayIndexKey: a key changes while it is typed
          key={index}
          variable={variable}
          readOnly={readOnly}
          onChange={(next) => set(variables.with(index, next), String(index))}
          onRemove={() => set(variables.toSpliced(index, 1), `remove/${variable.key}`)}
        />
      ))}
      {!readOnly && (
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={add}>
          {words.addVariable}
        </Button>
      )}
    </Foldable>
  );
}

function VariableCard(props: {
  readonly variable: Variable;
  readonly readOnly: boolean;
  onChange(variable: Variable): void;
  onRemove(): void;
}) {
  const { variable, readOnly } = props;
  const words = useWords(panelWords);
  return (
    <div className="form-card">
      <div className="card-top">
        <TextInput
          className="form-card-title mono"
          size="xs"
          aria-label={words.variableKey}
          value={variable.key}
          spellCheck={false}
          readOnly={readOnly}
          onChange={(event) => props.onChange({ ...variable, key: event.currentTarget.value })}
        />
        {!readOnly && (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={words.removeEntry(variable.key)}
            onClick={props.onRemove}
          >
            <IconX size={14} />
          </ActionIcon>
        )}
      </div>
      <TextInput
        size="xs"
        aria-label={`${variable.key}: ${words.variableDescription}`}
        placeholder={words.variableDescription}
        value={variable.description ?? ""}
        readOnly={readOnly}
        onChange={(event) => {
          const { description: _old, ...rest } = variable;
          const description = event.currentTarget.value;
          props.onChange(description === "" ? rest : { ...rest, description });
        }}
      />
      <TextInput
        size="xs"
        aria-label={`${variable.key}: ${words.variableDefault}`}
        placeholder={words.variableDefault}
        value={textOfValue(variable.default)}
        readOnly={readOnly}
        onChange={(event) => {
          const { default: old, ...rest } = variable;
          const next = valueOfText(event.currentTarget.value, old);
          props.onChange(next === undefined ? rest : { ...rest, default: next });
        }}
      />
    </div>
  );
}
