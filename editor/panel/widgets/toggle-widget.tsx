import { Switch } from "@mantine/core";
import { fieldOf } from "../../../engine/core/plain-data.ts";
import type { WidgetProps } from "../fields/form.tsx";

export function ToggleWidget(props: WidgetProps) {
  const value = props.value ?? fieldOf(props.schema, "default") ?? false;
  return (
    <Switch
      id={props.id}
      label={props.title}
      checked={value === true || value === "true"}
      disabled={props.readOnly}
      error={props.invalid}
      onChange={(event) => props.set(event.currentTarget.checked)}
    />
  );
}
