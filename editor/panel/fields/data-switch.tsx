import { ActionIcon, Tooltip } from "@mantine/core";
import { IconBracesOff } from "@tabler/icons-react";
import { isVerbatim } from "../../../engine/core/part-schema.ts";
import { useWords } from "../../words/words.ts";
import type { WidgetName } from "../form/widget-of.ts";
import { DataMenu } from "../template/data-menu.tsx";
import { panelWords } from "../words.ts";

/** Widgets for fixed values in whose place data of the flow may stand: one value, or a whole list of them. */
const FIXED: ReadonlySet<WidgetName> = new Set([
  "number",
  "toggle",
  "select",
  "remote-select",
  "phone",
  "datetime",
  "timezone",
  "json",
  "list",
  "pairs",
  "several",
  "keys",
  "choices",
  "hours",
  "duration",
  "group",
]);

export function takesData(widget: WidgetName, schema: object): boolean {
  return FIXED.has(widget) && !isVerbatim(schema);
}

export function usesData(value: unknown): value is string {
  return typeof value === "string" && /\{\{|\{%/.test(value);
}

/** Between a fixed value and data of the flow. */
export function DataSwitch(props: {
  /** Of the control, which is another one after the switch and gets the focus. */
  readonly id: string;
  readonly used: boolean;
  readonly title: string;
  onChange(value: unknown): void;
}) {
  const words = useWords(panelWords);
  const change = (value: unknown) => {
    props.onChange(value);
    requestAnimationFrame(() => document.getElementById(props.id)?.focus());
  };
  if (!props.used) {
    return <DataMenu label={`${props.title}: ${words.useData}`} onPick={(path) => change(`{{ ${path} }}`)} />;
  }
  return (
    <Tooltip label={words.useFixed}>
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={`${props.title}: ${words.useFixed}`}
        onClick={() => change(undefined)}
      >
        <IconBracesOff size={15} />
      </ActionIcon>
    </Tooltip>
  );
}
