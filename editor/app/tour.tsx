import { Button, Group, Modal, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCommand, IconDeviceMobile, IconRocket, IconRoute } from "@tabler/icons-react";
import { useState } from "react";
import { useWords } from "../words/words.ts";
import { usePreferences } from "./preferences.ts";
import { appWords } from "./words.ts";

const ICONS = [IconRoute, IconDeviceMobile, IconRocket, IconCommand];

/** What somebody new should know, in four pages. It comes once, and can be sent away. */
export function Tour() {
  const onDone = () => usePreferences.setState({ toured: true });
  const { tour } = useWords(appWords);
  const [at, goTo] = useState(0);
  const step = tour.steps[at];
  const Icon = ICONS[at] ?? IconRoute;
  const isLast = at === tour.steps.length - 1;
  return (
    <Modal opened onClose={onDone} title={tour.title} centered size={460}>
      <Stack gap="lg">
        <Stack align="center" ta="center" gap="sm" mih={210} justify="center">
          <ThemeIcon size={72} radius={24} variant="light" aria-hidden="true">
            <Icon size={36} />
          </ThemeIcon>
          <div aria-live="polite">
            <Title order={2} size="h4" mb={6}>
              {step?.title}
            </Title>
            <Text c="dimmed">{step?.text}</Text>
          </div>
        </Stack>
        <Group justify="space-between">
          <Button variant="subtle" color="gray" onClick={isLast ? () => goTo(at - 1) : onDone}>
            {isLast ? tour.back : tour.skip}
          </Button>
          <Text size="sm" c="dimmed" className="tabular">
            {tour.step(at + 1, tour.steps.length)}
          </Text>
          <Button onClick={isLast ? onDone : () => goTo(at + 1)} data-autofocus>
            {isLast ? tour.done : tour.next}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
