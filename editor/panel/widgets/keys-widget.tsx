import { UnstyledButton } from "@mantine/core";
import { useWords } from "../../words/words.ts";
import type { WidgetProps } from "../fields/form.tsx";
import { panelWords } from "../words.ts";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;

/** Keys of a phone, as they are on it. */
export function KeysWidget(props: WidgetProps) {
  const words = useWords(panelWords);
  const chosen: readonly unknown[] = Array.isArray(props.value) ? props.value : [];
  const toggle = (key: string) =>
    props.set(
      chosen.includes(key)
        ? chosen.filter((each) => each !== key)
        : KEYS.filter((each) => each === key || chosen.includes(each)),
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: its name is the label of the field, outside of it
    <div
      role="group"
      aria-labelledby={props.labelId}
      id={props.id}
      tabIndex={-1}
      title={words.keysHint}
      className="keys"
    >
      {KEYS.map((key) => (
        <UnstyledButton
          key={key}
          className="phone-key"
          aria-pressed={chosen.includes(key)}
          disabled={props.readOnly}
          onClick={() => toggle(key)}
        >
          {key}
        </UnstyledButton>
      ))}
    </div>
  );
}
