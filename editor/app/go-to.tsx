import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import {
  IconDeviceMobile,
  IconFileImport,
  IconLayoutGrid,
  IconListDetails,
  IconPhoneCall,
  IconPlus,
  IconRoute,
  IconSearch,
} from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useRead } from "../api/queries.ts";
import { readable } from "../ui/phone-number.tsx";
import { useWords } from "../words/words.ts";
import { PLACES } from "./rail.tsx";
import { appWords } from "./words.ts";

const RUN_ID = /^run_[0-9a-f]{32}$/;

/** Ctrl K: to any page, flow or run, and the things people come to do. */
export function GoTo() {
  const words = useWords(appWords);
  const [text, setText] = useState("");
  const places = usePlaces();
  const doings = useDoings();
  const { open, simulate } = useFlowActions();
  const calls = useCalls();
  const run = useRun(text.trim());
  const groups: SpotlightActionGroupData[] = [
    { group: words.goTo, actions: [...run, ...places] },
    { group: words.doIt, actions: doings },
    { group: words.flows, actions: open },
    { group: words.simulate, actions: [...simulate, ...calls] },
  ];
  return (
    <Spotlight
      // With nothing typed yet, a list of all flows twice over would hide what can be done.
      actions={text === "" ? groups.slice(0, 3) : groups}
      query={text}
      onQueryChange={setText}
      shortcut={["mod + K"]}
      limit={20}
      scrollable
      maxHeight={420}
      highlightQuery
      nothingFound={words.nothingFound}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden="true" />,
        placeholder: words.searchPlaceholder,
        "aria-label": words.goTo,
      }}
    />
  );
}

function usePlaces(): SpotlightActionData[] {
  const words = useWords(appWords);
  const navigate = useNavigate();
  return PLACES.map(({ to, word, Icon }) => ({
    id: to,
    label: words[word],
    leftSection: <Icon size={18} aria-hidden="true" />,
    onClick: () => navigate(to),
  }));
}

function useDoings(): SpotlightActionData[] {
  const words = useWords(appWords);
  const navigate = useNavigate();
  return [
    { to: "/flows?new", label: words.createFlow, Icon: IconPlus },
    { to: "/gallery", label: words.useExample, Icon: IconLayoutGrid },
    { to: "/flows?import", label: words.importFlow, Icon: IconFileImport },
  ].map(({ to, label, Icon }) => ({
    id: `do:${to}`,
    label,
    leftSection: <Icon size={18} aria-hidden="true" />,
    onClick: () => navigate(to),
  }));
}

function useFlowActions(): {
  readonly open: SpotlightActionData[];
  readonly simulate: SpotlightActionData[];
} {
  const words = useWords(appWords);
  const navigate = useNavigate();
  const flows = useRead("listFlows", { query: { limit: 200 } }).data?.items ?? [];
  return {
    open: flows.map(({ key, name }) => ({
      id: `flow:${key}`,
      label: name,
      description: key,
      leftSection: <IconRoute size={18} aria-hidden="true" />,
      onClick: () => navigate(`/flows/${key}`),
    })),
    simulate: flows.map(({ key, name }) => ({
      id: `simulate:${key}`,
      label: words.simulateFlow(name),
      description: key,
      leftSection: <IconDeviceMobile size={18} aria-hidden="true" />,
      onClick: () => navigate(`/flows/${key}?simulate`),
    })),
  };
}

/** Numbers that a flow answers can be called, in its simulator. */
function useCalls(): SpotlightActionData[] {
  const words = useWords(appWords);
  const navigate = useNavigate();
  const numbers = useRead("listNumbers", { query: { limit: 200 } }, { staleTime: 60_000 });
  const flows = useRead("listFlows", { query: { limit: 200 } });
  const nameOf = (key: string) => flows.data?.items.find((flow) => flow.key === key)?.name ?? key;
  return (numbers.data?.items ?? []).flatMap(({ id, e164, label, voiceFlow }) => {
    if (voiceFlow === null) return [];
    return [
      {
        id: `call:${id}`,
        label: words.callNumber(readable(e164).national),
        description: words.callNumberText(nameOf(voiceFlow)),
        // Found by its digits as well, however they are written.
        keywords: [e164, e164.slice(1), label ?? ""],
        leftSection: <IconPhoneCall size={18} aria-hidden="true" />,
        onClick: () => navigate(`/flows/${voiceFlow}?simulate`),
      },
    ];
  });
}

/** Whoever pastes the id of a run wants to see it. */
function useRun(text: string): SpotlightActionData[] {
  const words = useWords(appWords);
  const navigate = useNavigate();
  if (!RUN_ID.test(text)) return [];
  return [
    {
      id: text,
      label: words.goToRun(text),
      leftSection: <IconListDetails size={18} aria-hidden="true" />,
      onClick: () => navigate(`/runs/${text}`),
    },
  ];
}
