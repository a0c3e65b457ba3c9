import type { Problem } from "../../../engine/core/check-tools.ts";
import { isWithin, pointerOf } from "../../../engine/core/json-pointer.ts";
import { layoutOf } from "./form-layout.ts";
import type { Path } from "./read-schema.ts";

/** Where the parameters of the node at this place of the document are. */
export function paramsPointer(nodeIndex: number): string {
  return pointerOf(["nodes", nodeIndex, "data", "params"]);
}

/** The problems of a part. `deep`: of all that is in it too, for one that shows no parts of its own. */
export function problemsAt(
  problems: readonly Problem[],
  base: string,
  path: Path,
  { deep }: { readonly deep: boolean },
): readonly Problem[] {
  const pointer = `${base}${pointerOf(path)}`;
  return problems.filter((problem) => (deep ? isWithin(problem.path, pointer) : problem.path === pointer));
}

/** Problems in parameters that no field shows, because the schema has none of the name. */
export function strayProblems(form: {
  readonly problems: readonly Problem[];
  readonly base: string;
  readonly schema: object;
  readonly value: Readonly<Record<string, unknown>>;
}): readonly Problem[] {
  const { problems, base, schema, value } = form;
  const { main, groups } = layoutOf(schema, value);
  const shown = [...main, ...groups.flatMap(({ fields }) => fields)].map(
    ({ name }) => `${base}${pointerOf([name])}`,
  );
  return problems.filter(
    ({ path }) => isWithin(path, base) && !shown.some((pointer) => isWithin(path, pointer)),
  );
}
