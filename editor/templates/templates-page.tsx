import { Button, Group, Select } from "@mantine/core";
import { IconPlus, IconRefresh, IconSearchOff, IconTemplate } from "@tabler/icons-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { usePages } from "../api/pages.ts";
import { useChange } from "../api/queries.ts";
import { ListOf } from "../ui/list-of.tsx";
import { Page } from "../ui/page.tsx";
import { Rows } from "../ui/rows.tsx";
import { SearchBox, useSearch } from "../ui/search-box.tsx";
import { EmptyState } from "../ui/states.tsx";
import { tellDone } from "../ui/tell.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { NewTemplate } from "./new-template.tsx";
import { TemplateDrawer } from "./template-drawer.tsx";
import { TemplateRow } from "./template-row.tsx";
import type { Status } from "./template-status.tsx";
import { templatesWords } from "./words.ts";

const COLUMNS =
  "minmax(0, 2.4fr) minmax(0, 0.9fr) minmax(170px, max-content) minmax(0, 1fr) minmax(120px, max-content) 84px";

/** The tenant's templates by key. `?key=` opens one, `?new` makes one. */
export function TemplatesPage() {
  const words = useWords(templatesWords);
  const [params, setParams] = useSearchParams();
  const { text, search, type } = useSearch();
  const [status, setStatus] = useState<Status | null>(null);
  const pages = usePages("listTemplates", {
    query: { limit: 100, ...(search === "" ? {} : { search }), ...(status ? { status } : {}) },
  });
  const opened = params.get("key");
  const close = () => setParams({}, { replace: true });
  return (
    <Page
      title={words.title}
      text={words.text}
      actions={
        <>
          <SyncAll />
          <Button leftSection={<IconPlus size={16} />} onClick={() => setParams({ new: "" })}>
            {words.create}
          </Button>
        </>
      }
    >
      <Group mb="sm" gap="sm">
        <SearchBox text={text} onType={type} label={words.search} />
        <Select
          aria-label={words.anyStatus}
          placeholder={words.anyStatus}
          data={Object.entries(words.statuses).map(([value, label]) => ({ value, label }))}
          value={status}
          onChange={(value) => setStatus(value as Status | null)}
          clearable
          w={190}
        />
      </Group>
      <ListOf
        pages={pages}
        rowHeight={64}
        empty={<NoTemplates searched={search !== "" || status !== null} />}
      >
        {(templates) => (
          <Rows columns={COLUMNS} label={words.title}>
            {[...Map.groupBy(templates, ({ key }) => key)].map(([key, versions]) => (
              <TemplateRow
                key={key}
                templateKey={key}
                versions={versions}
                onOpen={() => setParams({ key })}
              />
            ))}
          </Rows>
        )}
      </ListOf>
      {opened !== null && <TemplateDrawer templateKey={opened} onClose={close} />}
      {params.has("new") && <NewTemplate onClose={close} onCreated={(key) => setParams({ key })} />}
    </Page>
  );
}

function SyncAll() {
  const words = useWords(templatesWords);
  const sync = useChange("syncTemplates", ["listTemplates"]);
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} />}
      loading={sync.isPending}
      onClick={() => sync.mutate({}, { onSuccess: ({ data }) => tellDone(words.synced(data.asked)) })}
    >
      {words.syncAll}
    </Button>
  );
}

function NoTemplates({ searched }: { readonly searched: boolean }) {
  const words = useWords(templatesWords);
  const common = useWords(everydayWords);
  return searched ? (
    <EmptyState
      icon={<IconSearchOff size={32} />}
      title={common.nothingFound}
      text={common.nothingFoundText}
    />
  ) : (
    <EmptyState icon={<IconTemplate size={32} />} title={words.emptyTitle} text={words.emptyText} />
  );
}
