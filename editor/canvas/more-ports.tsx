import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { useFlowStore } from "../flow/flow-store.ts";
import type { Port } from "../model/ports.ts";
import { inLocale } from "../model/words.ts";
import { useLocale, useWords } from "../words/words.ts";
import { canvasWords } from "./words.ts";

/** The ways out that the card does not show: few need them, and nothing hangs on them. */
export function MorePorts(props: {
  readonly nodeId: string;
  readonly ports: readonly Port[];
  readonly tabbable: boolean;
}) {
  const store = useFlowStore();
  const locale = useLocale();
  const words = useWords(canvasWords);
  const { nodeId, ports } = props;
  return (
    <Menu
      position="bottom-end"
      withInitialFocusPlaceholder={false}
      withinPortal
      shadow="md"
      keepMounted={false}
    >
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
