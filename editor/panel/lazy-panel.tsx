import { lazy, Suspense } from "react";

const NodePanel = lazy(async () => ({ default: (await import("./node-panel.tsx")).NodePanel }));

/** The panel with its place held: its fields and their editors come after the canvas. */
export function LazyPanel() {
  return (
    <Suspense fallback={<aside className="panel-place" />}>
      <NodePanel />
    </Suspense>
  );
}
