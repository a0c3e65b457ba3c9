import { fieldOf, isRecord } from "../../../engine/core/plain-data.ts";
import { type FieldPlace, layoutOf } from "../form/form-layout.ts";
import type { Path } from "../form/read-schema.ts";
import { Field } from "./field.tsx";
import { Fold } from "./fold.tsx";

/** The parameters of an object in the order a person thinks, the rarer ones folded. */
export function Fields(props: { readonly schema: object; readonly value: unknown; readonly path: Path }) {
  const { schema, path } = props;
  const value = isRecord(props.value) ? props.value : {};
  const { main, groups } = layoutOf(schema, value);
  const draw = ({ name, schema: part, required }: FieldPlace) => (
    <Field
      key={name}
      name={name}
      schema={part}
      required={required}
      path={[...path, name]}
      value={fieldOf(value, name)}
    />
  );
  return (
    <>
      {main.map(draw)}
      {groups.map(({ name, fields }) => (
        <Fold key={name} name={name} fields={fields} value={value} path={path}>
          {fields.map(draw)}
        </Fold>
      ))}
    </>
  );
}
