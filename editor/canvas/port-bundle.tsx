import { Menu } from "@mantine/core";
import { IconPlus, IconUnlink } from "@tabler/icons-react";
import { Handle, type HandleProps, Position } from "@xyflow/react";
import { type ComponentProps, type KeyboardEvent, memo, useState } from "react";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import type { Port } from "../model/ports.ts";
import { inLocale } from "../model/words.ts";
import { useLocale, useWords } from "../words/words.ts";
import { disconnectPorts } from "./disconnect-ports.ts";
import { type PortPlace, useTargetTitle } from "./port-place.ts";
import { canvasWords } from "./words.ts";

/** Several outcomes that lead to the same step: one place, one line, and a menu to tell them apart. */
export const PortBundle = memo(function PortBundle(
  props: PortPlace & { readonly ports: readonly [Port, ...Port[]] },
) {
  const { nodeId, ports, target, direction, tabbable } = props;
  const store = useFlowStore();
  const locale = useLocale();
  const words = useWords(canvasWords);
  const title = useTargetTitle(target);
  const locked = useFlow((state) => state.locked !== null);
  const [opened, setOpened] = useState(false);
  const position = direction === "down" ? Position.Bottom : Position.Right;
  const [first, ...others] = ports;
  const names = ports.map(({ label }) => inLocale(label, locale)).join(", ");
  const cut = () =>
    disconnectPorts(
      store,
      nodeId,
      ports.map(({ name }) => name),
    );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") setOpened(true);
    else if (event.key === "Delete" && !locked) cut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="port" data-attached>
      <span className="port-name" title={names} aria-hidden="true">
        {inLocale(first.label, locale)} <span className="port-more">+{others.length}</span>
      </span>
      {/* Connections are drawn from their own port: those of the others lie where the first one is. */}
      {others.map(({ name }) => (
        <Handle
          key={name}
          type="source"
          id={name}
          position={position}
          className="port-handle port-under"
          isConnectable={false}
          aria-hidden="true"
        />
      ))}
      <Menu
        withInitialFocusPlaceholder={false}
        opened={opened && !locked}
        onChange={setOpened}
        position="bottom"
        withinPortal
        shadow="md"
      >
        <Menu.Target>
          <MenuHandle
            port={first.name}
            position={position}
            tabIndex={tabbable && !locked ? 0 : -1}
            aria-label={words.bundle(names, title ?? "")}
            title={`${names} → ${title}`}
            onKeyDown={onKeyDown}
          />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{words.bundleHelp}</Menu.Label>
          {ports.map(({ name, label }) => (
            <Menu.Item
              key={name}
              leftSection={<IconPlus size={14} />}
              onClick={() => store.getState().openPalette({ kind: "port", nodeId, port: name })}
            >
              {inLocale(label, locale)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconUnlink size={14} />} onClick={cut}>
            {words.unbundle}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
});

/** The menu names its target by an id, which for a handle is the name of its port: the id goes to the words inside. */
function MenuHandle({
  port,
  id,
  ...rest
}: { readonly port: string; readonly id?: string } & Omit<HandleProps, "type"> & ComponentProps<"div">) {
  return (
    <Handle {...rest} type="source" id={port} className="port-handle" isConnectable={false} role="button">
      <span id={id} className="canvas-hidden">
        {rest.title}
      </span>
    </Handle>
  );
}
