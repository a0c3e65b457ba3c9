import { ActionIcon, Group, Text, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { useFlow } from "./flow-store.ts";

/** What stands beside the canvas; one at a time. */
export function Drawer(props: {
  readonly title: string;
  readonly text?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const words = useWords(everydayWords);
  const showDrawer = useFlow((state) => state.showDrawer);
  return (
    <aside className="drawer" aria-label={props.title}>
      <Group className="drawer-head" justify="space-between" wrap="nowrap">
        <div>
          <Title order={2} size="h5">
            {props.title}
          </Title>
          {props.text && (
            <Text size="xs" c="dimmed">
              {props.text}
            </Text>
          )}
        </div>
        <Group gap={4} wrap="nowrap">
          {props.actions}
          <ActionIcon variant="subtle" color="gray" aria-label={words.close} onClick={() => showDrawer(null)}>
            <IconX size={18} aria-hidden="true" />
          </ActionIcon>
        </Group>
      </Group>
      <div className="drawer-body">{props.children}</div>
    </aside>
  );
}
