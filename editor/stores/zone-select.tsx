import { Select } from "@mantine/core";
import { useWords } from "../words/words.ts";
import { storesWords } from "./words.ts";

const ZONES = Intl.supportedValuesOf("timeZone");

export function ZoneSelect(props: { readonly value: string; readonly onChange: (zone: string) => void }) {
  const words = useWords(storesWords);
  return (
    <Select
      label={words.timezone}
      data={ZONES.includes(props.value) ? ZONES : [props.value, ...ZONES]}
      value={props.value}
      onChange={(zone) => zone && props.onChange(zone)}
      allowDeselect={false}
      searchable
      limit={40}
    />
  );
}
