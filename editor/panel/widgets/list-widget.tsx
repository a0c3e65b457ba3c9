import { ActionIcon, Button } from "@mantine/core";
import { IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { useWords } from "../../words/words.ts";
import { Field } from "../fields/field.tsx";
import { Fields } from "../fields/fields.tsx";
import { useForm, type WidgetProps } from "../fields/form.tsx";
import { itemsOf, numberKeyword } from "../form/read-schema.ts";
import { startingEntry } from "../form/starting-entry.ts";
import { widgetOf } from "../form/widget-of.ts";
import { panelWords } from "../words.ts";

/** Entries of one kind, one under the other. */
export function ListWidget(props: WidgetProps) {
  const { schema, readOnly, title } = props;
  const words = useWords(panelWords);
  const items = itemsOf(schema) ?? {};
  const list: readonly unknown[] = Array.isArray(props.value) ? props.value : [];
  const ports = useForm().type?.ports ?? [];
  const least = numberKeyword(schema, "minItems") ?? 0;
  const most = numberKeyword(schema, "maxItems") ?? Number.POSITIVE_INFINITY;
  const set = (next: readonly unknown[]) => {
    const none = next.length === 0 && !props.required;
    props.set(none ? undefined : next);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name is the label of the field, outside of it
    <div role="group" aria-labelledby={props.labelId} id={props.id} tabIndex={-1} className="list">
      {list.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place
        <div key={index} className="list-entry">
          <div className="list-body">
            <Entry {...props} items={items} index={index} value={value} />
          </div>
          {!readOnly && (
            <div className="list-tools">
              {index > 0 && (
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={words.moveUp(`${title} ${index + 1}`)}
                  onClick={() => set(list.toSpliced(index, 1).toSpliced(index - 1, 0, value))}
                >
                  <IconArrowUp size={14} />
                </ActionIcon>
              )}
              {list.length > least && (
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={words.removeEntry(`${title} ${index + 1}`)}
                  onClick={() => set(list.toSpliced(index, 1))}
                >
                  <IconX size={14} />
                </ActionIcon>
              )}
            </div>
          )}
        </div>
      ))}
      {!readOnly && list.length < most && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          aria-label={words.add(title)}
          onClick={() => set([...list, startingEntry(items, list, { path: props.path, ports })])}
        >
          {words.addEntry}
        </Button>
      )}
    </div>
  );
}

function Entry(props: WidgetProps & { readonly items: object; readonly index: number }) {
  const { items, index, value, path } = props;
  const words = useWords(panelWords);
  const at = [...path, index];
  if (widgetOf(items) === "group") return <Fields schema={items} value={value} path={at} />;
  return (
    <Field
      name={String(index)}
      title={words.entry(index + 1)}
      schema={items}
      required
      path={at}
      value={value}
    />
  );
}
