import { useUpdateNodeInternals } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import type { FlowNode } from "../../engine/core/flow.ts";
import { useFlow } from "../flow/flow-store.ts";
import { portsOf } from "../model/ports.ts";
import { inLocale } from "../model/words.ts";
import { type Locale, useLocale } from "../words/words.ts";
import type { Direction } from "./canvas-nodes.ts";
import { MorePorts } from "./more-ports.tsx";
import { PortBundle } from "./port-bundle.tsx";
import { PortHandle } from "./port-handle.tsx";
import { type ShownPort, type ShownPorts, shownPorts } from "./shown-ports.ts";
import { targetsFrom, targetsText } from "./wiring.ts";

/** Of a name: about so much for a letter, and never more than this; longer ones are cut. */
const LETTER_PX = 6.3;
const MAX_NAME_PX = 74;
const GAP_PX = 6;
const SIDES_PX = 20;

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
      {direction === "down" && <div style={{ width: roomFor(shown, locale) }} />}
      <div className="ports" data-direction={direction} data-alone={alone || undefined}>
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

/** What the names need at the least. By counting letters: measuring them would draw every card twice. */
function roomFor(shown: readonly ShownPort[], locale: Locale): number {
  const names = shown.map(({ ports: [first] }) => inLocale(first.label, locale).length * LETTER_PX + 8);
  return names.reduce((sum, px) => sum + Math.min(px, MAX_NAME_PX) + GAP_PX, SIDES_PX);
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
