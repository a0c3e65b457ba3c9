import { ActionIcon, Anchor, Code, CopyButton, Group, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy, IconExternalLink } from "@tabler/icons-react";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { Section } from "./section.tsx";
import { settingsWords } from "./words.ts";

export function ApiSection() {
  const words = useWords(settingsWords);
  const common = useWords(everydayWords);
  const address = `${window.location.origin}/api/v1`;
  return (
    <Section title={words.api} text={words.apiText}>
      <Group gap="xs" wrap="nowrap">
        <Code style={{ overflowWrap: "anywhere" }}>{address}</Code>
        <CopyButton value={address}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? common.copied : common.copy}>
              <ActionIcon variant="subtle" color="gray" size={36} aria-label={common.copy} onClick={copy}>
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
      <Anchor href="/api/docs" target="_blank" size="sm">
        {words.docs} <IconExternalLink size={14} aria-hidden="true" style={{ verticalAlign: "-2px" }} />
      </Anchor>
    </Section>
  );
}
