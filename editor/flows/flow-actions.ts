import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiFailure, call } from "../api/client.ts";
import { useRewriteItems } from "../api/pages.ts";
import { useChange } from "../api/queries.ts";
import { flowKey } from "../model/flow-key.ts";
import { tellDone } from "../ui/tell.ts";
import { useWords } from "../words/words.ts";
import type { FlowItem } from "./flow-row.tsx";
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

type Draft = Parameters<typeof createDraft>[0];

async function createDraft(body: NonNullable<Parameters<typeof call<"createFlow">>[1]>["body"]) {
  return (await call("createFlow", body === undefined ? {} : { body })).data;
}

/** Asks for a key again for as long as the one it got is taken. */
export async function createUnderFreeKey(draftWith: (taken: readonly string[]) => Draft) {
  const taken: string[] = [];
  for (;;) {
    const draft = draftWith(taken);
    try {
      return await createDraft(draft);
    } catch (error) {
      const isTaken = error instanceof ApiFailure && error.code === "REVISION_CONFLICT";
      if (!isTaken || draft === undefined || taken.includes(draft.key)) throw error;
      taken.push(draft.key);
    }
  }
}

/** The row goes at once, and comes back where the server refuses. */
export function useDeleteFlow(): (key: string) => void {
  const { mutate } = useChange("deleteFlow", ["listFlows"]);
  const rewrite = useRewriteItems("listFlows");
  return (key) => {
    const putBack = rewrite((flow) => (flow.key === key ? null : flow));
    mutate({ path: { key } }, { onError: putBack });
  };
}

export { useExportFlow } from "./export-flow.ts";
