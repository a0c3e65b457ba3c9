import { Button, Tabs } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { Page } from "../ui/page.tsx";
import { useWords } from "../words/words.ts";
import { GroupDrawer } from "./group-drawer.tsx";
import { GroupList } from "./group-list.tsx";
import { NumberList } from "./number-list.tsx";
import { StoreDrawer } from "./store-drawer.tsx";
import { StoreList } from "./store-list.tsx";
import { storesWords } from "./words.ts";

/** `?tab=` says which of the three is shown, so that a link can lead to it. */
export function StoresPage() {
  const words = useWords(storesWords);
  const [params, setParams] = useSearchParams();
  const [adding, add] = useState(false);
  const tab = params.get("tab") ?? "stores";
  return (
    <Page
      title={words.title}
      text={words.text}
      actions={
        tab !== "numbers" && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => add(true)}>
            {tab === "groups" ? words.newGroup : words.newStore}
          </Button>
        )
      }
    >
      <Tabs
        value={tab}
        onChange={(next) => setParams({ tab: next ?? "stores" }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {Object.entries(words.tabs).map(([value, label]) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="stores">
          <StoreList />
        </Tabs.Panel>
        <Tabs.Panel value="groups">
          <GroupList />
        </Tabs.Panel>
        <Tabs.Panel value="numbers">
          <NumberList />
        </Tabs.Panel>
      </Tabs>
      {adding && tab === "stores" && <StoreDrawer onClose={() => add(false)} />}
      {adding && tab === "groups" && <GroupDrawer onClose={() => add(false)} />}
    </Page>
  );
}
