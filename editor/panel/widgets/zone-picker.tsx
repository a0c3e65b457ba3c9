import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useLocale, useWords } from "../../words/words.ts";
import { panelWords } from "../words.ts";

/** A time zone by its city, with what its clocks are apart from UTC today. */
export function ZonePicker(props: {
  readonly id: string;
  readonly value: string;
  readonly placeholder: string;
  readonly invalid: boolean;
  readonly readOnly: boolean;
  onChange(zone: string | undefined): void;
}) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const zones = useMemo(() => zonesIn(locale), [locale]);
  const isKnown = props.value === "" || zones.some(({ value }) => value === props.value);
  return (
    <Select
      id={props.id}
      data={isKnown ? zones : [{ value: props.value, label: props.value }, ...zones]}
      value={props.value === "" ? null : props.value}
      placeholder={props.placeholder}
      error={props.invalid}
      readOnly={props.readOnly}
      searchable
      clearable={props.value !== ""}
      clearButtonProps={{ "aria-label": words.clear }}
      limit={60}
      nothingFoundMessage={words.nothingFound}
      comboboxProps={{ withinPortal: true }}
      onChange={(next) => props.onChange(next ?? undefined)}
    />
  );
}

/** Where most tenants are, before the rest of the world. */
const FIRST = [
  "America/Bogota",
  "America/Mexico_City",
  "America/Lima",
  "America/Argentina/Buenos_Aires",
  "Europe/Madrid",
];

function zonesIn(locale: string): readonly { readonly value: string; readonly label: string }[] {
  const others = Intl.supportedValuesOf("timeZone").filter((zone) => !FIRST.includes(zone));
  return [...FIRST, ...others].map((zone) => ({
    value: zone,
    label: `${cityOf(zone)} (${offsetOf(zone, locale)})`,
  }));
}

function cityOf(zone: string): string {
  return zone.replaceAll("_", " ");
}

function offsetOf(zone: string, locale: string): string {
  const parts = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    timeZoneName: "shortOffset",
  }).formatToParts(new Date());
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}
