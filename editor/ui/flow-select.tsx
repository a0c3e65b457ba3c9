import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useRead } from "../api/queries.ts";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";

/** Chooses one of the tenant's flows by its name. */
export function FlowSelect(props: {
  readonly label: string;
  /** Where its place says what it is; it is still read out. */
  readonly hideLabel?: boolean;
  readonly value: string | null;
  readonly onChange: (key: string | null) => void;
  readonly placeholder?: string;
}) {
  const words = useWords(everydayWords);
  const { value } = props;
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text, 200);
  const all = useRead("listFlows", { query: { limit: 200 } });
  const found = useRead(
    "listFlows",
    { query: { limit: 50, search } },
    { enabled: search !== "" && all.data?.nextCursor !== null },
  );
  const names = new Map(
    [...(all.data?.items ?? []), ...(found.data?.items ?? [])].map(({ key, name }) => [key, name]),
  );
  // A flow beyond what was read is shown by its key.
  if (value !== null && !names.has(value)) names.set(value, value);
  return (
    <Select
      {...(props.hideLabel ? { "aria-label": props.label } : { label: props.label })}
      placeholder={props.placeholder ?? ""}
      nothingFoundMessage={words.nothingFound}
      data={[...names].map(([key, name]) => ({ value: key, label: name }))}
      value={value}
      onChange={props.onChange}
      searchable
      // What is typed searches anew instead of going on after the name that stands there.
      onFocus={(event) => event.currentTarget.select()}
      clearable
      onSearchChange={setText}
    />
  );
}
