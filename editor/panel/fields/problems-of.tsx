import { problemsAt } from "../form/faults.ts";
import type { Path } from "../form/read-schema.ts";
import { FieldProblems } from "./field-problems.tsx";
import { useForm, useFormProblems } from "./form.tsx";

/** What is wrong with these parts, for widgets that show their parts without a frame around each. */
export function ProblemsOf(props: { readonly paths: readonly Path[]; readonly deep: boolean }) {
  const { pointer } = useForm();
  const problems = useFormProblems();
  const found = props.paths.flatMap((path) => problemsAt(problems, pointer, path, { deep: props.deep }));
  return found.length === 0 ? null : <FieldProblems problems={found} />;
}
