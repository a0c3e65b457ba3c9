import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { useUpdateNodeInternals } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import type { FlowNode } from "../../engine/core/flow.ts";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import type { Port } from "../model/ports.ts";
import { portsOf } from "../model/ports.ts";
import { inLocale } from "../model/words.ts";
import { useLocale, useWords } from "../words/words.ts";
import type { Direction } from "./canvas-nodes.ts";
import { PortHandle } from "./port-handle.tsx";
import { type ShownPorts, shownPorts } from "./shown-ports.ts";
import { attachedPorts } from "./wiring.ts";
import { canvasWords } from "./words.ts";

/** The ways out of a step, by name; what nothing hangs on is a quiet plus. */
export function NodePorts(props: {
  readonly node: FlowNode;
  readonly direction: Direction;
  readonly selected: boolean;
}) {
  const { node, direction, selected } = props;
  const locale = useLocale();
  const { shown, folded, attached } = usePorts(node);
  const locked = useFlow((state) => state.locked !== null);
  useMeasuredAgain(node.id, `${direction} ${locale} ${shown.map(({ name }) => name).join("\n")}`);
  const named = shown.length > 1 || (shown[0] !== undefined && shown[0].kind !== "main");
  return (
    <div className="ports" data-direction={direction}>
      {shown.map((port) => (
        <PortHandle
          key={port.name}
          nodeId={node.id}
          port={port}
          label={inLocale(port.label, locale)}
          named={named}
          attached={attached.has(port.name)}
          direction={direction}
          tabbable={selected}
        />
      ))}
      {folded.length > 0 && !locked && <MorePorts nodeId={node.id} ports={folded} tabbable={selected} />}
    </div>
  );
}

function MorePorts(props: {
  readonly nodeId: string;
  readonly ports: readonly Port[];
  readonly tabbable: boolean;
}) {
  const store = useFlowStore();
  const locale = useLocale();
  const words = useWords(canvasWords);
  const { nodeId, ports } = props;
  return (
    <Menu position="bottom-end" withinPortal shadow="md" keepMounted={false}>
      <Menu.Target>
        <ActionIcon
          className="ports-more nodrag"
          variant="subtle"
          color="gray"
          size={20}
          aria-label={words.morePorts(ports.length)}
          title={words.morePorts(ports.length)}
          tabIndex={props.tabbable ? 0 : -1}
        >
          <IconDots size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {ports.map(({ name, label }) => (
          <Menu.Item
            key={name}
            leftSection={<IconPlus size={14} />}
            onClick={() => store.getState().openPalette({ kind: "port", nodeId, port: name })}
          >
            {inLocale(label, locale)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function usePorts(node: FlowNode): ShownPorts & { readonly attached: ReadonlySet<string> } {
  const catalogue = useFlow((state) => state.catalogue);
  const names = useFlow((state) => attachedPorts(state.history.document.edges, node.id));
  return useMemo(() => {
    const attached = new Set(names === "" ? [] : names.split("\n"));
    const type = catalogue.get(node.type, node.version);
    const fixed = new Set((type?.ports ?? []).filter((spec) => typeof spec === "string"));
    return { ...shownPorts(portsOf(node, catalogue), attached, fixed), attached };
  }, [node, catalogue, names]);
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
