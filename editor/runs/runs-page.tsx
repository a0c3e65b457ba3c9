import "./runs.css";
import { Button } from "@mantine/core";
import { IconFilterOff, IconListDetails } from "@tabler/icons-react";
import { useSearchParams } from "react-router";
import { ListOf } from "../ui/list-of.tsx";
import { Page } from "../ui/page.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useWords } from "../words/words.ts";
import { FilterBar } from "./filter-bar.tsx";
import { addressOf, filterFrom, isFiltered, queryOf } from "./run-filter.ts";
import { RunRow } from "./run-row.tsx";
import { useRuns } from "./use-runs.ts";
import { runsWords } from "./words.ts";

/** What flows did and are doing, newest first; it renews itself. */
export function RunsPage() {
  const words = useWords(runsWords);
  const [params, setParams] = useSearchParams();
  const filter = filterFrom(params);
  const pages = useRuns(queryOf(filter, new Date()));
  return (
    <Page title={words.title} text={words.text}>
      <FilterBar filter={filter} onChange={(next) => setParams(addressOf(next), { replace: true })} />
      <ListOf
        pages={pages}
        rowHeight={60}
        empty={
          isFiltered(filter) ? <NoneFits onClear={() => setParams({}, { replace: true })} /> : <NoRuns />
        }
      >
        {(runs) => (
          <ul className="run-list" aria-label={words.title}>
            {runs.map((run) => (
              <RunRow key={run.id} run={run} />
            ))}
          </ul>
        )}
      </ListOf>
    </Page>
  );
}

function NoRuns() {
  const words = useWords(runsWords);
  return <EmptyState icon={<IconListDetails size={32} />} title={words.emptyTitle} text={words.emptyText} />;
}

function NoneFits({ onClear }: { readonly onClear: () => void }) {
  const words = useWords(runsWords);
  return (
    <EmptyState
      icon={<IconFilterOff size={32} />}
      title={words.noneTitle}
      text={words.noneText}
      action={
        <Button variant="default" onClick={onClear}>
          {words.clear}
        </Button>
      }
    />
  );
}
