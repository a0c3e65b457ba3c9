import { useCallback, useDeferredValue, useMemo } from "react";
import type { Problem } from "../../engine/core/check-tools.ts";
import type { FlowNode } from "../../engine/core/flow.ts";
import { isRecord } from "../../engine/core/plain-data.ts";
import { useRead } from "../api/queries.ts";
import { useDocument, useFlow, useFlowStore } from "../flow/flow-store.ts";
import { setParams } from "../model/edits.ts";
import { sampleFrom } from "../model/preview.ts";
import { type Variable, variablesAt } from "../model/variables.ts";
import { useLocale } from "../words/words.ts";
import type { Form } from "./fields/form.tsx";
import { GroupField } from "./fields/group-field.tsx";
import { withPart } from "./form/edit-value.ts";
import { paramsPointer } from "./form/faults.ts";
import type { Path } from "./form/read-schema.ts";
import { paramLabel } from "./undo-label.ts";
import { useSame } from "./use-same.ts";
import { WIDGETS } from "./widget-registry.tsx";

const NO_PARAMS = {};

/** The parameters of a node as a form. Every change is a step of the flow's history; typing in one field is one step. */
export function useNodeForm(node: FlowNode): Form {
  const store = useFlowStore();
  const flow = useDocument();
  const type = useFlow((state) => state.catalogue.get(node.type, node.version)) ?? null;
  const readOnly = useFlow((state) => state.locked !== null);
  const variables = useVariables(node.id);
  const sample = useMemo(() => sampleFrom(variables), [variables]);
  const language = useFlowLanguage();
  const schema = type?.params ?? NO_PARAMS;
  const pointer = paramsPointer(flow.nodes.findIndex(({ id }) => id === node.id));
  const set = useCallback(
    (path: Path, value: unknown, title: string) => {
      const { change, catalogue } = store.getState();
      change(
        paramLabel(title),
        (before) => {
          const params = before.nodes.find(({ id }) => id === node.id)?.data.params;
          const next = withPart(schema, params, path, value);
          return setParams(before, node.id, isRecord(next) ? next : {}, catalogue);
        },
        { mergeKey: `${node.id}/${path.join("/")}` },
      );
    },
    [store, node.id, schema],
  );
  return useMemo(
    () => ({
      id: `p-${node.id}`,
      type,
      schema,
      pointer,
      readOnly,
      variables,
      sample,
      language,
      widgets: WIDGETS,
      Group: GroupField,
      set,
    }),
    [node.id, type, schema, pointer, readOnly, variables, sample, language, set],
  );
}

/** What is wrong with a node; the same list for as long as that is the same. */
export function useNodeProblems(nodeId: string): readonly Problem[] {
  const problems = useFlow((state) => state.problems);
  return useSame(problems.filter((problem) => problem.nodeId === nodeId));
}

/** What a template in the node can see. A little behind the typing, which it must not slow down. */
export function useVariables(nodeId: string): readonly Variable[] {
  const flow = useDeferredValue(useDocument());
  const catalogue = useFlow((state) => state.catalogue);
  const locale = useLocale();
  return useSame(
    useMemo(() => variablesAt(flow, nodeId, catalogue, locale), [flow, nodeId, catalogue, locale]),
  );
}

/** What the flow speaks: its own language, else the business's. */
function useFlowLanguage(): string {
  const { settings } = useDocument();
  const { data } = useRead("readMe", {}, { staleTime: 600_000 });
  const tenant = data?.tenant.locale ?? "es";
  const own = settings.locale ?? tenant;
  // `es` alone says less than `es-CO` of a tenant that speaks Spanish, too.
  return tenant.startsWith(`${own}-`) ? tenant : own;
}
