import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { useState } from "react";
import { useRead } from "../api/queries.ts";
import { readable } from "../ui/phone-number.tsx";
import { useWords } from "../words/words.ts";
import { runsWords } from "./words.ts";

/** Chooses the person whose runs are shown: by the beginning of their name, or by their whole number. */
export function PersonFilter(props: {
  readonly value: string | null;
  readonly onChange: (phone: string | null) => void;
}) {
  const words = useWords(runsWords);
  const { value } = props;
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), 250);
  const typed = parsePhoneNumberFromString(search)?.number;
  const byName = useRead(
    "listContacts",
    { query: { name: search, limit: 20 } },
    { enabled: search !== "" && !/^[+\d]/.test(search), staleTime: 30_000 },
  );
  const options = new Map<string, string>();
  for (const { phone, name } of byName.data?.items ?? []) {
    if (phone !== null) options.set(phone, `${name ?? ""} · ${readable(phone).national}`);
  }
  for (const phone of [value, typed]) {
    if (phone && !options.has(phone)) options.set(phone, readable(phone).national);
  }
  return (
    <Select
      size="sm"
      className="filter-person"
      aria-label={words.person}
      placeholder={words.personPlaceholder}
      nothingFoundMessage={words.personHint}
      data={[...options].map(([phone, label]) => ({ value: phone, label }))}
      filter={({ options: all }) => all}
      value={value}
      onChange={props.onChange}
      onSearchChange={setText}
      searchable
      clearable
      comboboxProps={{ width: 280, position: "bottom-start" }}
    />
  );
}
