import { FieldProblems } from "./fields/field-problems.tsx";
import { useForm, useFormProblems, useFormValue } from "./fields/form.tsx";
import { strayProblems } from "./form/faults.ts";

/** Problems of parameters that the form does not draw: unknown ones, which can be taken away from here. */
export function UnknownParams() {
  const { pointer, schema } = useForm();
  const problems = useFormProblems();
  const value = useFormValue();
  const stray = strayProblems({ problems, base: pointer, schema, value });
  return stray.length === 0 ? null : <FieldProblems problems={stray} />;
}
