import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { fieldOf, isRecord } from "../../../engine/core/plain-data.ts";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { ProblemsOf } from "../fields/problems-of.tsx";
import { itemsOf, propertyOf, textKeyword } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";
import { ConditionGroupEditor } from "./condition-group.tsx";
import { EMPTY_GROUP, groupOf } from "./conditions-value.ts";
import { followsLabel, portNameFor } from "./port-name.ts";
import { textOf } from "./text-widget.tsx";

/** Ways out, each with the conditions under which it is taken; the first that holds wins. */
export function CasesWidget(props: WidgetProps) {
  const { readOnly } = props;
  const words = useWords(panelWords);
  const cases: readonly unknown[] = Array.isArray(props.value) ? props.value : [];
  const pattern = textKeyword(propertyOf(itemsOf(props.schema) ?? {}, "port") ?? {}, "pattern");
  const rules = (index: number) => ({
    pattern,
    taken: cases.flatMap((each, place) => (place === index ? [] : [textOf(fieldOf(each, "port"))])),
  });
  const rename = (index: number, label: string) => {
    const before = cases[index];
    const [port, old] = [textOf(fieldOf(before, "port")), textOf(fieldOf(before, "label"))];
    const fallback = `caso_${index + 1}`;
    const follows = followsLabel(port, old, fallback, rules(index));
    const next = follows ? portNameFor(label, fallback, rules(index)) : port;
    const { label: _old, ...rest } = isRecord(before) ? before : {};
    props.set(cases.with(index, label === "" ? { ...rest, port: next } : { ...rest, port: next, label }));
  };
  const add = () => {
    const label = words.caseNew(cases.length + 1);
    const port = portNameFor(label, `caso_${cases.length + 1}`, rules(-1));
    props.set([...cases, { port, label, when: EMPTY_GROUP }]);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name is the label of the field, outside of it
    <div role="group" aria-labelledby={props.labelId} id={props.id} tabIndex={-1} className="cards">
      {cases.map((each, index) => {
        const port = textOf(fieldOf(each, "port"));
        const label = textOf(fieldOf(each, "label"));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a port is renamed while its label is typed
          <div key={index} className="form-card">
            <div className="card-top">
              <TextInput
                className="form-card-title"
                aria-label={words.caseName}
                value={label}
                placeholder={port}
                readOnly={readOnly}
                onChange={(event) => rename(index, event.currentTarget.value)}
              />
              {!readOnly && (
                <CardTools
                  title={label === "" ? port : label}
                  up={
                    index === 0
                      ? null
                      : () => props.set(cases.toSpliced(index, 1).toSpliced(index - 1, 0, each))
                  }
                  remove={cases.length === 1 ? null : () => props.set(cases.toSpliced(index, 1))}
                />
              )}
            </div>
            <ProblemsOf
              paths={[
                [...props.path, index],
                [...props.path, index, "port"],
                [...props.path, index, "label"],
              ]}
              deep={false}
            />
            <ConditionGroupEditor
              id={`${props.id}-${index}`}
              path={[...props.path, index, "when"]}
              group={groupOf(fieldOf(each, "when"))}
              depth={1}
              readOnly={readOnly}
              onChange={(when) =>
                props.set(cases.with(index, { ...(isRecord(each) ? each : { port }), when }))
              }
            />
          </div>
        );
      })}
      {!readOnly && (
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={add}>
          {words.addCase}
        </Button>
      )}
    </div>
  );
}

export function CardTools(props: {
  readonly title: string;
  readonly up: (() => void) | null;
  readonly remove: (() => void) | null;
}) {
  const words = useWords(panelWords);
  return (
    <div className="card-tools">
      {props.up && (
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={words.moveUp(props.title)}
          onClick={props.up}
        >
          <IconArrowUp size={14} />
        </ActionIcon>
      )}
      {props.remove && (
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={words.removeEntry(props.title)}
          onClick={props.remove}
        >
          <IconX size={14} />
        </ActionIcon>
      )}
    </div>
  );
}
