import { useMemo, useState } from "react";
import type { Catalogue } from "../model/catalogue.ts";
import { RetryDialog } from "./retry-dialog.tsx";
import { RunContext } from "./run-context.ts";
import { RunHeader } from "./run-header.tsx";
import type { RunRecord } from "./run-record.ts";
import { visitsOf } from "./timeline.ts";
import { Timeline } from "./timeline-list.tsx";

const NOTHING: ReadonlySet<string> = new Set();

/** A run that nobody drew: its transcript alone. */
export function PlainRun({ run, catalogue }: { readonly run: RunRecord; readonly catalogue: Catalogue }) {
  const visits = useMemo(() => visitsOf(run), [run]);
  const [retrying, setRetrying] = useState<string | null>(null);
  return (
    <RunContext
      value={{
        run,
        flow: null,
        catalogue,
        visits,
        upTo: null,
        selection: NOTHING,
        showUpTo: () => undefined,
        focusNode: () => undefined,
        retryFrom: setRetrying,
      }}
    >
      <div className="run-screen">
        <RunHeader />
        <div className="run-body run-body-plain">
          <Timeline />
        </div>
      </div>
      {retrying !== null && <RetryDialog from={retrying} onClose={() => setRetrying(null)} />}
    </RunContext>
  );
}
