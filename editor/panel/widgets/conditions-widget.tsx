import type { ConditionGroup } from "../../../engine/core/conditions.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { ConditionGroupEditor } from "./condition-group.tsx";
import { groupOf } from "./conditions-value.ts";

/** Conditions, and groups of them. */
export function ConditionsWidget(props: WidgetProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name is the label of the field, outside of it
    <div role="group" aria-labelledby={props.labelId} id={props.id} tabIndex={-1}>
      <ConditionGroupEditor
        id={props.id}
        path={props.path}
        group={groupOf(props.value)}
        depth={1}
        readOnly={props.readOnly}
        onChange={(group: ConditionGroup) => props.set(group)}
      />
    </div>
  );
}
