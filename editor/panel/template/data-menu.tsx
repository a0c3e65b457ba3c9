import { ActionIcon, Combobox, Tooltip, useCombobox } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useState } from "react";
import { completions, type Variable } from "../../model/variables.ts";
import { useWords } from "../../words/words.ts";
import { useForm } from "../fields/form.tsx";
import { panelWords } from "../words.ts";
import { sampleText } from "./sample-text.ts";

const MOST = 60;

/** A button that lets one pick a value of the flow by its name. */
export function DataMenu(props: { readonly label: string; onPick(path: string): void }) {
  const words = useWords(panelWords);
  const { variables } = useForm();
  const [text, setText] = useState("");
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setText("");
    },
  });
  const found = combobox.dropdownOpened ? completions(variables, text).slice(0, MOST) : [];
  return (
    <Combobox
      store={combobox}
      width={320}
      position="bottom-end"
      withinPortal
      onOptionSubmit={(path) => {
        combobox.closeDropdown();
        props.onPick(path);
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <Tooltip label={words.useData} disabled={combobox.dropdownOpened}>
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={props.label}
            aria-haspopup="listbox"
            aria-expanded={combobox.dropdownOpened}
            onClick={() => combobox.toggleDropdown()}
          >
            <IconBraces size={15} />
          </ActionIcon>
        </Tooltip>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label={words.findData}
          placeholder={words.findData}
          value={text}
          // Whoever picks goes on where it was put; whoever does not, goes back.
          onKeyDown={(event) => event.key === "Escape" && combobox.focusTarget()}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.selectFirstOption();
          }}
        />
        <Combobox.Options mah={280} style={{ overflowY: "auto" }}>
          {found.map((variable) => (
            <DataOption key={`${variable.path} ${variable.source}`} variable={variable} />
          ))}
          {found.length === 0 && <Combobox.Empty>{words.noData}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function DataOption({ variable }: { readonly variable: Variable }) {
  return (
    <Combobox.Option value={variable.path} title={variable.path} className="data-option">
      <span>{variable.label}</span>
      <span className="data-sample">{sampleText(variable.sample, 24)}</span>
    </Combobox.Option>
  );
}
