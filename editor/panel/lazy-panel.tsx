import { lazy, Suspense } from "react";
import { useFlow } from "../flow/flow-store.ts";

const NodePanel = lazy(async () => ({ default: (await import("./node-panel.tsx")).NodePanel }));

/**
 * The panel with its place held: its fields and their editors come after the canvas. While somebody is on the simulated
 * phone, the settings of the flow give their room to the canvas.
 */
export function LazyPanel() {
  const away = useFlow(({ drawer, selection }) => drawer === "simulator" && selection.size === 0);
  if (away) return null;
  return (
    <Suspense fallback={<aside className="panel-place" />}>
      <NodePanel />
    </Suspense>
  );
}
