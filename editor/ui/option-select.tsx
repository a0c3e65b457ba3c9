import "./option-select.css";
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useRead } from "../api/queries.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";
import { readable } from "./phone-number.tsx";

const SOURCE = /^(templates|numbers|stores|store-groups|tool-nodes|callable-flows|credentials:[a-z0-9.-]+)$/;

/** Whether there is a list to choose from, or only something to write. */
export function isOptionSource(kind: string): boolean {
  return SOURCE.test(kind);
}

/** Chooses among what the tenant has: stores, numbers, templates. Searched on the server, for there may be thousands. */
export function OptionSelect(props: {
  readonly source: string;
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly placeholder?: string;
  readonly nothingFound?: string;
}) {
  const words = useWords(everydayWords);
  const { source, value } = props;
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text, 200);
  const chosen = useRead(
    "listOptions",
    { path: { source }, query: { value: value ?? "" } },
    { enabled: value !== null, staleTime: 60_000 },
  );
  const label = (option: { readonly label: string }) =>
    source === "numbers" ? readable(option.label).national : option.label;
  // While the label of what is chosen stands in the box, it is no search.
  const isSearch = !chosen.data?.items.some((option) => label(option) === text);
  const found = useRead("listOptions", {
    path: { source },
    query: { limit: 50, ...(isSearch && search !== "" ? { search } : {}) },
  });
  const options = new Map(
    [...(chosen.data?.items ?? []), ...(found.data?.items ?? [])].map((option) => [option.value, option]),
  );
  return (
    <Select
      label={props.label}
      placeholder={props.placeholder ?? ""}
      nothingFoundMessage={found.isPending ? words.loading : (props.nothingFound ?? words.nothingFound)}
      data={[...options.values()].map((option) => ({ value: option.value, label: label(option) }))}
      value={value}
      onChange={props.onChange}
      searchable
      // What is typed searches anew instead of going on after the name that stands there.
      onFocus={(event) => event.currentTarget.select()}
      clearable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options: all }) => all}
      renderOption={({ option }) => (
        <span style={{ minWidth: 0 }}>
          <span>{option.label}</span>
          <span className="option-detail">{options.get(option.value)?.detail}</span>
        </span>
      )}
    />
  );
}
