import { AppError } from "../errors.ts";
import { listIdOf } from "../ids.ts";
import type { ListsView, ListView } from "../plugin-api.ts";
import { fillFromContacts, type ListRow, openList, pageOfList, readList } from "../store/recipient-lists.ts";
import type { TenantDirectory } from "./directory.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

/** What a node sees of the tenant's lists. */
export function listsView(
  { db }: Runtime,
  { run }: Segment,
  stepKey: string,
  { rules }: TenantDirectory,
): ListsView {
  const { tenantId } = run;
  return {
    find: async (id) => viewOf(await db.asTenant(tenantId, (scope) => readList(scope, id))),
    page: (id, from, count) => db.asTenant(tenantId, (scope) => pageOfList(scope, id, { from, count })),
    async ofContacts({ storeId, ...choice }) {
      const id = listIdOf(stepKey);
      const consented = choice.purpose === "marketing" && rules.marketing === "require";
      const row = await db.asTenant(tenantId, async (scope) => {
        await openList(scope, { id, name: run.flowKey, fingerprint: run.id });
        const store = storeId === undefined ? {} : { lastStoreId: storeId };
        await fillFromContacts(scope, id, { ...choice, ...store, consented });
        return readList(scope, id);
      });
      const view = viewOf(row);
      if (view) return view;
      throw new AppError("INTERNAL", `The list ${id} was filled and is not there.`);
    },
  };
}

function viewOf(row: ListRow | undefined): ListView | null {
  if (!row || row.recipients === null) return null;
  const { id, recipients, duplicates, invalid, invalid_first: first } = row;
  return { id, recipients, duplicates, invalid, invalidFirst: first.map(({ value }) => value) };
}
