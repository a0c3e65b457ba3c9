import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useEffect, useState } from "react";
import { FlowCanvas } from "../canvas/flow-canvas.tsx";
import { focusPanel } from "../panel/focus-panel.ts";
import { LazyPanel } from "../panel/lazy-panel.tsx";
import { useProblems } from "../problems/use-problems.ts";
import { LoadingRows } from "../ui/states.tsx";
import { useFlow, useFlowStore } from "./flow-store.ts";
import { FlowSync } from "./flow-sync.ts";
import { FlowSyncContext } from "./flow-sync-context.ts";
import { LockBanner } from "./lock-banner.tsx";
import { OutlineDrawer } from "./outline-drawer.tsx";
import { usePresence } from "./presence.ts";
import { recoverDraft } from "./recover-draft.ts";
import { Toolbar } from "./toolbar.tsx";
import { TrafficBar } from "./traffic-bar.tsx";
import "./flow-screen.css";

// What is opened later is loaded later: the canvas comes first.
const SimulatorDrawer = lazy(async () => ({
  default: (await import("../simulator/simulator-drawer.tsx")).SimulatorDrawer,
}));
const ProblemsDrawer = lazy(async () => ({
  default: (await import("../problems/problems-drawer.tsx")).ProblemsDrawer,
}));
const CostDrawer = lazy(async () => ({ default: (await import("./cost-drawer.tsx")).CostDrawer }));
const FindDrawer = lazy(async () => ({ default: (await import("./find-drawer.tsx")).FindDrawer }));
const VersionsDrawer = lazy(async () => ({
  default: (await import("./versions-drawer.tsx")).VersionsDrawer,
}));
const ConflictDialog = lazy(async () => ({
  default: (await import("./conflict-dialog.tsx")).ConflictDialog,
}));

/** A flow at work: toolbar above, canvas in the middle, one drawer and the panel at its sides. */
export function FlowScreen() {
  const sync = useSync();
  useProblems();
  const people = usePresence();
  const conflict = useFlow((state) => state.saving.kind === "conflict");
  const narrow = useMediaQuery("(max-width: 760px)") ?? false;
  if (!sync) return null;
  return (
    <FlowSyncContext value={sync}>
      <div className="flow-screen">
        <Toolbar people={people} />
        <LockBanner people={people} />
        <TrafficBar />
        <div className="flow-body">
          <Suspense fallback={<LoadingRows />}>
            <Drawers />
          </Suspense>
          <section className="flow-canvas">
            {narrow ? <NarrowCanvas /> : <FlowCanvas onOpenStep={openStep} />}
          </section>
          <LazyPanel />
        </div>
        {conflict && (
          <Suspense>
            <ConflictDialog />
          </Suspense>
        )}
      </div>
    </FlowSyncContext>
  );
}

/** The panel shows whatever step is selected; who opens one wants to write in it. */
function openStep(): void {
  focusPanel();
}

/** On a phone a list is easier to touch than a canvas; the outline says all that the canvas says. */
function NarrowCanvas() {
  return <OutlineDrawer inPlace />;
}

function Drawers() {
  const drawer = useFlow((state) => state.drawer);
  if (drawer === "problems") return <ProblemsDrawer />;
  if (drawer === "versions") return <VersionsDrawer />;
  if (drawer === "outline") return <OutlineDrawer />;
  if (drawer === "find") return <FindDrawer />;
  if (drawer === "cost") return <CostDrawer />;
  return drawer === "simulator" ? <SimulatorDrawer /> : null;
}

/** Saves while the flow is open, and brings back what an earlier visit could not save. */
function useSync(): FlowSync | null {
  const store = useFlowStore();
  const [sync, setSync] = useState<FlowSync | null>(null);
  useEffect(() => {
    const started = new FlowSync(store);
    recoverDraft(store);
    setSync(started);
    return () => started.stop();
  }, [store]);
  return sync;
}
