import { TextInput } from "@mantine/core";
import type { Requirement } from "../model/bundle.ts";
import { FlowSelect } from "../ui/flow-select.tsx";
import { isOptionSource, OptionSelect } from "../ui/option-select.tsx";
import { useWords } from "../words/words.ts";
import { bundleWords } from "./words.ts";

export const PHONE = /^\+[1-9]\d{6,14}$/;

/** Where the tenant says what of its own stands where the flow had something of another's. */
export function RequirementField(props: {
  readonly requirement: Requirement;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const words = useWords(bundleWords);
  const { requirement, value, onChange } = props;
  const { kind, label } = requirement;
  if (isOptionSource(kind))
    return (
      <OptionSelect
        source={kind}
        label={label}
        placeholder={words.choose}
        nothingFound={words.nothingToChoose}
        value={value === "" ? null : value}
        onChange={(chosen) => onChange(chosen ?? "")}
      />
    );
  if (kind === "flow")
    return (
      <FlowSelect
        label={label}
        placeholder={words.choose}
        value={value === "" ? null : value}
        onChange={(chosen) => onChange(chosen ?? "")}
      />
    );
  const isPhone = kind === "phone";
  return (
    <TextInput
      label={label}
      type={isPhone ? "tel" : "text"}
      placeholder={isPhone ? words.phonePlaceholder : ""}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
      error={isPhone && value !== "" && !PHONE.test(value) ? words.phoneWrong : null}
    />
  );
}
