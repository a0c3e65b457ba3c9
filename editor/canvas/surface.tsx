import {
  Background,
  type Connection,
  ConnectionLineType,
  type FinalConnectionState,
  ReactFlow,
  SelectionMode,
  useReactFlow,
} from "@xyflow/react";
import { type DragEvent, type MouseEvent, useCallback, useMemo } from "react";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import { connect, disconnect } from "../model/edits.ts";
import { useWords } from "../words/words.ts";
import { addStep } from "./add-step.ts";
import type { WireEdge } from "./canvas-edges.ts";
import { edgeKey, parseKey } from "./canvas-ids.ts";
import { CanvasMarks } from "./canvas-marks.tsx";
import type { CanvasNode } from "./canvas-nodes.ts";
import { useCanvasUiStore } from "./canvas-ui.ts";
import { useEdgeHover } from "./edge-hover.ts";
import { EDGE_TYPES, NODE_TYPES } from "./node-types.ts";
import { STEP_MIME } from "./side-list.tsx";
import { stepLabel } from "./step-label.ts";
import { useCanvasGraph } from "./use-canvas-graph.ts";
import { useFocusWish } from "./use-focus-wish.ts";
import { useOpeningView } from "./use-opening-view.ts";
import { canvasWords } from "./words.ts";

const MANY_KEYS = ["Control", "Meta"];
const GRID: [number, number] = [10, 10];
const HALF_A_CARD = { x: 130, y: 30 };

/** The flow as it is drawn, dragged and connected. */
export function Surface({ onOpenStep }: { readonly onOpenStep: ((nodeId: string) => void) | undefined }) {
  const graph = useCanvasGraph();
  const locked = useFlow((state) => state.locked !== null);
  const hover = useEdgeHover();
  const connecting = useConnecting();
  const dropping = useDropping();
  const aria = useAriaLabels();
  return (
    <ReactFlow<CanvasNode, WireEdge>
      nodes={graph.nodes}
      edges={graph.edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      onNodesChange={graph.onNodesChange}
      onEdgesChange={graph.onEdgesChange}
      onNodeDragStop={graph.commitPlaces}
      onSelectionDragStop={graph.commitPlaces}
      onNodeDoubleClick={(event, { id }) => {
        if (isOpenable(event, id)) onOpenStep?.(id);
      }}
      onEdgeMouseEnter={(_, { id }) => hover.enter(parseKey(id).id)}
      onEdgeMouseLeave={(_, { id }) => hover.leave(parseKey(id).id)}
      {...connecting}
      {...dropping}
      nodesDraggable={!locked}
      nodesConnectable={!locked}
      edgesReconnectable={!locked}
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      connectOnClick={false}
      connectionDragThreshold={5}
      connectionRadius={24}
      connectionLineType={ConnectionLineType.SmoothStep}
      nodeDragThreshold={3}
      snapToGrid
      snapGrid={GRID}
      panOnScroll
      zoomOnDoubleClick={false}
      selectionMode={SelectionMode.Partial}
      multiSelectionKeyCode={MANY_KEYS}
      elevateNodesOnSelect={false}
      elevateEdgesOnSelect={false}
      onlyRenderVisibleElements
      minZoom={0.08}
      maxZoom={2}
      attributionPosition="bottom-right"
      ariaLabelConfig={aria}
    >
      <Background gap={20} size={1.2} />
      <Opening />
    </ReactFlow>
  );
}

function Opening() {
  const opened = useOpeningView();
  useFocusWish(opened);
  return <CanvasMarks opened={opened} />;
}

/** A double click on a title writes it; on a note it writes the note. */
function isOpenable({ target }: MouseEvent, id: string): boolean {
  return parseKey(id).kind === "step" && !(target instanceof Element && target.closest(".card-title, input"));
}

function useConnecting() {
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  const flow = useReactFlow();
  return useMemo(
    () => ({
      onConnect({ source, sourceHandle, target }: Connection) {
        if (sourceHandle === null) return;
        store.getState().change(
          stepLabel((did) => did.connect),
          (document) => connect(document, { source, sourceHandle, target }),
        );
      },
      onReconnect({ id }: WireEdge, { source, sourceHandle, target }: Connection) {
        if (sourceHandle === null) return;
        store.getState().change(
          stepLabel((did) => did.reconnect),
          (document) => connect(disconnect(document, parseKey(id).id), { source, sourceHandle, target }),
        );
      },
      // Let go over nothing: what should be there?
      onConnectEnd(event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState) {
        const { fromHandle, fromNode, toNode, isValid } = state;
        if (isValid || toNode || !fromNode || !fromHandle?.id) return;
        const point = "changedTouches" in event ? event.changedTouches[0] : event;
        if (!point) return;
        const at = flow.screenToFlowPosition({ x: point.clientX, y: point.clientY });
        ui.setState({ dropped: { x: at.x - HALF_A_CARD.x, y: at.y } });
        store.getState().openPalette({ kind: "port", nodeId: fromNode.id, port: fromHandle.id });
      },
    }),
    [store, ui, flow],
  );
}

/** Steps dragged from the list: onto a connection they go in between, elsewhere where they are let go. */
function useDropping() {
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  const flow = useReactFlow();
  const onDragOver = useCallback(
    (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(STEP_MIME)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      const edge = edgeUnder(event);
      if (ui.getState().hoveredEdge !== edge) ui.setState({ hoveredEdge: edge });
    },
    [ui],
  );
  const onDrop = useCallback(
    (event: DragEvent) => {
      const type = store.getState().catalogue.get(event.dataTransfer.getData(STEP_MIME));
      if (!type) return;
      event.preventDefault();
      const edgeId = edgeUnder(event);
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      ui.setState({ hoveredEdge: null });
      const between = edgeId !== null && type.kind !== "trigger";
      const place = { kind: "place", x: at.x - HALF_A_CARD.x, y: at.y - HALF_A_CARD.y } as const;
      addStep(store, type, { target: between ? { kind: "edge", edgeId } : place });
    },
    [store, ui, flow],
  );
  const onDoubleClick = useCallback(
    (event: MouseEvent) => {
      const onPane = event.target instanceof Element && event.target.classList.contains("react-flow__pane");
      if (!onPane || store.getState().locked !== null) return;
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      store.getState().openPalette({ kind: "place", x: at.x, y: at.y });
    },
    [store, flow],
  );
  return { onDragOver, onDrop, onDoubleClick };
}

function edgeUnder({ clientX, clientY }: DragEvent): string | null {
  for (const element of document.elementsFromPoint(clientX, clientY)) {
    const id = element.closest<SVGElement>(".react-flow__edge")?.dataset.id;
    if (id?.startsWith(edgeKey(""))) return parseKey(id).id;
  }
  return null;
}

function useAriaLabels() {
  const words = useWords(canvasWords);
  return useMemo(
    () => ({
      "node.a11yDescription.default": words.regionHelp,
      "node.a11yDescription.keyboardDisabled": words.regionHelp,
      "edge.a11yDescription.default": words.regionHelp,
      "minimap.ariaLabel": words.tools.overview,
      "handle.ariaLabel": words.entry,
    }),
    [words],
  );
}
