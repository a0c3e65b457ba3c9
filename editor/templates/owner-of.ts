import { useRead } from "../api/queries.ts";
import { useWords } from "../words/words.ts";
import type { Template } from "./template-status.tsx";
import { templatesWords } from "./words.ts";

/** Whose a version is, in words: the company's, a group's, a store's. */
export function useOwnerWords(): (template: Pick<Template, "groupId" | "storeId">) => string {
  const words = useWords(templatesWords);
  const groups = useRead("listStoreGroups", { query: { limit: 200 } }, { staleTime: 60_000 });
  const stores = useRead("listStores", { query: { limit: 200 } }, { staleTime: 60_000 });
  return ({ groupId, storeId }) => {
    if (storeId !== null)
      return words.owner.store(stores.data?.items.find(({ id }) => id === storeId)?.name ?? storeId);
    if (groupId !== null)
      return words.owner.group(groups.data?.items.find(({ id }) => id === groupId)?.name ?? groupId);
    return words.owner.tenant;
  };
}
