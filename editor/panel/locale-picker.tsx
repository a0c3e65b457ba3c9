import { Select } from "@mantine/core";
import { useLocale, useWords } from "../words/words.ts";
import { panelWords } from "./words.ts";

const USUAL = [
  "es",
  "es-CO",
  "es-MX",
  "es-ES",
  "es-AR",
  "es-PE",
  "es-CL",
  "es-US",
  "en",
  "en-US",
  "en-GB",
  "pt-BR",
  "fr-FR",
  "ca-ES",
];

/** A language by its name. One that a flow has already is kept, whatever it is. */
export function LocalePicker(props: {
  readonly id: string;
  readonly value: string;
  readonly readOnly: boolean;
  onChange(locale: string | undefined): void;
}) {
  const words = useWords(panelWords);
  const screen = useLocale();
  const tags = USUAL.includes(props.value) || props.value === "" ? USUAL : [props.value, ...USUAL];
  return (
    <Select
      id={props.id}
      data={tags.map((tag) => ({ value: tag, label: languageName(tag, screen) }))}
      value={props.value === "" ? null : props.value}
      placeholder={words.localePlaceholder}
      readOnly={props.readOnly}
      searchable
      clearable
      clearButtonProps={{ "aria-label": words.clear }}
      nothingFoundMessage={words.nothingFound}
      onChange={(next) => props.onChange(next ?? undefined)}
    />
  );
}

function languageName(tag: string, screen: string): string {
  try {
    const name = new Intl.DisplayNames(screen, { type: "language" }).of(tag) ?? tag;
    return name.charAt(0).toUpperCase() + name.slice(1);
  } catch {
    return tag;
  }
}
