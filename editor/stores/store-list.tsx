import { IconBuildingStore } from "@tabler/icons-react";
import { useState } from "react";
import { usePages } from "../api/pages.ts";
import { ListOf } from "../ui/list-of.tsx";
import { PhoneNumber } from "../ui/phone-number.tsx";
import { Row, RowName, Rows } from "../ui/rows.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useWords } from "../words/words.ts";
import { useHoursInWords } from "./hours-in-words.ts";
import type { Store } from "./store-draft.ts";
import { StoreDrawer } from "./store-drawer.tsx";
import { hoursOf } from "./week.ts";
import { storesWords } from "./words.ts";

const COLUMNS = "minmax(0, 1.6fr) minmax(0, 2fr) 150px 150px";

export function StoreList() {
  const words = useWords(storesWords);
  const hoursInWords = useHoursInWords();
  const pages = usePages("listStores", { query: { limit: 50 } });
  const [opened, open] = useState<Store | null>(null);
  return (
    <>
      <ListOf
        pages={pages}
        rowHeight={64}
        empty={
          <EmptyState
            icon={<IconBuildingStore size={32} />}
            title={words.noStores}
            text={words.noStoresText}
          />
        }
      >
        {(stores) => (
          <Rows columns={COLUMNS} label={words.tabs.stores}>
            {stores.map((store) => (
              <Row key={store.id}>
                <RowName
                  name={store.name}
                  text={[store.address, store.city].filter(Boolean).join(", ") || store.country}
                  onOpen={() => open(store)}
                />
                <span className="row-text row-wide tabular" title={hoursInWords(hoursOf(store.hours))}>
                  {hoursInWords(hoursOf(store.hours))}
                </span>
                <span className="row-text">
                  {store.landline !== null && <PhoneNumber e164={store.landline} />}
                </span>
                <span className="row-text">
                  {store.mobile !== null && <PhoneNumber e164={store.mobile} />}
                </span>
              </Row>
            ))}
          </Rows>
        )}
      </ListOf>
      {opened && <StoreDrawer store={opened} onClose={() => open(null)} />}
    </>
  );
}
