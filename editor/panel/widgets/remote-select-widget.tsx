import { Loader, Select } from "@mantine/core";
import { useState } from "react";
import { readable } from "../../ui/phone-number.tsx";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { textKeyword } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";
import { type Option, type Source, sourceOf, useOption, useOptions } from "./option-source.ts";
import { TemplateWidget } from "./template-widget.tsx";
import { textOf } from "./text-widget.tsx";

/** One of what the tenant has: stores, numbers. Searched on the server. */
export function RemoteSelectWidget(props: WidgetProps) {
  const source = sourceOf(textKeyword(props.schema, "x-options"));
  return source ? <RemoteSelect {...props} source={source} /> : <TemplateWidget {...props} />;
}

export function RemoteSelect(props: WidgetProps & { readonly source: Source }) {
  const words = useWords(panelWords);
  const value = textOf(props.value);
  const [typed, setTyped] = useState<string | null>(null);
  const found = useOptions(props.source, typed ?? "");
  const { option, isGone } = useOption(props.source, value);
  if (found.isError && !found.data) {
    return (
      <>
        <TemplateWidget {...props} />
        <p className="field-hint">{words.loadFailed}</p>
      </>
    );
  }
  const options = [
    ...(option ? [option] : []),
    ...(found.data?.items ?? []).filter((each) => each.value !== value),
  ];
  const details = new Map(options.map((each) => [each.value, each.detail]));
  return (
    <>
      <Select
        id={props.id}
        data={dataOf(options, value, props.source)}
        value={value === "" ? null : value}
        placeholder={words.choose}
        error={props.invalid}
        readOnly={props.readOnly}
        searchable
        // The server has searched already.
        filter={({ options: all }) => all}
        clearable={value !== "" && !props.required}
        clearButtonProps={{ "aria-label": words.clear }}
        nothingFoundMessage={found.isPending ? <Loader size="xs" /> : words.nothingFound}
        rightSection={found.isFetching && typed !== null ? <Loader size={14} /> : undefined}
        comboboxProps={{ withinPortal: true }}
        renderOption={({ option: each }) => (
          <div>
            <div>{each.label}</div>
            <div className="remote-detail">{details.get(each.value)}</div>
          </div>
        )}
        onSearchChange={setTyped}
        onDropdownClose={() => setTyped(null)}
        onChange={(next) => props.set(next ?? undefined)}
      />
      {isGone && value !== "" && <p className="field-hint">{words.goneChoice}</p>}
      {found.data?.nextCursor && typed !== null && <p className="field-hint">{words.moreChoices}</p>}
    </>
  );
}

function dataOf(options: readonly Option[], value: string, source: Source) {
  const known = options.map((each) => ({ value: each.value, label: labelOf(each, source) }));
  const isKnown = value === "" || options.some((each) => each.value === value);
  return isKnown ? known : [{ value, label: value }, ...known];
}

function labelOf({ label }: Option, source: Source): string {
  if (source !== "numbers") return label;
  const { flag, national } = readable(label);
  return `${flag} ${national}`.trim();
}
