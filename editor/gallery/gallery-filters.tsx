import { Group, Select } from "@mantine/core";
import { useRead } from "../api/queries.ts";
import { SearchBox } from "../ui/search-box.tsx";
import { useLocale, useWords } from "../words/words.ts";
import type { GalleryFilter } from "./gallery-filter.ts";
import { galleryWords } from "./words.ts";

export function GalleryFilters(props: {
  readonly filter: GalleryFilter;
  readonly onChange: (filter: GalleryFilter) => void;
}) {
  const words = useWords(galleryWords);
  const locale = useLocale();
  const modules = useRead("listModules", {}, { staleTime: Number.POSITIVE_INFINITY });
  const { filter, onChange } = props;
  return (
    <Group mb="md" gap="sm" align="flex-end">
      <SearchBox text={filter.text} onType={(text) => onChange({ ...filter, text })} label={words.search} />
      <Choice
        label={words.channel}
        choices={Object.entries(words.channels)}
        value={filter.channel}
        onChange={(channel) => onChange({ ...filter, channel })}
      />
      <Choice
        label={words.family}
        choices={Object.entries(words.families)}
        value={filter.family}
        onChange={(family) => onChange({ ...filter, family })}
      />
      <Choice
        label={words.module}
        choices={(modules.data?.items ?? []).map(({ module, title }) => [module, title[locale]])}
        value={filter.module}
        onChange={(module) => onChange({ ...filter, module })}
      />
    </Group>
  );
}

function Choice(props: {
  readonly label: string;
  readonly choices: readonly (readonly [string, string])[];
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}) {
  const words = useWords(galleryWords);
  return (
    <Select
      aria-label={props.label}
      placeholder={`${props.label}: ${words.any.toLowerCase()}`}
      data={props.choices.map(([value, label]) => ({ value, label }))}
      value={props.value}
      onChange={props.onChange}
      clearable
      style={{ flex: "1 1 150px", maxWidth: 220 }}
    />
  );
}
