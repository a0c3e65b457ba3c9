import { Tooltip } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconDeviceFloppy,
} from "@tabler/icons-react";
import { exactMoment } from "../ui/moment.tsx";
import { failureText } from "../words/failures.ts";
import { useLocale, useWords } from "../words/words.ts";
import { type Saving, useFlow } from "./flow-store.ts";
import { flowWords } from "./words.ts";

const ICONS = {
  saved: IconCloudCheck,
  unsaved: IconDeviceFloppy,
  saving: IconCloudUp,
  offline: IconCloudOff,
  conflict: IconAlertTriangle,
  refused: IconAlertTriangle,
} as const satisfies Record<Saving["kind"], unknown>;

/** Whether the draft is safe, in a word. */
export function SaveState() {
  const words = useWords(flowWords);
  const locale = useLocale();
  const saving = useFlow((state) => state.saving);
  const Icon = ICONS[saving.kind];
  const more =
    saving.kind === "saved"
      ? exactMoment(saving.at, locale)
      : saving.kind === "refused"
        ? failureText(saving.failure, locale)
        : words[saving.kind];
  return (
    <Tooltip label={more}>
      <span className="flow-state" data-kind={saving.kind} role="status">
        <Icon size={16} stroke={1.7} aria-hidden="true" />
        <span className="flow-state-word">{words[saving.kind]}</span>
      </span>
    </Tooltip>
  );
}
