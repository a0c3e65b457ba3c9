import { IconBuildingCommunity } from "@tabler/icons-react";
import { useState } from "react";
import { usePages } from "../api/pages.ts";
import { useRead } from "../api/queries.ts";
import { ListOf } from "../ui/list-of.tsx";
import { Row, RowName, Rows } from "../ui/rows.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useWords } from "../words/words.ts";
import { type Group, GroupDrawer } from "./group-drawer.tsx";
import { useHoursInWords } from "./hours-in-words.ts";
import { hoursOf } from "./week.ts";
import { storesWords } from "./words.ts";

const COLUMNS = "minmax(0, 1.4fr) minmax(0, 2fr) 120px";

export function GroupList() {
  const words = useWords(storesWords);
  const hoursInWords = useHoursInWords();
  const pages = usePages("listStoreGroups", { query: { limit: 50 } });
  const stores = useRead("listStores", { query: { limit: 200 } });
  const [opened, open] = useState<Group | null>(null);
  const sizeOf = (id: string) => (stores.data?.items ?? []).filter(({ groupId }) => groupId === id).length;
  return (
    <>
      <ListOf
        pages={pages}
        rowHeight={64}
        empty={
          <EmptyState
            icon={<IconBuildingCommunity size={32} />}
            title={words.noGroups}
            text={words.noGroupsText}
          />
        }
      >
        {(groups) => (
          <Rows columns={COLUMNS} label={words.tabs.groups}>
            {groups.map((group) => (
              <Row key={group.id}>
                <RowName name={group.name} text={group.timezone} onOpen={() => open(group)} />
                <span className="row-text row-wide tabular">
                  {group.hours === null ? words.sameHours : hoursInWords(hoursOf(group.hours))}
                </span>
                <span className="row-text row-end">{stores.data && words.stores(sizeOf(group.id))}</span>
              </Row>
            ))}
          </Rows>
        )}
      </ListOf>
      {opened && <GroupDrawer group={opened} onClose={() => open(null)} />}
    </>
  );
}
