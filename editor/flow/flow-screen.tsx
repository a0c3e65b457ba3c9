import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useEffect, useState } from "react";
import { FlowCanvas } from "../canvas/flow-canvas.tsx";
import { NodePanel } from "../panel/node-panel.tsx";
import { ProblemsDrawer } from "../problems/problems-drawer.tsx";
import { useProblems } from "../problems/use-problems.ts";
import { LoadingRows } from "../ui/states.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { FindDrawer } from "./find-drawer.tsx";
import { useFlow, useFlowStore } from "./flow-store.ts";
import { FlowSync } from "./flow-sync.ts";
import { FlowSyncContext } from "./flow-sync-context.ts";
import { LockBanner } from "./lock-banner.tsx";
import { OutlineDrawer } from "./outline-drawer.tsx";
import { usePresence } from "./presence.ts";
import { recoverDraft } from "./recover-draft.ts";
import { Toolbar } from "./toolbar.tsx";
import { VersionsDrawer } from "./versions-drawer.tsx";
import "./flow-screen.css";

const SimulatorDrawer = lazy(async () => ({
  default: (await import("../simulator/simulator-drawer.tsx")).SimulatorDrawer,
}));

/** A flow at work: toolbar above, canvas in the middle, one drawer and the panel at its sides. */
export function FlowScreen() {
  const sync = useSync();
  useProblems();
  const people = usePresence();
  const narrow = useMediaQuery("(max-width: 760px)") ?? false;
  if (!sync) return null;
  return (
    <FlowSyncContext value={sync}>
      <div className="flow-screen">
        <Toolbar people={people} />
        <LockBanner people={people} />
        <div className="flow-body">
          <Drawers />
          <section className="flow-canvas">{narrow ? <NarrowCanvas /> : <FlowCanvas />}</section>
          <NodePanel />
        </div>
        <ConflictDialog />
      </div>
    </FlowSyncContext>
  );
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
  if (drawer !== "simulator") return null;
  return (
    <Suspense fallback={<LoadingRows />}>
      <SimulatorDrawer />
    </Suspense>
  );
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
