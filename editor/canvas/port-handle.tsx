import { IconPlus } from "@tabler/icons-react";
import { Handle, Position } from "@xyflow/react";
import { type KeyboardEvent, memo } from "react";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import { disconnect } from "../model/edits.ts";
import type { Port } from "../model/ports.ts";
import { useLocale, useWords } from "../words/words.ts";
import type { Direction } from "./canvas-nodes.ts";
import { nodesById } from "./nodes-by-id.ts";
import { stepLabel } from "./step-label.ts";
import { titleOf } from "./use-card.ts";
import { wiringOf } from "./wiring.ts";
import { canvasWords } from "./words.ts";

/** One way out: drawn from to connect, pressed to add what comes next. */
export const PortHandle = memo(function PortHandle(props: {
  readonly nodeId: string;
  readonly port: Port;
  readonly label: string;
  readonly named: boolean;
  readonly attached: boolean;
  readonly direction: Direction;
  readonly tabbable: boolean;
}) {
  const { nodeId, port, label, named, attached, direction, tabbable } = props;
  const store = useFlowStore();
  const words = useWords(canvasWords);
  const target = useTargetTitle(nodeId, port.name);
  const locked = useFlow((state) => state.locked !== null);
  const open = () => {
    if (!locked) store.getState().openPalette({ kind: "port", nodeId, port: port.name });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") open();
    else if (event.key === "Delete" && attached) cut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const cut = () => {
    const { history, change } = store.getState();
    const edge = wiringOf(history.document.edges)
      .from.get(nodeId)
      ?.find(({ sourceHandle }) => sourceHandle === port.name);
    if (edge)
      change(
        stepLabel((did) => did.disconnect),
        (flow) => disconnect(flow, edge.id),
      );
  };
  return (
    <div className="port" data-kind={port.kind} data-attached={attached || undefined}>
      {named && (
        <span className="port-name" title={label} aria-hidden="true">
          {label}
        </span>
      )}
      <Handle
        type="source"
        id={port.name}
        position={direction === "down" ? Position.Bottom : Position.Right}
        className="port-handle"
        isConnectableEnd={false}
        isConnectable={!locked}
        role="button"
        tabIndex={tabbable && !locked ? 0 : -1}
        aria-label={target === null ? words.addHere(label) : words.leadsTo(label, target)}
        title={attached ? undefined : words.addHere(label)}
        onClick={open}
        onKeyDown={onKeyDown}
      >
        {!attached && !locked && <IconPlus size={13} stroke={2.2} aria-hidden="true" />}
      </Handle>
    </div>
  );
});

/** What the port leads to, as its author calls it. */
function useTargetTitle(nodeId: string, port: string): string | null {
  const locale = useLocale();
  return useFlow(({ history, catalogue }) => {
    const { edges, nodes } = history.document;
    const edge = wiringOf(edges)
      .from.get(nodeId)
      ?.find(({ sourceHandle }) => sourceHandle === port);
    if (!edge) return null;
    const target = nodesById(nodes).get(edge.target);
    return target ? titleOf(target, catalogue.get(target.type, target.version), locale) : edge.target;
  });
}
