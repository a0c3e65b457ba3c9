import { Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import "./settings.css";

/** A part of the settings, with its name. */
export function Section(props: {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="settings-section" aria-labelledby={id}>
      <div className="settings-about">
        <Title order={2} size="h4" id={id}>
          {props.title}
        </Title>
        {props.text !== undefined && (
          <Text size="sm" c="dimmed">
            {props.text}
          </Text>
        )}
      </div>
      <Stack className="settings-fields">{props.children}</Stack>
    </section>
  );
}
