import { MultiSelect } from "@mantine/core";
import { getCountries } from "libphonenumber-js/min";
import { useMemo } from "react";
import { useLocale } from "../words/words.ts";

/** Countries by name; none chosen is all. */
export function CountrySelect(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: readonly string[];
  readonly onChange: (countries: string[]) => void;
}) {
  const locale = useLocale();
  const choices = useMemo(() => {
    const names = new Intl.DisplayNames(locale, { type: "region" });
    return getCountries()
      .map((code) => ({ value: code, label: names.of(code) ?? code }))
      .toSorted((a, b) => a.label.localeCompare(b.label, locale));
  }, [locale]);
  return (
    <MultiSelect
      label={props.label}
      placeholder={props.value.length === 0 ? props.placeholder : ""}
      data={choices}
      value={[...props.value]}
      onChange={props.onChange}
      searchable
      clearable
      limit={40}
    />
  );
}
