import { Button, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { fieldOf, isRecord } from "../../../engine/core/plain-data.ts";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { itemsOf, numberKeyword, propertyOf, textKeyword } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";
import { CardTools } from "./cases-widget.tsx";
import { followsLabel, portNameFor } from "./port-name.ts";
import { textOf } from "./text-widget.tsx";

const MOST_BUTTONS = 3;

/** Buttons or lines somebody chooses from in a chat; each is a way out. */
export function ChoicesWidget(props: WidgetProps) {
  const { readOnly } = props;
  const words = useWords(panelWords);
  const choices: readonly unknown[] = Array.isArray(props.value) ? props.value : [];
  const items = itemsOf(props.schema) ?? {};
  const pattern = textKeyword(propertyOf(items, "id") ?? {}, "pattern");
  const longest = numberKeyword(propertyOf(items, "title") ?? {}, "maxLength") ?? 24;
  const most = numberKeyword(props.schema, "maxItems") ?? 10;
  const rules = (index: number) => ({
    pattern,
    taken: choices.flatMap((each, place) => (place === index ? [] : [textOf(fieldOf(each, "id"))])),
  });
  const set = (next: readonly unknown[]) => {
    const none = next.length === 0 && !props.required;
    props.set(none ? undefined : next);
  };
  const rename = (index: number, title: string) => {
    const before = choices[index];
    const fallback = `opcion_${index + 1}`;
    const [id, old] = [textOf(fieldOf(before, "id")), textOf(fieldOf(before, "title"))];
    const next = followsLabel(id, old, fallback, rules(index))
      ? portNameFor(title, fallback, rules(index))
      : id;
    set(choices.with(index, { ...(isRecord(before) ? before : {}), id: next, title }));
  };
  const add = () => {
    const title = words.choiceNew(choices.length + 1);
    set([...choices, { id: portNameFor(title, `opcion_${choices.length + 1}`, rules(-1)), title }]);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name is the label of the field, outside of it
    <div role="group" aria-labelledby={props.labelId} id={props.id} tabIndex={-1} className="cards">
      {choices.map((each, index) => {
        const title = textOf(fieldOf(each, "title"));
        const isList = choices.length > MOST_BUTTONS;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an id is renamed while its title is typed
          <div key={index} className="choice">
            <div className="card-top">
              <TextInput
                className="form-card-title"
                aria-label={`${words.choiceTitle} (${index + 1})`}
                value={title}
                maxLength={longest}
                readOnly={readOnly}
                rightSection={<span className="counter">{longest - title.length}</span>}
                onChange={(event) => rename(index, event.currentTarget.value)}
              />
              {!readOnly && (
                <CardTools
                  title={title}
                  up={
                    index === 0 ? null : () => set(choices.toSpliced(index, 1).toSpliced(index - 1, 0, each))
                  }
                  remove={() => set(choices.toSpliced(index, 1))}
                />
              )}
            </div>
            {isList && (
              <TextInput
                size="xs"
                aria-label={`${title}: ${words.choiceText}`}
                placeholder={words.choiceText}
                maxLength={72}
                value={textOf(fieldOf(each, "description"))}
                readOnly={readOnly}
                onChange={(event) => {
                  const { description: _old, ...rest } = isRecord(each) ? each : {};
                  const text = event.currentTarget.value;
                  set(choices.with(index, text === "" ? rest : { ...rest, description: text }));
                }}
              />
            )}
          </div>
        );
      })}
      {!readOnly && choices.length < most && (
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={add}>
          {words.addChoice}
        </Button>
      )}
      {choices.length > 0 && (
        <p className="field-hint">{choices.length > MOST_BUTTONS ? words.listNote : words.buttonsNote}</p>
      )}
    </div>
  );
}
