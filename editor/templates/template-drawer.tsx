import { Button, Drawer, Group, Select, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useRead } from "../api/queries.ts";
import { EmptyState, ErrorState, LoadingRows } from "../ui/states.tsx";
import { everydayWords } from "../words/everyday.ts";
import { useLocale, useWords } from "../words/words.ts";
import { NewTemplate } from "./new-template.tsx";
import { useOwnerWords } from "./owner-of.ts";
import { TemplateEditor } from "./template-editor.tsx";
import type { Template } from "./template-status.tsx";
import { templatesWords } from "./words.ts";

/** A template in all its versions: by language, and by whose it is. */
export function TemplateDrawer(props: { readonly templateKey: string; readonly onClose: () => void }) {
  const { templateKey, onClose } = props;
  const found = useRead("listTemplates", { query: { search: templateKey, limit: 200 } });
  const versions = found.data?.items.filter(({ key }) => key === templateKey);
  return (
    <Drawer opened onClose={onClose} position="right" size={560} title={templateKey}>
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <LoadingRows rows={5} height={72} />}
      {versions && <Versions versions={versions} templateKey={templateKey} />}
    </Drawer>
  );
}

function Versions(props: { readonly versions: readonly Template[]; readonly templateKey: string }) {
  const words = useWords(templatesWords);
  const common = useWords(everydayWords);
  const ownerOf = useOwnerWords();
  const [chosen, choose] = useState<string | null>(null);
  const [adding, add] = useState(false);
  const locale = useLocale();
  const shown =
    props.versions.find(({ id }) => id === chosen) ??
    props.versions.find((version) => version.locale.startsWith(locale)) ??
    props.versions[0];
  if (!shown)
    return (
      <EmptyState icon={<IconPlus size={32} />} title={common.notFoundTitle} text={common.notFoundText} />
    );
  return (
    <Stack>
      <Group align="flex-end" wrap="nowrap" gap="xs">
        <Select
          label={words.versions}
          data={props.versions.map((version) => ({
            value: version.id,
            label: `${version.locale} · ${ownerOf(version)}`,
          }))}
          value={shown.id}
          onChange={choose}
          allowDeselect={false}
          style={{ flex: 1 }}
        />
        <Button variant="default" onClick={() => add(true)}>
          {words.addVersion}
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {words.inherits}
      </Text>
      <TemplateEditor key={shown.id} template={shown} />
      {adding && (
        <NewTemplate
          like={shown}
          onClose={() => add(false)}
          onCreated={(_key, id) => {
            add(false);
            choose(id);
          }}
        />
      )}
    </Stack>
  );
}
