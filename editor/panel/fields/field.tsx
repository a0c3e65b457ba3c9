import { memo } from "react";
import { fieldOf } from "../../../engine/core/plain-data.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { problemsAt } from "../form/faults.ts";
import { descriptionOf, titleOf } from "../form/read-schema.ts";
import { type WidgetName, widgetOf } from "../form/widget-of.ts";
import { panelWords } from "../words.ts";
import { DataSwitch, takesData, usesData } from "./data-switch.tsx";
import { FieldFrame } from "./field-frame.tsx";
import { type FieldProps, useForm, useFormProblems } from "./form.tsx";
import { Hint } from "./hint.tsx";

/** Widgets that draw their parts as fields, each with its own problems. */
const SHOWS_PARTS: ReadonlySet<WidgetName> = new Set(["list", "duration", "pairs", "cases", "conditions"]);

/** Widgets whose own words say what they are, so that the label is only read aloud. */
const NAMES_ITSELF: ReadonlySet<WidgetName> = new Set(["toggle"]);

/** Widgets in whose place the schema explains how one would write it without them. */
const EXPLAINS_ITSELF: ReadonlySet<WidgetName> = new Set(["cron"]);

/** Data for all of it is not offered where it is for a part, nor where it would say what ways out there are. */
const NOT_OFFERED: ReadonlySet<WidgetName> = new Set(["duration", "keys", "choices"]);

/** One parameter: its label, whatever its schema asks for to fill it in, what is wrong with it, and what it does. */
export const Field = memo(function Field(props: FieldProps) {
  const { name, schema, required, path, value } = props;
  const form = useForm();
  const all = useFormProblems();
  const locale = useLocale();
  const words = useWords(panelWords);
  const title = props.title ?? titleOf(schema, name, locale);
  const widget = widgetOf(schema);
  const canTakeData = takesData(widget, schema);
  const asData = canTakeData && usesData(value);
  if (widget === "group" && !asData) return <form.Group {...props} title={title} />;
  // What has a default may always be left to it.
  const isNeeded = required && fieldOf(schema, "default") === undefined;
  const id = `${form.id}-${path.join("-")}`;
  const deep = !SHOWS_PARTS.has(widget);
  const problems = problemsAt(all, form.pointer, path, { deep });
  const Widget = form.widgets[asData || widget === "group" ? "template" : widget];
  const hint = EXPLAINS_ITSELF.has(widget) ? null : descriptionOf(schema, locale);
  const set = (next: unknown) => form.set(path, next, title);
  return (
    <FieldFrame
      id={id}
      title={title}
      hint={hint === null ? null : <Hint name={name} schema={schema} text={hint} />}
      mark={isNeeded && value === undefined ? words.required : null}
      problems={problems}
      quiet={NAMES_ITSELF.has(widget) && !asData}
      action={
        canTakeData &&
        (asData || !NOT_OFFERED.has(widget)) &&
        !form.readOnly && <DataSwitch id={id} used={asData} title={title} onChange={set} />
      }
    >
      <Widget
        id={id}
        labelId={`${id}-label`}
        path={path}
        schema={schema}
        required={isNeeded}
        value={value}
        title={title}
        invalid={problems.some(({ severity }) => severity === "error")}
        readOnly={form.readOnly}
        set={set}
      />
    </FieldFrame>
  );
}, isSame);

/** A path is made anew at each drawing; what it says is the same. */
function isSame(before: FieldProps, after: FieldProps): boolean {
  return (
    before.value === after.value &&
    before.schema === after.schema &&
    before.name === after.name &&
    before.title === after.title &&
    before.required === after.required &&
    before.path.join("/") === after.path.join("/")
  );
}
