import { useUpdateNodeInternals } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import type { FlowNode } from "../../engine/core/flow.ts";
import { useFlow } from "../flow/flow-store.ts";
import { portsOf } from "../model/ports.ts";
import { useLocale } from "../words/words.ts";
import type { Direction } from "./canvas-nodes.ts";
import { MorePorts } from "./more-ports.tsx";
import { PortBundle } from "./port-bundle.tsx";
import { PortHandle } from "./port-handle.tsx";
import { type ShownPort, type ShownPorts, shownPorts } from "./shown-ports.ts";
import { targetsFrom, targetsText } from "./wiring.ts";

/** Pixels that the name of one way out needs at the least. */
const ROOM_FOR_ONE = 62;

/** The ways out of a step, by name; what nothing hangs on is a quiet plus. */
export function NodePorts(props: {
  readonly node: FlowNode;
  readonly direction: Direction;
  readonly selected: boolean;
}) {
  const { node, direction, selected } = props;
  const locale = useLocale();
  const { shown, folded } = usePorts(node);
  const locked = useFlow((state) => state.locked !== null);
  useMeasuredAgain(node.id, `${direction} ${locale} ${shown.map(namesOf).join("\n")}`);
  const alone = shown.length === 1 && shown[0]?.ports.length === 1 && shown[0].ports[0].kind === "main";
  return (
    <>
      {direction === "down" && <div style={{ width: shown.length * ROOM_FOR_ONE }} />}
      <div className="ports" data-direction={direction}>
        {shown.map(({ ports, target }) => {
          const [port] = ports;
          const place = { nodeId: node.id, target, direction, tabbable: selected };
          return ports.length > 1 ? (
            <PortBundle key={port.name} ports={ports} {...place} />
          ) : (
            <PortHandle key={port.name} port={port} named={!alone} {...place} />
          );
        })}
        {folded.length > 0 && !locked && <MorePorts nodeId={node.id} ports={folded} tabbable={selected} />}
      </div>
    </>
  );
}

function namesOf({ ports }: ShownPort): string {
  return ports.map(({ name }) => name).join(" ");
}

function usePorts(node: FlowNode): ShownPorts {
  const catalogue = useFlow((state) => state.catalogue);
  const targets = useFlow((state) => targetsText(state.history.document.edges, node.id));
  return useMemo(() => {
    const type = catalogue.get(node.type, node.version);
    const fixed = new Set((type?.ports ?? []).filter((spec) => typeof spec === "string"));
    return shownPorts(portsOf(node, catalogue), targetsFrom(targets), fixed);
  }, [node, catalogue, targets]);
}

/** Connections begin where the ports were when they were measured; when they change places, they are measured again. */
function useMeasuredAgain(nodeId: string, places: string): void {
  const measure = useUpdateNodeInternals();
  const before = useRef(places);
  useEffect(() => {
    if (before.current === places) return;
    before.current = places;
    measure(nodeId);
  }, [nodeId, places, measure]);
}
