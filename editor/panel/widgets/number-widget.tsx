import { NumberInput } from "@mantine/core";
import { fieldOf } from "../../../engine/core/plain-data.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { defaultText } from "../form/default-text.ts";
import { numberKeyword } from "../form/read-schema.ts";

export function NumberWidget(props: WidgetProps) {
  const { schema, value } = props;
  const least = numberKeyword(schema, "minimum");
  const most = numberKeyword(schema, "maximum");
  return (
    <NumberInput
      id={props.id}
      maw={160}
      value={typeof value === "number" || typeof value === "string" ? value : ""}
      placeholder={defaultText(schema) ?? ""}
      error={props.invalid}
      readOnly={props.readOnly}
      allowDecimal={fieldOf(schema, "type") !== "integer"}
      allowNegative={least === null || least < 0}
      {...(least === null ? {} : { min: least })}
      {...(most === null ? {} : { max: most })}
      // What is out of bounds is told, not changed under the fingers of whoever types.
      clampBehavior="none"
      onChange={(next) => props.set(next === "" ? undefined : Number(next))}
    />
  );
}
