import type { Problem } from "../../engine/core/check-tools.ts";
import { useRead } from "../api/queries.ts";
import { useDocument, useFlow } from "../flow/flow-store.ts";
import { optionSourceAt } from "../model/fix-params.ts";
import { type Fix, fixesFor } from "../model/fixes.ts";
import { sourceOf } from "../panel/widgets/option-source.ts";

const OFFERED = 3;

/** What one click can do about a problem; where a field names something of the tenant's, only with what there is. */
export function useFixes(problem: Problem): readonly Fix[] {
  const flow = useDocument();
  const catalogue = useFlow((state) => state.catalogue);
  const source = sourceOf(optionSourceAt({ problem, flow, catalogue }));
  const { data } = useRead(
    "listOptions",
    { path: { source: source ?? "templates" }, query: { limit: OFFERED } },
    { enabled: source !== null, staleTime: 30_000 },
  );
  const known = source === null ? {} : { [source]: (data?.items ?? []).map(({ value }) => value) };
  return fixesFor(problem, flow, catalogue, known);
}
