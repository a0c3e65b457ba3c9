import { Skeleton, Text } from "@mantine/core";
import { usePages } from "../api/pages.ts";
import { ListOf } from "../ui/list-of.tsx";
import { useWords } from "../words/words.ts";
import { RunCells } from "./run-cells.tsx";
import { runsWords } from "./words.ts";

/** The runs a run started: its branches, the items of a list, the flows it called. */
export function ChildRuns({ of }: { readonly of: string }) {
  const words = useWords(runsWords);
  const pages = usePages("listRuns", { query: { parent: of, limit: 20 } });
  if (pages.items === undefined && !pages.error) return <Skeleton className="run-children" height={40} />;
  return (
    <div className="run-children">
      <ListOf
        pages={pages}
        empty={
          <Text size="sm" c="dimmed" py={6}>
            {words.noChildren}
          </Text>
        }
      >
        {(runs) => (
          <ul className="run-list-inside" aria-label={words.inside}>
            {runs.map((run) => (
              <li key={run.id} className="run-row run-row-inside">
                <RunCells run={run} name={run.branch?.replaceAll("_", " ") ?? run.id} />
              </li>
            ))}
          </ul>
        )}
      </ListOf>
    </div>
  );
}
