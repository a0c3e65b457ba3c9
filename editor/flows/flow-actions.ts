import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiFailure, call } from "../api/client.ts";
import { useNodeTypes } from "../api/node-types.ts";
import { useRewriteItems } from "../api/pages.ts";
import { useChange } from "../api/queries.ts";
import { exportBundle } from "../model/bundle.ts";
import { flowKey } from "../model/flow-key.ts";
import { saveFile } from "../ui/save-file.ts";
import { tellDone } from "../ui/tell.ts";
import { useWords } from "../words/words.ts";
import { createUnderFreeKey } from "./create-flow.ts";
import type { FlowItem } from "./flow-item.ts";
import { flowsWords } from "./words.ts";

const MAX_NAME = 120;

/** Makes a draft beside a flow, of the same content. */
export function useDuplicateFlow(): (flow: Pick<FlowItem, "key" | "name">) => void {
  const words = useWords(flowsWords);
  const client = useQueryClient();
  const { mutate } = useMutation<string, ApiFailure, Pick<FlowItem, "key" | "name">>({
    async mutationFn({ key, name }) {
      const { data } = await call("readFlow", { path: { key } });
      const copy = words.copyOf(name).slice(0, MAX_NAME);
      await createUnderFreeKey((taken) => ({ ...data.draft, key: flowKey(copy, taken), name: copy }));
      return copy;
    },
    async onSuccess(copy) {
      tellDone(words.duplicated(copy));
      await client.invalidateQueries({ queryKey: ["listFlows"] });
    },
  });
  return (flow) => mutate(flow);
}

/** Has the browser keep a flow as a file that any tenant may take over. */
export function useExportFlow(): (key: string) => void {
  const catalogue = useNodeTypes();
  const { mutate } = useMutation<void, ApiFailure, string>({
    async mutationFn(key) {
      const { data } = await call("readFlow", { path: { key } });
      saveFile(`${key}.centralita.json`, exportBundle(data.draft, catalogue), "application/json");
    },
  });
  return (key) => mutate(key);
}

/** The row goes at once, and comes back where the server refuses. */
export function useDeleteFlow(): (key: string) => void {
  const { mutateAsync } = useChange("deleteFlow", ["listFlows"]);
  const rewrite = useRewriteItems("listFlows");
  return (key) => {
    const putBack = rewrite((flow) => (flow.key === key ? null : flow));
    // A promise, for callbacks of `mutate` are lost once the component that called it is gone, as a removed row is.
    mutateAsync({ path: { key } }).catch(putBack);
  };
}
