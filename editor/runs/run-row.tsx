import { ActionIcon, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { Moment } from "../ui/moment.tsx";
import { readable } from "../ui/phone-number.tsx";
import { useWords } from "../words/words.ts";
import { ChildRuns } from "./child-runs.tsx";
import { creditsInWords, metersInWords } from "./credits-words.ts";
import { RunCells } from "./run-cells.tsx";
import type { ListedRun } from "./run-record.ts";
import { runsWords } from "./words.ts";

/** A run of the list: who, what, where it is now, how long, what it cost; the runs inside it on demand. */
export function RunRow({ run }: { readonly run: ListedRun }) {
  const words = useWords(runsWords);
  const [opened, setOpened] = useState(false);
  const label = opened ? words.hideChildren : words.showChildren;
  return (
    <li className="run" data-state={run.status}>
      <div className="run-row">
        <RunCells run={run} name={whoOf(run) ?? words.nobody} />
        <span className="run-cost tabular" title={metersInWords(run.credits, words)}>
          {creditsInWords(run.credits, words)}
        </span>
        <span className="run-when">
          <Moment at={run.startedAt} />
        </span>
        <Tooltip label={label} openDelay={400}>
          <ActionIcon
            className="run-open"
            variant="subtle"
            color="gray"
            aria-label={label}
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            {opened ? <IconChevronDown size={18} /> : <IconChevronRight size={18} />}
          </ActionIcon>
        </Tooltip>
      </div>
      {opened && <ChildRuns of={run.id} />}
    </li>
  );
}

function whoOf({ contact, contactName }: ListedRun): string | null {
  if (contactName !== null && contact !== null) return `${contactName} · ${readable(contact).national}`;
  if (contact === null) return contactName;
  const { flag, national } = readable(contact);
  return flag === "" ? national : `${flag} ${national}`;
}
