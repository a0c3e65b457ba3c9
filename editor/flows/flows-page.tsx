import "./flows.css";
import { Button, Group } from "@mantine/core";
import { IconFileImport, IconLayoutGrid, IconPlus, IconRoute, IconSearchOff } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { Link, useSearchParams } from "react-router";
import { usePages } from "../api/pages.ts";
import { ListOf } from "../ui/list-of.tsx";
import { Page } from "../ui/page.tsx";
import { Rows } from "../ui/rows.tsx";
import { SearchBox, useSearch } from "../ui/search-box.tsx";
import { EmptyState } from "../ui/states.tsx";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { FlowRow } from "./flow-row.tsx";
import { flowsWords } from "./words.ts";

// What makes another flow is loaded when it is asked for: the list comes first.
const ImportFlow = lazy(async () => ({ default: (await import("../bundle/import-flow.tsx")).ImportFlow }));
const NewFlow = lazy(async () => ({ default: (await import("./new-flow.tsx")).NewFlow }));

const COLUMNS = "24px minmax(0, 2.2fr) minmax(0, 1.6fr) minmax(160px, max-content) 92px 36px";

/** The tenant's flows. `?new` and `?import` open what makes another, so that other places can lead to it. */
export function FlowsPage() {
  const words = useWords(flowsWords);
  const [params, setParams] = useSearchParams();
  const { text, search, type } = useSearch();
  const pages = usePages("listFlows", { query: { limit: 50, ...(search === "" ? {} : { search }) } });
  const close = () => setParams({}, { replace: true });
  return (
    <Page
      title={words.title}
      text={words.text}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} />}
            onClick={() => setParams({ import: "" })}
          >
            {words.importFlow}
          </Button>
          <Button leftSection={<IconPlus size={16} />} onClick={() => setParams({ new: "" })}>
            {words.create}
          </Button>
        </>
      }
    >
      <Group mb="sm">
        <SearchBox text={text} onType={type} label={words.searchFlows} />
      </Group>
      <ListOf pages={pages} rowHeight={64} empty={search === "" ? <NoFlows /> : <NothingFound />}>
        {(flows) => (
          <Rows columns={COLUMNS} label={words.title}>
            {flows.map((flow) => (
              <FlowRow key={flow.key} flow={flow} />
            ))}
          </Rows>
        )}
      </ListOf>
      <Suspense>
        {params.has("new") && <NewFlow onClose={close} />}
        {params.has("import") && <ImportFlow onClose={close} />}
      </Suspense>
    </Page>
  );
}

function NoFlows() {
  const words = useWords(flowsWords);
  return (
    <EmptyState
      icon={<IconRoute size={32} />}
      title={words.emptyTitle}
      text={words.emptyText}
      action={
        <Group justify="center">
          <Button component={Link} to="/gallery" leftSection={<IconLayoutGrid size={16} />}>
            {words.fromGallery}
          </Button>
          <Button variant="default" component={Link} to="/flows?new" leftSection={<IconPlus size={16} />}>
            {words.create}
          </Button>
        </Group>
      }
    />
  );
}

function NothingFound() {
  const words = useWords(everydayWords);
  return (
    <EmptyState icon={<IconSearchOff size={32} />} title={words.nothingFound} text={words.nothingFoundText} />
  );
}
