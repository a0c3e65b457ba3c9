import { Box, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

/** The frame of a page that scrolls: its name, what it is about, and what can be done. */
export function Page(props: {
  readonly title: string;
  readonly text?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  useTitle(props.title);
  return (
    <Box className="page">
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="sm" mb="md">
        <Box>
          <Title order={1} size="h3">
            {props.title}
          </Title>
          {props.text && (
            <Text c="dimmed" size="sm" maw={640}>
              {props.text}
            </Text>
          )}
        </Box>
        {props.actions && <Group gap="xs">{props.actions}</Group>}
      </Group>
      {props.children}
    </Box>
  );
}

/** Names the tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Centralita`;
  }, [title]);
}
