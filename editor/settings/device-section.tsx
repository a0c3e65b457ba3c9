import { Button, Group, SegmentedControl, Text, useMantineColorScheme } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { usePreferences } from "../app/preferences.ts";
import { useLocale, useWords } from "../words/words.ts";
import { Section } from "./section.tsx";
import { settingsWords } from "./words.ts";

/** Language and appearance, kept on this device. */
export function DeviceSection() {
  const words = useWords(settingsWords);
  const locale = useLocale();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title={words.device}>
      <Group justify="space-between">
        <Text size="md">{words.language}</Text>
        <SegmentedControl
          aria-label={words.language}
          data={Object.entries(words.languages).map(([value, label]) => ({ value, label }))}
          value={locale}
          onChange={(value) => usePreferences.setState({ locale: value === "en" ? "en" : "es" })}
        />
      </Group>
      <Group justify="space-between">
        <Text size="md">{words.theme}</Text>
        <SegmentedControl
          aria-label={words.theme}
          data={Object.entries(words.themes).map(([value, label]) => ({ value, label }))}
          value={colorScheme}
          onChange={(value) => setColorScheme(value === "light" || value === "dark" ? value : "auto")}
        />
      </Group>
      <Group>
        <Button
          variant="default"
          leftSection={<IconRoute size={16} />}
          onClick={() => usePreferences.setState({ toured: false })}
        >
          {words.tour}
        </Button>
      </Group>
    </Section>
  );
}
