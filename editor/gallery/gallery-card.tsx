import { Badge, Button, Group, Text, Title } from "@mantine/core";
import { useNodeTypes } from "../api/node-types.ts";
import { ChannelBadge } from "../ui/channel-badge.tsx";
import { useLocale, useWords } from "../words/words.ts";
import { FlowPicture } from "./flow-picture.tsx";
import type { GalleryItem } from "./gallery-filter.ts";
import { galleryWords } from "./words.ts";

export function GalleryCard(props: { readonly item: GalleryItem; readonly onUse: () => void }) {
  const words = useWords(galleryWords);
  const locale = useLocale();
  const types = useNodeTypes();
  const { name, text, channels, starts, shape } = props.item;
  const start = starts.map((type) => types.get(type)?.title[locale] ?? type).join(", ");
  return (
    <li className="gallery-card">
      <FlowPicture shape={shape} />
      <div className="gallery-words">
        <Title order={2} size="h5" lineClamp={2}>
          {name[locale]}
        </Title>
        <Text className="gallery-text" title={text[locale]}>
          {text[locale]}
        </Text>
        <Group gap={6} mt="auto">
          {channels.map((channel) => (
            <ChannelBadge key={channel} channel={channel} />
          ))}
          <Badge variant="default" tt="none" fw={500}>
            {words.steps(shape.nodes.length)}
          </Badge>
        </Group>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Text size="xs" c="dimmed" lineClamp={1} title={start}>
            {start}
          </Text>
          <Button
            size="xs"
            variant="light"
            onClick={props.onUse}
            aria-label={words.useNamed(name[locale])}
            style={{ flexShrink: 0 }}
          >
            {words.use}
          </Button>
        </Group>
      </div>
    </li>
  );
}
