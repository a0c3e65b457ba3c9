import { IconPlus } from "@tabler/icons-react";
import { Handle, Position } from "@xyflow/react";
import { type KeyboardEvent, memo } from "react";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import type { Port } from "../model/ports.ts";
import { inLocale } from "../model/words.ts";
import { useLocale, useWords } from "../words/words.ts";
import { disconnectPorts } from "./disconnect-ports.ts";
import { type PortPlace, SHORT, useTargetTitle } from "./port-place.ts";
import { canvasWords } from "./words.ts";

/** One way out: drawn from to connect, pressed to add what comes next. */
export const PortHandle = memo(function PortHandle(
  props: PortPlace & { readonly port: Port; readonly named: boolean },
) {
  const { nodeId, port, named, target, direction, tabbable } = props;
  const store = useFlowStore();
  const words = useWords(canvasWords);
  const label = inLocale(port.label, useLocale());
  const title = useTargetTitle(target);
  const locked = useFlow((state) => state.locked !== null);
  const open = () => {
    if (!locked) store.getState().openPalette({ kind: "port", nodeId, port: port.name });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") open();
    else if (event.key === "Delete" && target !== null) disconnectPorts(store, nodeId, [port.name]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="port"
      data-kind={port.kind}
      data-attached={target !== null || undefined}
      data-short={label.length < SHORT || undefined}
    >
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
        aria-label={title === null ? words.addHere(label) : words.leadsTo(label, title)}
        title={title === null ? words.addHere(label) : `${label} → ${title}`}
        onClick={open}
        onKeyDown={onKeyDown}
      >
        {target === null && !locked && <IconPlus size={13} stroke={2.2} aria-hidden="true" />}
      </Handle>
    </div>
  );
});
