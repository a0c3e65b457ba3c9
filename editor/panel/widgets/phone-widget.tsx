import { TextInput } from "@mantine/core";
import { IconPhone } from "@tabler/icons-react";
import {
  AsYouType,
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from "libphonenumber-js/min";
import { useState } from "react";
import { useRead } from "../../api/queries.ts";
import { readable } from "../../ui/phone-number.tsx";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { defaultText } from "../form/default-text.ts";
import { RenderedLine } from "../template/rendered-line.tsx";
import { TemplateEditor } from "../template/template-editor.tsx";
import { panelWords } from "../words.ts";
import { textOf, writtenText } from "./text-widget.tsx";

/** A phone number: written as in its country, kept as E.164. */
export function PhoneWidget(props: WidgetProps) {
  const value = textOf(props.value);
  const [typed, setTyped] = useState<string | null>(null);
  const words = useWords(panelWords);
  const country = useHomeCountry();
  const { flag, national } = readable(value);
  const unfinished =
    typed !== null && typed !== "" && !parsePhoneNumberFromString(typed, country)?.isPossible();
  const usual = defaultText(props.schema);
  if (value === "" && typed === null && usual?.includes("{{"))
    return <UsualNumber {...props} usual={usual} />;
  return (
    <>
      <TextInput
        id={props.id}
        type="tel"
        inputMode="tel"
        autoComplete="off"
        leftSection={
          flag === "" ? <IconPhone size={15} aria-hidden="true" /> : <span aria-hidden="true">{flag}</span>
        }
        placeholder={words.phonePlaceholder}
        value={typed ?? (value === "" ? "" : national)}
        error={props.invalid}
        readOnly={props.readOnly}
        className="tabular"
        onChange={(event) => {
          const text = event.currentTarget.value;
          setTyped(new AsYouType(country).input(text));
          props.set(writtenText(keptNumber(text, country), props));
        }}
        onBlur={() => setTyped(null)}
      />
      {unfinished && <p className="field-hint">{words.phoneBad}</p>}
    </>
  );
}

/** Nothing filled in means somebody all the same: the customer, mostly. */
function UsualNumber(props: WidgetProps & { readonly usual: string }) {
  return (
    <>
      <TemplateEditor
        id={props.id}
        labelId={props.labelId}
        title={props.title}
        value={props.usual}
        lines="one"
        invalid={props.invalid}
        readOnly={props.readOnly}
        onChange={(text) => props.set(text === "" ? undefined : text)}
      />
      <RenderedLine template={props.usual} />
    </>
  );
}

function useHomeCountry(): CountryCode {
  const { data } = useRead("readMe", {}, { staleTime: 600_000 });
  const country = data?.tenant.country ?? "CO";
  return isSupportedCountry(country) ? country : "CO";
}

/** E.164 where it is a number already, else what was typed. */
function keptNumber(text: string, country: CountryCode): string {
  const number = parsePhoneNumberFromString(text, country);
  return number?.isPossible() ? number.number : text.trim();
}
