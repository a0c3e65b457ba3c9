import "./canvas.css";
import "./cards.css";
import "./palette.css";
import { Panel, ReactFlowProvider } from "@xyflow/react";
import { useId, useState } from "react";
import { useFlow } from "../flow/flow-store.ts";
import { useWords } from "../words/words.ts";
import { Announcer } from "./announcer.tsx";
import { CanvasTools } from "./canvas-tools.tsx";
import { CanvasUiContext, createCanvasUi, useCanvasUi, useCanvasUiStore } from "./canvas-ui.ts";
import { CheatSheet } from "./cheat-sheet.tsx";
import { OverviewMap } from "./overview-map.tsx";
import { Palette } from "./palette.tsx";
import { SelectionTools } from "./selection-tools.tsx";
import { SideList } from "./side-list.tsx";
import { StartingPoints } from "./starting-points.tsx";
import { Surface } from "./surface.tsx";
import { useCanvasActions } from "./use-canvas-actions.ts";
import { useClipboard } from "./use-clipboard.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { WireMarkers } from "./wire-markers.tsx";
import { canvasWords } from "./words.ts";

interface FlowCanvasProps {
  /** Enter on a step, or a double click: its panel is to take the keyboard. */
  readonly onOpenStep?: (nodeId: string) => void;
}

/** The flow that is open, drawn: fills its parent, reads and changes the flow's state. */
export function FlowCanvas({ onOpenStep }: FlowCanvasProps) {
  const [ui] = useState(createCanvasUi);
  return (
    <ReactFlowProvider>
      <CanvasUiContext value={ui}>
        <Region onOpenStep={onOpenStep} />
      </CanvasUiContext>
    </ReactFlowProvider>
  );
}

function Region({ onOpenStep }: { readonly onOpenStep: FlowCanvasProps["onOpenStep"] }) {
  const words = useWords(canvasWords);
  const helpId = useId();
  const actions = useCanvasActions(onOpenStep);
  const empty = useFlow((state) => state.history.document.nodes.length === 0);
  const locked = useFlow((state) => state.locked !== null);
  const sideList = useCanvasUi((state) => state.sideList);
  useShortcuts(actions);
  useClipboard();
  return (
    <section className="canvas-region" aria-label={words.region} aria-describedby={helpId}>
      <p className="canvas-hidden" id={helpId}>
        {words.regionHelp}
      </p>
      <WireMarkers />
      {sideList && !locked && <SideList onAdd={actions.addType} />}
      <div className="canvas-main">
        <Surface onOpenStep={onOpenStep} />
        {empty && !locked && <StartingPoints />}
        <Panel position="top-center">
          <SelectionTools actions={actions} />
        </Panel>
        <Panel position="bottom-left">
          <CanvasTools actions={actions} />
        </Panel>
        <OverviewMap />
      </div>
      <Palette />
      <Help />
      <Announcer />
    </section>
  );
}

function Help() {
  const ui = useCanvasUiStore();
  const opened = useCanvasUi((state) => state.cheatSheet);
  return <CheatSheet opened={opened} onClose={() => ui.setState({ cheatSheet: false })} />;
}
