import "./runs.css";
import "./run-screen.css";
import { Center, Loader } from "@mantine/core";
import { useParams } from "react-router";
import type { Flow } from "../../engine/core/flow.ts";
import { useCatalogue } from "../api/node-types.ts";
import { useRead } from "../api/queries.ts";
import type { Catalogue } from "../model/catalogue.ts";
import { ErrorState } from "../ui/states.tsx";
import { useWords } from "../words/words.ts";
import { DrawnRun } from "./drawn-run.tsx";
import { PlainRun } from "./plain-run.tsx";
import type { RunRecord } from "./run-record.ts";
import { isOwnFlow } from "./use-flow-document.ts";
import { useRunRecord } from "./use-run-record.ts";
import { runsWords } from "./words.ts";

/** `/runs/:id` */
export function RunPage() {
  const { id = "" } = useParams();
  return <OneRun key={id} id={id} />;
}

function OneRun({ id }: { readonly id: string }) {
  const run = useRunRecord(id);
  const { catalogue, error, refetch } = useCatalogue();
  const failure = run.data ? null : run.error;
  if (failure ?? error)
    return (
      <ErrorState
        error={failure ?? error ?? new Error()}
        onRetry={() => {
          refetch();
          void run.refetch();
        }}
      />
    );
  if (!run.data || !catalogue) return <Opening />;
  if (run.data.version === null || isOwnFlow(run.data.flow))
    return <PlainRun run={run.data} catalogue={catalogue} />;
  return <RunOfVersion run={run.data} version={run.data.version} catalogue={catalogue} />;
}

function RunOfVersion(props: {
  readonly run: RunRecord;
  readonly version: number;
  readonly catalogue: Catalogue;
}) {
  const { run, version, catalogue } = props;
  const { data, error, refetch } = useRead(
    "readVersion",
    { path: { key: run.flow, number: version } },
    { staleTime: Number.POSITIVE_INFINITY },
  );
  // The flow may be gone; what happened is still worth reading.
  if (error?.code === "NOT_FOUND") return <PlainRun run={run} catalogue={catalogue} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Opening />;
  const flow: Flow = data.document;
  return <DrawnRun run={run} flow={flow} version={version} catalogue={catalogue} />;
}

function Opening() {
  const words = useWords(runsWords);
  return (
    <Center h="100%">
      <Loader aria-label={words.loading} />
    </Center>
  );
}
