import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import type { Flow } from "../../engine/core/flow.ts";
import { FlowCanvas } from "../canvas/flow-canvas.tsx";
import { createFlowStore, FlowStoreContext } from "../flow/flow-store.ts";
import type { Catalogue } from "../model/catalogue.ts";
import { useWords } from "../words/words.ts";
import { ReplayBar } from "./replay-bar.tsx";
import { RetryDialog } from "./retry-dialog.tsx";
import { type OpenRun, RunContext } from "./run-context.ts";
import { RunHeader } from "./run-header.tsx";
import { runOverlay } from "./run-overlay.ts";
import type { RunRecord } from "./run-record.ts";
import { visitsOf } from "./timeline.ts";
import { Timeline } from "./timeline-list.tsx";
import { runsWords } from "./words.ts";

interface DrawnRunProps {
  readonly run: RunRecord;
  readonly flow: Flow;
  readonly version: number;
  readonly catalogue: Catalogue;
}

/** A run on the canvas of the version it ran with, beside its transcript. */
export function DrawnRun({ run, flow, version, catalogue }: DrawnRunProps) {
  const visits = useMemo(() => visitsOf(run), [run]);
  const [upTo, setUpTo] = useState<number | null>(null);
  const [retrying, setRetrying] = useState<string | null>(null);
  const [store] = useState(() => lockedStore(flow, version, catalogue, run.startedAt));
  const selection = useStore(store, (state) => state.selection);
  useEffect(() => {
    store.getState().showOverlay(runOverlay(flow, run, visits, upTo));
  }, [store, flow, run, visits, upTo]);
  const { focusNode } = store.getState();
  const open: OpenRun = {
    run,
    flow,
    catalogue,
    visits,
    upTo,
    selection,
    showUpTo(order) {
      setUpTo(order);
      const visit = order === null ? undefined : visits[order - 1];
      if (visit) focusNode(visit.nodeId);
    },
    focusNode,
    retryFrom: setRetrying,
  };
  return (
    <RunContext value={open}>
      <FlowStoreContext value={store}>
        <div className="run-screen">
          <RunHeader />
          <Body />
        </div>
      </FlowStoreContext>
      {retrying !== null && <RetryDialog from={retrying} onClose={() => setRetrying(null)} />}
    </RunContext>
  );
}

function Body() {
  const words = useWords(runsWords);
  const narrow = useMediaQuery("(max-width: 900px)") ?? false;
  const [shown, setShown] = useState("timeline");
  if (!narrow)
    return (
      <div className="run-body">
        <Canvas />
        <Timeline />
      </div>
    );
  return (
    <div className="run-body run-body-narrow">
      <SegmentedControl
        fullWidth
        className="run-switch"
        value={shown}
        onChange={setShown}
        data={[
          { value: "timeline", label: words.timeline },
          { value: "canvas", label: words.canvas },
        ]}
      />
      {shown === "canvas" ? <Canvas /> : <Timeline />}
    </div>
  );
}

function Canvas() {
  return (
    <div className="run-drawing">
      <div className="run-canvas">
        <FlowCanvas />
      </div>
      <ReplayBar />
    </div>
  );
}

function lockedStore(flow: Flow, version: number, catalogue: Catalogue, updatedAt: string) {
  const store = createFlowStore({
    key: flow.key,
    flow,
    revision: 0,
    published: version,
    hookUrl: "",
    updatedAt,
    catalogue,
  });
  store.getState().set({ locked: "version" });
  return store;
}
