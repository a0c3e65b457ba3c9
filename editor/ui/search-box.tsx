import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";

/** What is typed into a search box, once the person stops typing. */
export function useSearch(): {
  readonly text: string;
  readonly search: string;
  readonly type: (text: string) => void;
} {
  const [text, type] = useState("");
  const [settled] = useDebouncedValue(text, 200);
  return { text, search: settled.trim(), type };
}

export function SearchBox(props: {
  readonly text: string;
  readonly onType: (text: string) => void;
  readonly label?: string;
}) {
  const words = useWords(everydayWords);
  const label = props.label ?? words.search;
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      value={props.text}
      onChange={(event) => props.onType(event.currentTarget.value)}
      maxLength={100}
      style={{ flex: "1 1 220px", maxWidth: 360 }}
    />
  );
}
